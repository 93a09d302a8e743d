import type { AttemptId, ProjectId, RunId } from '@drover/protocol';
import type { LogMarks, LogProof, StepRecord } from '@drover/protocol/agent';
import type { LogView } from '@drover/protocol/api';

export interface LogIdentity {
  readonly projectId: ProjectId;
  readonly runId: RunId;
  readonly attemptId: AttemptId;
}

/** What the agents' gateway and the run engine ask of the logs. */
export interface LogIntake {
  /** Appends the part of `bytes` that lies beyond the stored end; a gap appends nothing. Resolves once durable, with the stored end. Calls may overlap: they count in the order they were made, and share a flush. Throws `LogRefused` (sealed, storageFull, unavailable). */
  append(
    log: LogIdentity,
    frame: { readonly offset: number; readonly bytes: Uint8Array; readonly marks: LogMarks },
  ): Promise<{ readonly end: number }>;
  /** Stored end of a log; 0 where there is none. */
  end(log: LogIdentity): Promise<number>;
  /** Seals the log: compares with what the agent says it sent, keeps the verdict. Idempotent. */
  finish(log: LogIdentity, proof: LogProof | undefined, steps: readonly StepRecord[]): Promise<LogView>;
  /** How the log stands: size, lines, complete or what is missing. */
  view(log: LogIdentity): Promise<LogView>;
  /** Removes a log with everything of it. Idempotent. */
  remove(log: LogIdentity): Promise<void>;
}
