import type { AgentId, AttemptId, PipelineId } from '@drover/protocol';
import { planOf, type ActName } from './plan.js';
import { ann, Farm } from './world/farm.js';
import { Random } from './world/random.js';
import { Scheduler } from './world/scheduler.js';
import { short, Trace } from './world/trace.js';
import type { World } from './world/world.js';

export interface Told {
  readonly seed: number;
  /** Each breach of an invariant as a sentence; none: the history is a good one. */
  readonly breaches: readonly string[];
  readonly steps: number;
  /** The same for the same history. */
  readonly fingerprint: string;
  /** Who did what, when asked for. */
  readonly timeline: readonly string[];
}

/** After its last trouble a farm must have come to rest within so much of its own time. */
const restWithinMs = 3 * 3_600_000;
/** So long a farm at rest is watched for doing nothing, after its last timers have run out. */
const idleMs = 120_000;
/** Writes that it may do in that time: its sign of life, once every ten seconds. */
const idleWrites = idleMs / 10_000 + 1;

/** Plays the history of a seed from its beginning to its end. The same seed plays the same history, told or not. */
export async function play(seed: number, { isTold = false }: { readonly isTold?: boolean } = {}): Promise<Told> {
  const scheduler = new Scheduler();
  const random = new Random(seed);
  const trace = isTold ? new Trace(scheduler) : undefined;
  const world: World = { scheduler, random, plan: planOf(random), trace, breaches: [], isCalm: false };
  const history = new History(world);
  const onRejection = (error: unknown): void => void world.breaches.push(`nobody waits for a rejection: ${stackOf(error)}`);
  process.on('unhandledRejection', onRejection);
  try {
    await history.play();
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  const fingerprint = `${scheduler.steps} ${scheduler.nowMs.toFixed(3)} ${random.below(1_000_000)}`;
  return { seed, breaches: world.breaches, steps: scheduler.steps, fingerprint, timeline: trace?.lines ?? [] };
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

class History {
  readonly #world: World;
  readonly #farm: Farm;
  #keys = 0;
  #unanswered = 0;

  constructor(world: World) {
    this.#world = world;
    this.#farm = new Farm(world);
  }

  async play(): Promise<void> {
    const { plan, random, trace } = this.#world;
    trace?.say('the world', JSON.stringify(plan));
    this.#farm.open();
    await this.#run(random.between(0, 8_000));
    for (let act = 0; act < plan.acts && !this.#isBroken; act += 1) {
      this.#act(random.weighted(plan.weights));
      await this.#run(random.next() * 2 * plan.pauseMs);
    }
    await this.#run(random.next() * 60_000);
    this.#farm.calmDown();
    this.#makeAgentsFit();
    for (let restedMs = 0; restedMs < restWithinMs && !this.#isAtRest && !this.#isBroken; restedMs += 2_000) await this.#run(2_000);
    if (this.#isBroken) return;
    this.#farm.runs.atEnd();
    this.#farm.attempts.atEnd();
    this.#farm.promises.atEnd();
    await this.#mustBeIdle();
  }

  get #isBroken(): boolean {
    return this.#world.breaches.length > 0;
  }

  get #isAtRest(): boolean {
    const { runs, attempts } = this.#farm.database;
    if (this.#unanswered > 0) return false;
    for (const { state } of runs.records.values()) if (state !== 'finished') return false;
    for (const { folded } of attempts.records.values()) if (!folded) return false;
    return this.#farm.agents.every((agent) => agent.isUp && agent.held === 0);
  }

  #run(forMs: number): Promise<void> {
    return this.#world.scheduler.play(forMs, () => this.#isBroken);
  }

  /** I8: a farm without work writes nothing but its sign of life, and forgets what it had in memory. */
  async #mustBeIdle(): Promise<void> {
    const { database } = this.#farm;
    await this.#run(90_000);
    const before = database.written;
    await this.#run(idleMs);
    const wrote = database.written - before;
    const farm = this.#farm.anyController()?.engine?.agents.farm('all');
    const { breaches } = this.#world;
    if (wrote > idleWrites) breaches.push(`an idle farm wrote ${wrote} times in ${idleMs / 1_000} s (I8)`);
    if (farm === undefined) breaches.push('no controller is up');
    else if (farm.busy > 0 || farm.queuedTasks > 0)
      breaches.push(`an idle farm counts ${farm.busy} busy slots and ${farm.queuedTasks} queued tasks`);
    else if (farm.agentsOnline < this.#farm.agents.length)
      breaches.push(`${farm.agentsOnline} of ${this.#farm.agents.length} agents are connected`);
  }

  // ---- what happens ----

  readonly #acts: Readonly<Record<ActName, () => void>> = {
    start: () => this.#start(),
    stop: () => this.#stop(),
    changePipeline: () => this.#farm.define(this.#somePipeline()),
    changeAgent: () => this.#changeAgent(),
    removeAgent: () => this.#removeAgent(),
    drainAgent: () => this.#someAgent()?.drain(),
    crashAgent: () => this.#crashAgent(),
    agentAway: () => this.#sendAway(),
    cut: () => this.#someWire()?.cut('transport error'),
    stall: () => this.#someWire()?.stall(this.#world.random.between(500, 60_000)),
    crashController: () => this.#someController()?.crash(),
    crashControllerAtPoint: () => this.#crashControllerAtPoint(),
    restartController: () => this.#someController()?.shutDown(),
    outage: () => this.#outage(),
    jumpClock: () => this.#jumpClock(),
    watchLog: () => this.#watchLog(),
  };

  #act(name: ActName): void {
    this.#world.trace?.say('the world', `acts: ${name}`);
    this.#acts[name]();
  }

  /** Somebody starts a run, perhaps with a key, and then asks until there is an answer. */
  #start(): void {
    const { random } = this.#world;
    const times = random.chance(0.2) ? random.between(2, 6) : 1;
    for (let time = 0; time < times; time += 1) {
      const key = random.chance(0.3) ? `key-${random.below(4)}` : `own-key-${(this.#keys += 1)}`;
      const asked = { key: random.chance(0.8) ? key : undefined, pipelineId: this.#somePipeline(), isAnswered: false };
      if (asked.key !== undefined) this.#unanswered += 1;
      this.#askToStart(asked);
    }
  }

  #askToStart(asked: { readonly key: string | undefined; readonly pipelineId: PipelineId; isAnswered: boolean }): void {
    const { scheduler, random, trace } = this.#world;
    if (asked.isAnswered) return;
    const controller = this.#farm.anyController();
    if (asked.key !== undefined) scheduler.after(random.between(2_000, 40_000), () => this.#askToStart(asked));
    void controller?.engine?.runs
      .start(ann, asked.pipelineId, {}, asked.key)
      .then((answer) => {
        trace?.say(
          'Ann',
          answer.ok
            ? `is told that run ${answer.value.number} (${short(answer.value.id)}) starts, key ${String(asked.key)}`
            : `may not start: ${answer.code}`,
        );
        if (asked.key !== undefined && !asked.isAnswered) this.#unanswered -= 1;
        asked.isAnswered = true;
        const scoped = asked.key === undefined ? undefined : `${asked.pipelineId} ${asked.key}`;
        if (answer.ok) this.#farm.runs.acknowledged(answer.value.id, answer.value.number, scoped);
      })
      .catch((error: unknown) => trace?.say('Ann', `could not start: ${String(error)}`));
  }

  #stop(): void {
    const { random, breaches, trace } = this.#world;
    const { runs } = this.#farm.database;
    const record = random.pick([...runs.records.values()].filter(({ state }) => state !== 'finished' || random.chance(0.1)));
    if (record === undefined) return;
    void this.#farm
      .anyController()
      ?.engine?.runs.stop(ann, record._id)
      .then((answer) => {
        trace?.say('Ann', `stops run ${record.number}: ${answer.ok ? 'ok' : answer.code}`);
        const state = runs.records.get(record._id)?.state;
        if (answer.ok && state !== 'stopping' && state !== 'finished')
          breaches.push(`the stop of run ${record.number} was acknowledged, it is ${state}`);
      })
      .catch((error: unknown) => trace?.say('Ann', `could not stop: ${String(error)}`));
  }

  #changeAgent(): void {
    const { random } = this.#world;
    const agent = this.#someAgent();
    if (agent === undefined) return;
    if (random.chance(0.2)) agent.isIll = !agent.isIll;
    void this.#farm
      .anyController()
      ?.engine?.agents.change(agent.identity.agentId, {
        slots: random.between(1, 4),
        enabled: random.chance(0.7),
        labels: random.chance(0.5) ? ['special'] : [],
      })
      .catch(() => undefined);
  }

  #removeAgent(): void {
    const agent = this.#someAgent();
    void this.#farm
      .anyController()
      ?.engine?.agents.remove(agent?.identity.agentId ?? ('' as AgentId))
      .catch(() => undefined);
  }

  #crashAgent(): void {
    const { random, scheduler } = this.#world;
    const agent = this.#someAgent();
    agent?.crash(random.chance(0.3));
    const downMs = random.chance(0.7) ? random.between(500, 10_000) : random.between(10_000, 900_000);
    scheduler.after(downMs, () => agent?.start());
  }

  #sendAway(): void {
    const { random, scheduler } = this.#world;
    const agent = this.#someAgent();
    if (agent === undefined) return;
    const awayMs = random.between(5_000, random.chance(0.5) ? 60_000 : 1_500_000);
    agent.isAway = true;
    for (const wire of this.#farm.wiresOf(agent.name)) wire.stall(awayMs);
    scheduler.after(awayMs, () => (agent.isAway = false));
  }

  #crashControllerAtPoint(): void {
    const controller = this.#someController();
    if (controller !== undefined) controller.crashIn = this.#world.random.between(1, 25);
  }

  #outage(): void {
    const { random, scheduler } = this.#world;
    this.#farm.database.isDown = true;
    scheduler.after(random.between(100, 120_000), () => (this.#farm.database.isDown = false));
  }

  #jumpClock(): void {
    const { random } = this.#world;
    const byMs = random.between(-600_000, 600_000);
    (random.chance(0.5) ? this.#someController() : this.#someAgent())?.jumpClock(byMs);
  }

  #watchLog(): void {
    const { random } = this.#world;
    const attemptId = random.pick<AttemptId>([...this.#farm.database.attempts.records.keys()]);
    if (attemptId !== undefined) this.#someController()?.hear({ type: 'logWatched', attemptId, watched: random.chance(0.7) });
  }

  /** In the end somebody sees to it that every task finds an agent. */
  #makeAgentsFit(): void {
    const { scheduler } = this.#world;
    const waiting = new Set(this.#farm.agents);
    const again = (): void => {
      if (waiting.size === 0) return;
      scheduler.after(5_000, again);
      for (const agent of waiting)
        void this.#farm
          .anyController()
          ?.engine?.agents.change(agent.identity.agentId, { slots: this.#world.plan.isWide ? 30 : 2, enabled: true, labels: ['special'] })
          .then(({ ok }) => ok && waiting.delete(agent))
          .catch(() => undefined);
    };
    again();
  }

  #somePipeline(): PipelineId {
    return this.#world.random.pick(this.#farm.pipelineIds) ?? this.#farm.pipelineIds[0] ?? fail();
  }

  #someAgent() {
    return this.#world.random.pick(this.#farm.agents);
  }

  #someController() {
    return this.#world.random.pick(this.#farm.controllers);
  }

  #someWire() {
    return this.#world.random.pick(this.#farm.wiresOf(this.#someAgent()?.name ?? ''));
  }
}

function fail(): never {
  throw new Error('a history has a pipeline');
}
