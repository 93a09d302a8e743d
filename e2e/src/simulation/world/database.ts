import { createHash } from 'node:crypto';
import {
  MemoryAgents,
  MemoryAttempts,
  MemoryHeartbeats,
  MemoryLogStorage,
  MemoryPipelines,
  MemoryRegistrationTokens,
  MemoryRunEvents,
  MemoryRunners,
  MemoryRuns,
  type AgentRecord,
  type AttemptRecord,
  type EngineStores,
  type LogStorage,
  type PipelineRecord,
  type RunRecord,
  type UserActor,
} from '@drover/controller/simulated';
import { asId, type AttemptId, type DefinitionId, type PipelineId, type TokenId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { Life } from './time/life.js';
import type { World } from './world.js';

/** Listeners that hear of every write that changed something, at the moment it did. */
export interface Watchers {
  run(before: RunRecord | undefined, after: RunRecord | undefined): void;
  attempt(before: AttemptRecord | undefined, after: AttemptRecord | undefined): void;
  pipeline(before: PipelineRecord | undefined, after: PipelineRecord | undefined): void;
  agent(before: AgentRecord | undefined, after: AgentRecord | undefined): void;
  logGrew(attemptId: AttemptId): void;
}

/** The next write that suits is the last that its controller does. */
export interface LastWord {
  readonly suits: (call: string, given: readonly unknown[]) => boolean;
  /** Otherwise it never arrives. */
  readonly isHeard: boolean;
  readonly die: (controller: string) => void;
}

const writes = new Set(['insert', 'replace', 'remove', 'change', 'markFolded', 'number', 'settle', 'append', 'beat', 'remember', 'seal']);

/** The one store that all controllers share. Each call takes time to arrive and to be answered; in between a controller may die, and the call may fail before or after it was applied. */
export class Database {
  readonly runs: MemoryRuns;
  readonly attempts: MemoryAttempts;
  readonly agents: MemoryAgents;
  readonly pipelines: MemoryPipelines;
  readonly logs = new MemoryLogStorage();
  readonly definitions = new Map<DefinitionId, DefinitionSnapshot>();
  /** What each pipeline is defined as now, with its jobs. */
  readonly newest = new Map<PipelineId, DefinitionSnapshot>();
  /** Writes that were applied. */
  written = 0;
  isDown = false;
  lastWord: LastWord | undefined;
  /** When the last word was said that is being applied. */
  saidMs: number | undefined;
  /** The write that is being applied is answered late. */
  isAnsweredLate = false;
  /** What dead controllers wrote last and that is on its way. */
  readonly #late: Array<() => unknown> = [];
  /** When a call failed last. */
  failedMs = Number.NEGATIVE_INFINITY;
  readonly #digests = new WeakMap<DefinitionSnapshot, DefinitionId>();
  readonly #stores: EngineStores;
  readonly #world: World;
  readonly #watchers: Watchers;

  constructor(world: World, watchers: Watchers) {
    this.#world = world;
    this.#watchers = watchers;
    this.runs = new MemoryRuns((before, after) => watchers.run(before, after));
    this.attempts = new MemoryAttempts((before, after) => watchers.attempt(before, after));
    this.agents = new MemoryAgents((before, after) => watchers.agent(before, after));
    this.pipelines = new MemoryPipelines((before, after) => watchers.pipeline(before, after));
    this.#stores = {
      runs: this.runs,
      attempts: this.attempts,
      agents: this.agents,
      pipelines: this.pipelines,
      runEvents: new MemoryRunEvents(),
      runners: new MemoryRunners(),
      registrationTokens: new MemoryRegistrationTokens(),
      heartbeats: new MemoryHeartbeats(),
    };
  }

  /** The stores as one controller has them. */
  storesOf(name: string, life: Life): EngineStores {
    const seen = <K extends keyof EngineStores>(store: K): EngineStores[K] => this.#remote(this.#stores[store], store, { name, life });
    return {
      runs: seen('runs'),
      attempts: seen('attempts'),
      agents: seen('agents'),
      pipelines: seen('pipelines'),
      runEvents: seen('runEvents'),
      runners: seen('runners'),
      registrationTokens: seen('registrationTokens'),
      heartbeats: seen('heartbeats'),
    };
  }

  /** The logs as one controller has them: what it hands over for one log arrives in that order. */
  logsOf(name: string, life: Life): LogStorage {
    const { logs } = this;
    const arrivals = new Map<AttemptId, number>();
    const inOrder = <T>(attemptId: AttemptId, call: string, apply: () => Promise<T>): Promise<T> => {
      const { nowMs } = this.#world.scheduler;
      const arrivesMs = Math.max(nowMs + this.#latencyMs(), (arrivals.get(attemptId) ?? 0) + 0.001);
      arrivals.set(attemptId, arrivesMs);
      return this.call({ name, life, call, isWrite: true, apply, latencyMs: arrivesMs - nowMs });
    };
    return {
      append: (log, frame) =>
        inOrder(log.attemptId, 'logs.append', () => {
          const answer = logs.append(log, frame);
          this.#watchers.logGrew(log.attemptId);
          return answer;
        }),
      seal: (log, judge) => inOrder(log.attemptId, 'logs.seal', () => logs.seal(log, judge)),
      stat: (log) => inOrder(log.attemptId, 'logs.stat', () => logs.stat(log)),
      read: (log, range) => logs.read(log, range),
      placeOfLine: (log, line) => logs.placeOfLine(log, line),
      places: (log, range, limit) => logs.places(log, range, limit),
      remove: (log) => inOrder(log.attemptId, 'logs.remove', () => logs.remove(log)),
      close: () => Promise.resolve(),
    };
  }

  /** A store with a registration token that lasts. */
  async open({ tokenId, hash, by }: { readonly tokenId: TokenId; readonly hash: string; readonly by: UserActor }): Promise<void> {
    await this.#stores.registrationTokens.insert({
      _id: tokenId,
      schemaVersion: 1,
      name: 'machines',
      hash,
      usesLeft: 1_000_000,
      expiresAt: Number.MAX_SAFE_INTEGER,
      createdAt: 0,
      createdBy: { userId: by.userId, name: by.name },
    });
  }

  /** Stores a snapshot under its digest. */
  define(snapshot: DefinitionSnapshot): DefinitionId {
    const known = this.#digests.get(snapshot);
    if (known !== undefined) return known;
    const definitionId = asId<DefinitionId>(createHash('sha256').update(JSON.stringify(snapshot)).digest('hex'));
    this.#digests.set(snapshot, definitionId);
    if (!this.definitions.has(definitionId)) this.definitions.set(definitionId, snapshot);
    return definitionId;
  }

  /** A controller starts: what dead ones wrote last arrives while it reads, in a fated history also when its agents are coming back. */
  controllerStarts(): void {
    const { scheduler, random, plan } = this.#world;
    for (const arrive of this.#late.splice(0))
      scheduler.after(random.next() * (plan.isFated && random.chance(0.5) ? 4_000 : 40), () => void arrive());
  }

  /** One call of a controller: on its way, applied or not, and answered or not. */
  call<T>(parts: {
    readonly name: string;
    readonly life: Life;
    readonly call: string;
    readonly given?: readonly unknown[];
    readonly isWrite: boolean;
    readonly apply: () => Promise<T>;
    readonly latencyMs?: number;
  }): Promise<T> {
    const { name, life, call, given = [], isWrite, apply, latencyMs = this.#latencyMs() } = parts;
    const { scheduler, random, trace } = this.#world;
    if (life.isOver) return new Promise(() => undefined); // the rest of a turn in which it died
    if (isWrite && this.lastWord?.suits(call, given) === true) return this.#utter(this.lastWord, parts);
    return new Promise<T>((resolve, reject) => {
      scheduler.after(latencyMs, () => {
        if (life.isOver && random.chance(0.5)) return; // it died before the call was out
        const answer = (settle: () => void, afterMs = this.#latencyMs()): void => void life.after(afterMs, settle);
        const fault = this.#fault();
        if (fault !== undefined) this.failedMs = scheduler.nowMs;
        if (fault === 'before') {
          trace?.say(name, `${call} failed, not applied`);
          return answer(() => reject(new Error(`the store failed before ${call}`)));
        }
        if (isWrite) this.written += 1;
        this.isAnsweredLate = false;
        const applied = apply();
        const answersMs = this.#latencyMs() + (this.isAnsweredLate ? random.next() * 2_500 : 0);
        applied.then(
          (value) => isWrite && trace?.say(name, `${call} → ${told(value)}${fault === 'after' ? ', answered with an error' : ''}`),
          () => undefined, // looked at when the answer has travelled
        );
        answer(
          () => (fault === 'after' ? reject(new Error(`the store failed after ${call}`)) : void applied.then(resolve, reject)),
          answersMs,
        );
      });
    });
  }

  #utter(
    lastWord: LastWord,
    { name, call, apply }: { readonly name: string; readonly call: string; readonly apply: () => Promise<unknown> },
  ) {
    const { scheduler, trace } = this.#world;
    this.lastWord = undefined;
    const saidMs = scheduler.nowMs;
    scheduler.after(0, () => lastWord.die(name));
    if (lastWord.isHeard)
      this.#late.push(async () => {
        this.written += 1;
        this.saidMs = saidMs;
        const applied = apply();
        this.saidMs = undefined;
        const answer = await applied; // whether or not anybody hears of it
        trace?.say(name, `${call}, its last word → ${told(answer)}`);
      });
    return new Promise<never>(() => undefined);
  }

  #remote<T extends object>(store: T, storeName: string, { name, life }: { readonly name: string; readonly life: Life }): T {
    return new Proxy(store, {
      get: (target, method) => {
        const member: unknown = Reflect.get(target, method);
        if (typeof member !== 'function' || typeof method !== 'string') return member;
        const call = `${storeName}.${method}`;
        const isWrite = writes.has(method);
        return (...given: readonly unknown[]) =>
          this.call({ name, life, call, given, isWrite, apply: () => Reflect.apply(member, target, given) as Promise<unknown> });
      },
    });
  }

  #latencyMs(): number {
    const { random, plan, isCalm } = this.#world;
    const kind = random.next();
    if (kind < (isCalm ? 0.01 : plan.slowCalls)) return random.next() * 2_500;
    return kind < 0.9 ? 0.3 + random.next() * 3 : random.next() * 60;
  }

  #fault(): 'before' | 'after' | undefined {
    const { random, plan, isCalm } = this.#world;
    if (this.isDown) return random.chance(0.1) ? 'after' : 'before';
    if (isCalm || plan.callFaults === 0 || !random.chance(plan.callFaults)) return undefined;
    return random.chance(0.5) ? 'after' : 'before';
  }
}

const told = (value: unknown): string => (typeof value === 'string' ? value : value instanceof Set ? `${value.size}` : 'done');
