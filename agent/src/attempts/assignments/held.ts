import type { AttemptId, OfferId, Reason } from '@drover/protocol';
import type { AttemptResult, AttemptSpec, HeldAttempt } from '@drover/protocol/agent';
import type { LogFile } from '../../spool/log-file.js';
import type { Attempt } from '../attempt.js';

/**
 * An attempt that the agent holds. It keeps its slot through all of these:
 *
 *   accepting ──granted──► starting ──► running ──► finished ──acknowledged──► (gone)
 */
export type Held = Accepting | Starting | Running | Finished;

interface Common {
  readonly attemptId: AttemptId;
  readonly slot: number;
}
/** The offer is taken, the controller's yes is awaited. */
export interface Accepting extends Common {
  readonly state: 'accepting';
  readonly offerId: OfferId;
}
/** The yes has come and is being written down. */
export interface Starting extends Common {
  readonly state: 'starting';
  readonly fencing: number;
  readonly stop?: Reason;
  readonly isDropped: boolean;
}
export interface Running extends Common {
  readonly state: 'running';
  readonly fencing: number;
  readonly spec: AttemptSpec;
  readonly attempt: Attempt;
  readonly file: LogFile;
  readonly isDropped: boolean;
}
/** The result is durable and on its way. */
export interface Finished extends Common {
  readonly state: 'finished';
  readonly fencing: number;
  readonly result: AttemptResult;
  /** Absent if it could not even be begun. */
  readonly file: LogFile | undefined;
}

/** What the hello says of it; nothing before the agent has a right to it. */
export function statement(held: Held): HeldAttempt | undefined {
  if (held.state === 'accepting') return undefined;
  const { attemptId, fencing } = held;
  if (held.state === 'starting') return { attemptId, fencing, state: held.stop ? 'stopping' : 'running', logEnd: 0 };
  if (held.state === 'finished') return { attemptId, fencing, state: 'finished', logEnd: held.file?.end ?? 0 };
  return { attemptId, fencing, state: held.attempt.isStopping ? 'stopping' : 'running', logEnd: held.file.end };
}
