import { createHash } from 'node:crypto';
import type { AgentEnd } from '@drover/agent/simulated';
import type { AttemptRecord, PipelineRecord, RunRecord, Signal, UserActor } from '@drover/controller/simulated';
import {
  asId,
  protocolVersion,
  type AgentId,
  type PipelineId,
  type ProjectId,
  type RunId,
  type TokenId,
  type UserId,
} from '@drover/protocol';
import { AttemptChecks } from '../checks/attempts.js';
import { PromiseChecks } from '../checks/promises.js';
import { RunChecks } from '../checks/runs.js';
import { drawDefinition } from '../plan.js';
import { agentFacts, AgentNode } from './agent-node.js';
import { ControllerNode } from './controller-node.js';
import { Database } from './database.js';
import { short } from './time/trace.js';
import type { Wire } from './wire.js';
import type { World } from './world.js';

export const ann: UserActor = {
  type: 'user',
  userId: asId<UserId>('01hzy00000000000000000ann0'),
  name: 'Ann',
  administrator: true,
  scopes: new Set(['read', 'write', 'administer']),
  via: 'session',
};
const projectId = asId<ProjectId>('01hzy0000000000000000000p1');
const farmToken = 'farm-token';

/** Writes that others are to follow. */
export const moments = ['noted', 'inserted', 'claimed', 'ended', 'givenUp'] as const;

/** What happens once, with the next such write. */
export interface Ambush {
  readonly at: (typeof moments)[number];
  readonly strike: (runId: RunId) => void;
}

/** Controllers, machines with their agents, and the one store, wired up and watched. */
export class Farm {
  readonly database: Database;
  readonly controllers: readonly ControllerNode[];
  readonly agents: readonly AgentNode[];
  readonly pipelineIds: readonly PipelineId[];
  readonly runs: RunChecks;
  readonly attempts: AttemptChecks;
  readonly promises: PromiseChecks;
  ambush: Ambush | undefined;
  /** Controllers that are not started again. */
  readonly retired = new Set<ControllerNode>();
  readonly #world: World;
  readonly #wires = new Set<Wire>();

  constructor(world: World) {
    this.#world = world;
    const { trace } = world;
    const database = (): Database => this.database;
    this.runs = new RunChecks(world, database);
    this.attempts = new AttemptChecks(world, database);
    this.promises = new PromiseChecks(world, database, this.attempts.deeds);
    this.database = new Database(world, {
      run: (before, after) => {
        if (after !== undefined)
          trace?.say('the store', `run ${after.number} (${short(after._id)}) ${before?.state ?? 'new'} → ${standingOf(after)}`);
        this.runs.run(before, after);
        if (after !== undefined && before === undefined) this.#moment('inserted', after._id);
      },
      attempt: (before, after) => {
        if (after !== undefined) trace?.say('the store', `attempt ${short(after._id)} ${before?.state ?? 'new'} → ${standingOf(after)}`);
        this.attempts.attempt(before, after);
        if (after?.active === true && before?.active === false) this.#moment('claimed', after.runId);
        if (after?.state === 'finished' && before?.active === true)
          this.#moment(after.outcome === 'lost' ? 'givenUp' : 'ended', after.runId);
      },
      pipeline: (before, after) => {
        this.runs.pipeline(before, after);
        const noted = after?.pendingStarts.at(-1);
        if (noted !== undefined && after?.nextNumber !== before?.nextNumber) this.#moment('noted', noted.runId);
      },
      agent: (before, after) => this.attempts.agent(before, after),
      logGrew: (attemptId) => this.promises.logGrew(attemptId),
    });
    this.controllers = Array.from({ length: world.plan.controllers }, (_, index) => this.#controller(`controller-${index + 1}`));
    this.agents = Array.from({ length: world.plan.agents }, (_, index) => this.#agent(`agent-${index + 1}`));
    this.pipelineIds = Array.from({ length: world.random.chance(0.3) ? 2 : 1 }, (_, index) =>
      asId<PipelineId>(`01hzy00000000000000000p1p${index + 1}`),
    );
  }

  /** Brings everything up; nothing happens before it. */
  open(): void {
    for (const pipelineId of this.pipelineIds) this.define(pipelineId);
    void this.database.open({
      tokenId: asId<TokenId>('01hzy0000000000000000000t1'),
      hash: createHash('sha256').update(farmToken).digest('hex'),
      by: ann,
    });
    this.controllers.forEach((controller) => controller.start());
    this.agents.forEach((agent) => this.#register(agent));
  }

  /** Somebody saves the pipeline again. */
  define(pipelineId: PipelineId): void {
    const { random, plan } = this.#world;
    const { pipelines, newest } = this.database;
    const before = pipelines.records.get(pipelineId);
    const snapshot = drawDefinition(random, plan);
    newest.set(pipelineId, snapshot);
    pipelines.put({ ...(before ?? emptyPipeline(pipelineId)), version: (before?.version ?? 0) + 1, definition: snapshot.pipeline });
  }

  /** A controller that answers people. */
  anyController(): ControllerNode | undefined {
    return this.#world.random.pick(this.controllers.filter(({ isReady }) => isReady));
  }

  wiresOf(agentName: string): readonly Wire[] {
    return [...this.#wires].filter((wire) => wire.agentName === agentName);
  }

  /** Ends every trouble that is under way; one controller is left, started again where there were several. */
  calmDown(): void {
    const { random, trace } = this.#world;
    trace?.say('the world', 'calms down');
    this.#world.isCalm = true;
    this.ambush = undefined;
    this.database.isDown = false;
    this.database.lastWord = undefined;
    for (const wire of this.#wires) wire.heal();
    const kept = random.pick(this.controllers);
    for (const controller of this.controllers) {
      controller.crashIn = undefined;
      if (controller !== kept) this.retired.add(controller);
      if (this.controllers.length > 1) controller.crash();
    }
    kept?.start();
    for (const agent of this.agents) {
      agent.isAway = false;
      agent.isIll = false;
      agent.start();
    }
  }

  #moment(at: Ambush['at'], runId: RunId): void {
    const { ambush } = this;
    if (ambush?.at !== at) return;
    this.ambush = undefined;
    this.database.isAnsweredLate = this.#world.random.chance(0.5);
    ambush.strike(runId);
  }

  #controller(name: string): ControllerNode {
    return new ControllerNode({
      world: this.#world,
      database: this.database,
      name,
      broadcast: (from, signal) => this.#broadcast(from, signal),
      died: (node) => this.#controllerDied(node),
    });
  }

  #broadcast(from: ControllerNode, signal: Signal): void {
    const { scheduler, random } = this.#world;
    for (const controller of this.controllers) {
      const times = random.chance(0.1) ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        scheduler.after(controller === from ? 0 : random.between(1, 500), () => controller.hear(signal));
    }
  }

  #controllerDied(node: ControllerNode): void {
    for (const wire of this.#wires) if (wire.controller === node) wire.controllerDied();
    const { scheduler, random, isCalm } = this.#world;
    const downMs = isCalm ? 1_000 : random.chance(0.8) ? random.between(300, 3_000) : random.between(3_000, 90_000);
    scheduler.after(downMs, () => {
      if (!this.retired.has(node)) node.start();
    });
  }

  #agent(name: string): AgentNode {
    const { random } = this.#world;
    return new AgentNode(
      {
        world: this.#world,
        name,
        route: () => this.anyController(),
        watch: {
          opened: (wireOrName, spec) => this.attempts.opened(wireOrName, spec),
          stepBegan: () => undefined,
          powerLost: (agentName) => this.attempts.powerLost(agentName),
          answered: (wire, message, answer) => {
            if (answer.ok) this.attempts.heard(wire.agentName);
            this.promises.answered(message, answer);
          },
          heard: (wire) => this.attempts.heard(wire.agentName),
          served: (wire) => void this.#wires.add(wire),
          over: (wire) => void this.#wires.delete(wire),
        },
        ended: (node, end) => this.#agentEnded(node, end),
      },
      { url: 'http://farm.example', agentId: asId<AgentId>('none'), token: 'none', name, labels: [], slots: random.between(1, 3) },
    );
  }

  /** It was drained and is started again, or is not wanted any more and registers again. */
  #agentEnded(node: AgentNode, end: AgentEnd): void {
    const { scheduler, random, trace } = this.#world;
    trace?.say(node.name, `ends: ${end.type === 'drained' ? 'drained' : end.end.code}`);
    void node.close();
    const isGone = end.type === 'refused' && end.end.code === 'removed';
    node.isRegistered = !isGone;
    scheduler.after(random.between(1_000, 8_000), () => {
      if (isGone) this.#register(node);
      else node.start();
    });
  }

  /** G1: through the same door as any agent, until it comes about. */
  #register(node: AgentNode): void {
    const { scheduler, random, plan } = this.#world;
    const slots = plan.isWide ? random.between(8, 40) : node.identity.slots;
    const labels = random.chance(0.5) ? ['special'] : [];
    let isDone = false;
    const again = (): void => {
      if (isDone) return;
      const engine = this.anyController()?.engine;
      scheduler.after(3_000, again);
      void engine
        ?.register({ protocolVersion, token: farmToken, slots, labels, facts: agentFacts(node.name) }, { isLocal: false })
        .then((result) => {
          if (!result.ok || isDone) return;
          isDone = true;
          const { agentId, token, name } = result.value;
          this.attempts.knows(agentId, node.name);
          node.isRegistered = true;
          node.identity = { url: 'http://farm.example', agentId, token, name, labels, slots };
          node.start();
        })
        .catch(() => undefined);
    };
    again();
  }
}

function standingOf(record: RunRecord | AttemptRecord): string {
  const slot = 'run' in record ? record.runSlot : record.slot;
  const folded = 'folded' in record && record.folded ? ', folded' : '';
  return `${record.outcome ?? record.state}${slot === undefined ? '' : ` in slot ${slot}`}${folded}`;
}

const emptyPipeline = (pipelineId: PipelineId): Omit<PipelineRecord, 'version' | 'definition'> => ({
  _id: pipelineId,
  schemaVersion: 1,
  projectId,
  nameKey: pipelineId,
  secrets: {},
  nextNumber: 1,
  autoIncrement: {},
  pendingStarts: [],
  createdAt: 0,
  createdBy: ann.userId,
  changedAt: 0,
  changedBy: ann.userId,
});
