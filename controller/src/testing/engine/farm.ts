import { createHash } from 'node:crypto';
import { asId, type AgentId, type DefinitionId, type PipelineId, type ProjectId, type RunId, type UserId } from '@drover/protocol';
import type { RunRef, StartRun } from '@drover/protocol/api';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { MemoryAgents, MemoryHeartbeats, MemoryRegistrationTokens } from '../../adapters/memory/agents.js';
import { MemoryAttempts } from '../../adapters/memory/attempts.js';
import { MemoryPipelines } from '../../adapters/memory/pipelines.js';
import { MemoryRunEvents, MemoryRunners, MemoryRuns } from '../../adapters/memory/runs.js';
import { ManualTime, settle } from '../../adapters/memory/time.js';
import { MemoryLogStorage } from '../../adapters/logs/memory-log-storage.js';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { Ciphertext } from '../../domain/pipelines/pipeline.js';
import { EngineCore } from '../../services/engine/engine-core.js';
import type { EnginePorts, EngineStores } from '../../services/engine/engine-ports.js';
import { shutDown, startUp } from '../../services/engine/lifecycle.js';
import { createLogs } from '../../services/logs/create-logs.js';
import type { UserActor } from '../../services/ports/access.js';
import type { Log, Timers } from '../../services/ports/environment.js';
import type { Signal } from '../../services/ports/signals.js';
import { RunService } from '../../services/runs/run-service.js';
import { observed, observedStores, type Fault } from './failing-stores.js';
import { FakeAgent } from './fake-agent.js';
import { integrityInMemory } from '../integrity.js';

export const projectId = asId<ProjectId>('01hzy0000000000000000000p1');
export const pipelineId = asId<PipelineId>('01hzy00000000000000000p1p1');
export const ann: UserActor = {
  type: 'user',
  userId: asId<UserId>('01hzy00000000000000000ann0'),
  name: 'Ann',
  administrator: true,
  scopes: new Set(['read', 'write', 'administer']),
  via: 'session',
};

export const quietLog: Log = { debug: noop, info: noop, warn: noop, error: noop, with: () => quietLog };
function noop(): void {
  // A test looks at what happens, not at what is said of it.
}

export interface FarmOptions {
  /** Told of each call of a store or of the credentials, as `runs.replace`; says whether it is to fail. */
  readonly onCall?: (call: string) => Fault;
  readonly log?: Log;
  /** Other controllers may be on the same stores. */
  readonly isShared?: boolean;
  readonly commitOf?: (ref: RunRef) => string | undefined;
  readonly messageOf?: (commit: string) => Promise<string | undefined>;
  /** What each endpoint for a Docker registry holds. */
  readonly registry?: { readonly address: string; readonly user: string; readonly password: string };
}

const noCredentials: EnginePorts['credentials'] = {
  git: () => Promise.resolve(undefined),
  registry: () => Promise.resolve(undefined),
  allowedFolders: () => Promise.resolve([]),
};

/** A farm in memory: everything of the engine but the network and the disk, and a clock that moves when told. */
export class Farm {
  readonly time = new ManualTime();
  readonly pipelines = new MemoryPipelines();
  readonly runs = new MemoryRuns();
  readonly attempts = new MemoryAttempts();
  readonly agents = new MemoryAgents();
  readonly runEvents = new MemoryRunEvents();
  readonly stores: EngineStores = {
    runs: this.runs,
    runEvents: this.runEvents,
    runners: new MemoryRunners(),
    attempts: this.attempts,
    agents: this.agents,
    registrationTokens: new MemoryRegistrationTokens(),
    heartbeats: new MemoryHeartbeats(),
    pipelines: this.pipelines,
  };
  readonly logStorage = new MemoryLogStorage();
  readonly told: Signal[] = [];
  readonly reached: string[] = [];
  readonly definitions = new Map<DefinitionId, DefinitionSnapshot>();
  definition: DefinitionSnapshot;
  core: EngineCore;
  service: RunService;
  #ids = 0;
  readonly #listeners = new Set<(signal: Signal) => void>();
  readonly #options: FarmOptions;
  #life = { isOver: false };

  constructor(definition: DefinitionSnapshot, options: FarmOptions = {}) {
    this.definition = definition;
    this.#options = options;
    this.core = new EngineCore(this.#createPorts());
    this.service = new RunService(this.core);
    this.putPipeline();
  }

  putPipeline(secrets: Readonly<Record<string, Ciphertext>> = {}): void {
    this.pipelines.put({
      _id: pipelineId,
      schemaVersion: 1,
      projectId,
      nameKey: 'orders',
      version: 1,
      definition: this.definition.pipeline,
      secrets,
      nextNumber: 1,
      autoIncrement: {},
      pendingStarts: [],
      createdAt: 0,
      createdBy: ann.userId,
      changedAt: 0,
      changedBy: ann.userId,
    });
  }

  async open(): Promise<this> {
    await startUp(this.core);
    await settle();
    return this;
  }

  /** As if the controller had died: what was in memory is gone, the stores are as they are. */
  async crash(): Promise<void> {
    this.#life.isOver = true;
    this.#life = { isOver: false };
    this.core = new EngineCore(this.#createPorts());
    this.service = new RunService(this.core);
    await this.open();
  }

  close(): Promise<void> {
    return shutDown(this.core);
  }

  nextId(): string {
    this.#ids += 1;
    return this.#ids.toString(32).padStart(26, '0').replaceAll('i', 'x').replaceAll('l', 'y').replaceAll('o', 'z').replaceAll('u', 'w');
  }

  async start(request: StartRun = {}, key?: string): Promise<RunId> {
    const started = await this.service.start(ann, pipelineId, request, key);
    if (!started.ok) throw new Error(`not started: ${started.code} ${started.detail} ${JSON.stringify(started.errors)}`);
    await settle();
    return started.value.id;
  }

  /** The run in one line. */
  async line(runId: RunId): Promise<string> {
    const view = await this.service.view(ann, runId);
    if (!view.ok) return view.code;
    return `${view.value.status}: ${view.value.stages.flatMap((stage) => stage.tasks.map((task) => `${task.key} ${task.status}`)).join(', ')}`;
  }

  async addAgent(name: string, more: Partial<AgentRecord> = {}): Promise<FakeAgent> {
    const agentId = asId<AgentId>(this.nextId());
    const facts: AgentRecord['facts'] = {
      productVersion: '0',
      os: 'linux',
      arch: 'x64',
      hostname: name,
      cpus: 2,
      memoryMb: 1_000,
      automaticLabels: ['linux'],
      executors: ['shell'],
      isolation: 'separateUser',
    };
    const record: AgentRecord = {
      _id: agentId,
      schemaVersion: 1,
      name,
      nameKey: name,
      tokenHash: hash(name),
      approved: true,
      enabled: true,
      slots: 1,
      givenLabels: [],
      facts,
      local: false,
      registeredAt: 0,
      revision: 1,
      ...more,
    };
    await this.core.agents.add(record);
    return new FakeAgent(() => this.core.gateway, agentId, record);
  }

  /** The ports of one controller: once it has died, its timers are silent and its calls get no answer. */
  #createPorts(): EnginePorts {
    const life = this.#life;
    const options = this.#options;
    const timers: Timers = { after: (delayMs, action) => this.time.after(delayMs, () => (life.isOver ? undefined : action())) };
    const log = options.log ?? quietLog;
    const signals = {
      publish: (signal: Signal) => {
        if (life.isOver) return;
        this.told.push(signal);
        this.#listeners.forEach((listener) => listener(signal));
      },
      subscribe: (listener: (signal: Signal) => void) => (this.#listeners.add(listener), () => void this.#listeners.delete(listener)),
    };
    return {
      stores: observedStores(this.stores, (call) => (life.isOver ? 'never' : options.onCall?.(call))),
      config: { controllerId: this.nextId(), zone: 'UTC', exclusive: options.isShared !== true, allowUnisolated: false },
      definitions: {
        snapshot: () => {
          const definitionId = asId<DefinitionId>(hash(JSON.stringify(this.definition)));
          this.definitions.set(definitionId, this.definition);
          return Promise.resolve({ ok: true, value: { definitionId, snapshot: this.definition } });
        },
        read: (id) => Promise.resolve(this.definitions.get(id)),
        projectName: () => Promise.resolve('Shop'),
      },
      credentials: observed({ ...noCredentials, registry: () => Promise.resolve(options.registry) }, (method) =>
        options.onCall?.(`credentials.${method}`),
      ),
      secrets: {
        seal: (plain, context) => ({ keyId: 'k', box: Buffer.from(`${context}|${plain}`).toString('base64') }),
        open: ({ box }, context) => {
          const text = Buffer.from(box, 'base64').toString();
          return text.startsWith(`${context}|`) ? text.slice(context.length + 1) : undefined;
        },
        fingerprint: (text) => `k.${hash(text)}`,
        isFingerprintOf: (fingerprint, text) => fingerprint === `k.${hash(text)}`,
      },
      tokens: { generate: () => this.nextId(), hash },
      settings: { read: () => Promise.resolve({ agentApproval: false, logLimitBytes: 1_000_000, allowedFolders: [] }) },
      gitRemote: {
        refs: () => Promise.resolve({ ok: false, kind: 'unreachable', detail: 'no network' }),
        resolve: (_repository, ref) => {
          const commit = options.commitOf?.(ref);
          return Promise.resolve(
            commit === undefined ? { ok: false, kind: 'refNotFound', detail: 'no such ref' } : { ok: true, value: { commit } },
          );
        },
        message: (_repository, commit) => options.messageOf?.(commit) ?? Promise.resolve(undefined),
      },
      logs: createLogs({ storage: this.logStorage, signals, timers, monotonic: this.time, integrity: integrityInMemory() }).intake,
      access: { permissions: () => Promise.resolve(new Set(['view', 'execute'])), visibleProjects: () => Promise.resolve('all') },
      signals,
      clock: this.time,
      monotonic: this.time,
      timers,
      ids: { next: () => this.nextId() },
      crashPoints: { reach: (name) => void this.reached.push(name) },
      log,
    };
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
