import type { Cancel } from './time/scheduler.js';
import type { World } from './world.js';

/** What was held up comes through so close together. */
const gapMs = 0.001;

/** The way between the two ends of a connection: it takes time, and keeps the order of what it carries unless the history is one that does not. */
export class Way {
  readonly #world: World;
  #heldUntilMs = 0;
  /** What came while nothing arrives, in its order. */
  readonly #heldUp: Array<() => void> = [];
  #release: Cancel = () => undefined;
  readonly #lastMs = { up: 0, down: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  get isHeld(): boolean {
    return this.#world.scheduler.nowMs < this.#heldUntilMs;
  }

  /** Nothing arrives until then. */
  holdUntil(atMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, atMs);
  }

  /** What was held up continues now. */
  letGo(): void {
    this.#heldUntilMs = this.#world.scheduler.nowMs;
    this.#releaseAt(this.#heldUntilMs);
  }

  carry(to: 'up' | 'down', what: string, arrive: () => void): void {
    const { scheduler, random, plan, isCalm } = this.#world;
    const arrivesMs = scheduler.nowMs + this.#latencyMs();
    const isLoose = plan.isUnordered && !isCalm && what !== 'hello';
    if (isLoose) {
      if (random.chance(0.03)) return;
      if (random.chance(0.1)) this.#arriveAt(arrivesMs + random.next() * 3_000, arrive);
      return this.#arriveAt(arrivesMs, arrive);
    }
    this.#lastMs[to] = Math.max(arrivesMs, this.#lastMs[to] + gapMs);
    this.#arriveAt(this.#lastMs[to], arrive);
  }

  /** Once things arrive again, behind what was held up. */
  afterHold(arrive: () => void): void {
    this.#arriveAt(this.#heldUntilMs, arrive);
  }

  #arriveAt(atMs: number, arrive: () => void): void {
    const { scheduler } = this.#world;
    scheduler.after(atMs - scheduler.nowMs, () => {
      if (!this.isHeld && this.#heldUp.length === 0) return arrive();
      this.#heldUp.push(arrive);
      this.#releaseAt(this.#heldUntilMs);
    });
  }

  /** One after the other, as they came, and before whatever comes later. */
  #releaseAt(atMs: number): void {
    const { scheduler } = this.#world;
    this.#release();
    if (this.#heldUp.length === 0) return;
    this.#release = scheduler.after(atMs - scheduler.nowMs, () => {
      if (!this.isHeld) this.#heldUp.shift()?.();
      this.#releaseAt(Math.max(this.#heldUntilMs, scheduler.nowMs + gapMs));
    });
  }

  #latencyMs(): number {
    const { random } = this.#world;
    return random.chance(0.93) ? 0.2 + random.next() * 4 : random.next() * 1_500;
  }
}
