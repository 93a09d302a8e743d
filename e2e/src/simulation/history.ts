import { Acts } from './acts.js';
import { planOf } from './plan.js';
import { Farm } from './world/farm.js';
import { Random } from './world/random.js';
import { Scheduler } from './world/time/scheduler.js';
import { Trace } from './world/time/trace.js';
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
/** Work that nobody waits for any more, a start whose caller was told to ask again, is tried again this soon after the store is back. */
const triedAgainMs = 15_000;
/** So long a farm at rest is watched for doing nothing, after its last timers have run out. */
const idleMs = 120_000;
/** Writes that it may do in that time: its sign of life, once every ten seconds. */
const idleWrites = idleMs / 10_000 + 1;

/** Plays the history of a seed from its beginning to its end. The same seed plays the same history, told or not. */
export async function play(seed: number, { isTold = false }: { readonly isTold?: boolean } = {}): Promise<Told> {
  const scheduler = new Scheduler();
  const random = new Random(seed);
  const trace = isTold ? new Trace(scheduler) : undefined;
  const world: World = { scheduler, random, plan: planOf(random, seed), trace, breaches: [], isCalm: false };
  const history = new History(world);
  const onRejection = (error: unknown): void => void world.breaches.push(`nobody waits for a rejection: ${stackOf(error)}`);
  process.on('unhandledRejection', onRejection);
  try {
    await history.play();
  } catch (error) {
    world.breaches.push(`the history could not be played on: ${stackOf(error)}`);
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
  readonly #acts: Acts;

  constructor(world: World) {
    this.#world = world;
    this.#farm = new Farm(world);
    this.#acts = new Acts(world, this.#farm);
  }

  async play(): Promise<void> {
    const { plan, random, trace } = this.#world;
    trace?.say('the world', JSON.stringify(plan));
    this.#farm.open();
    await this.#run(random.between(0, 8_000));
    for (let act = 0; act < plan.acts && !this.#isBroken; act += 1) {
      this.#acts.act(random.weighted(plan.weights));
      await this.#run(random.next() * (random.chance(plan.haste) ? 30 : 2 * plan.pauseMs));
    }
    await this.#run(random.next() * 60_000);
    this.#farm.calmDown();
    this.#acts.makeAgentsFit();
    await this.#run(triedAgainMs);
    for (let restedMs = 0; restedMs < restWithinMs && !this.#isAtRest && !this.#isBroken; restedMs += 2_000) await this.#run(2_000);
    if (this.#isBroken) return;
    this.#farm.runs.atEnd();
    this.#farm.attempts.atEnd();
    await this.#farm.promises.atEnd();
    await this.#mustBeIdle();
  }

  get #isBroken(): boolean {
    return this.#world.breaches.length > 0;
  }

  get #isAtRest(): boolean {
    const { runs, attempts, pipelines } = this.#farm.database;
    if (this.#acts.unanswered > 0 || !this.#farm.controllers.some(({ isReady }) => isReady)) return false;
    for (const { pendingStarts } of pipelines.records.values())
      if (pendingStarts.some(({ runId }) => !runs.records.has(runId))) return false;
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
}
