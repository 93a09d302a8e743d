import type { Plan } from '../plan.js';
import type { Random } from './random.js';
import type { Scheduler } from './time/scheduler.js';
import type { Trace } from './time/trace.js';

/** What every part of a history shares. */
export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly plan: Plan;
  /** Only in a history that is told. */
  readonly trace: Trace | undefined;
  /** What must never be. The first breach ends the history. */
  readonly breaches: string[];
  /** Nothing goes wrong by itself any more. */
  isCalm: boolean;
}
