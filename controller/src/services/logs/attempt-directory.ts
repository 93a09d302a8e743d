import type { AttemptId } from '@drover/protocol';
import type { LogProof, StepRecord } from '@drover/protocol/agent';
import type { LogIdentity } from '../ports/logs.js';

/** What a reader of a log needs to know of its attempt. */
export interface LoggedAttempt {
  readonly log: LogIdentity;
  readonly steps: readonly StepRecord[];
  /** What the agent said it had sent, once the attempt is over. */
  readonly proof?: LogProof;
}

/** Finds attempts by id, for readers who may see their project. */
export interface AttemptDirectory {
  find(attemptId: AttemptId): Promise<LoggedAttempt | undefined>;
}
