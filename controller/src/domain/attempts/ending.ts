import type { Instant, Outcome, Reason } from '@drover/protocol';
import type { AttemptResult } from '@drover/protocol/agent';
import type { RunEvent } from '../runs/run.js';
import type { AttemptRecord } from './attempt.js';

/*
 *            claim                    finished, lost
 *  queued ───────────▶ running ─────────────────────────▶ finished
 *    │                    │ stop                     ▲ ▲
 *    │                    └──────▶ stopping ─────────┘ │
 *    └── stop, queue deadline, cannot be started ─────┘
 *  away and undecided are how a running or stopping attempt looks while its agent is not connected.
 */

/** States in which an agent holds the attempt. */
export const activeStates = ['running', 'stopping', 'away', 'undecided'] as const;

export interface Ending {
  readonly state: 'finished';
  readonly active: false;
  readonly outcome: Outcome;
  readonly finishedAt: Instant;
  readonly reason?: Reason;
}

/** What is set when an attempt ends without a word of an agent. */
export const endingOf = (outcome: Outcome, finishedAt: Instant, reason?: Reason): Ending => ({
  state: 'finished',
  active: false,
  outcome,
  finishedAt,
  ...(reason === undefined ? {} : { reason }),
});

/** What is set when the agent says how it ended. Its clock is not trusted to lie after now. */
export const resultOf = (result: AttemptResult, now: Instant) => ({
  ...endingOf(result.outcome, Math.min(result.finishedAt, now), result.reason),
  startedAt: Math.min(result.startedAt, now),
  ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
  steps: result.steps,
  log: result.log,
  warnings: result.warnings,
});

/** What the run learns about a finished attempt. */
export function finishedEvent(attempt: AttemptRecord): RunEvent | undefined {
  if (attempt.state !== 'finished' || attempt.outcome === undefined || attempt.finishedAt === undefined) return undefined;
  return {
    type: 'attemptFinished',
    attemptId: attempt._id,
    taskKey: attempt.taskKey,
    number: attempt.number,
    outcome: attempt.outcome,
    ...(attempt.reason === undefined ? {} : { reason: attempt.reason }),
    ...(attempt.startedAt === undefined ? {} : { startedAt: attempt.startedAt }),
    finishedAt: attempt.finishedAt,
    rerun: attempt.outcome === 'lost' && attempt.recovery.then === 'rerun' && attempt.stop === undefined,
  };
}
