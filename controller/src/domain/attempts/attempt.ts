import type { AgentId, AttemptId, Instant, OfferId, Outcome, PipelineId, ProjectId, Reason, RunId } from '@drover/protocol';
import type { LogProof, StepRecord } from '@drover/protocol/agent';
import type { RecoveryPolicy } from '@drover/protocol/definition';

/** That the attempt is to end; `atOnce` with its always steps. */
export interface StopDemand {
  readonly reason: Reason;
  readonly at: Instant;
  readonly atOnce?: true;
}

/** Authority on the work of one attempt, and the run's inbox: `folded` is false until the run has taken its end in. */
export interface AttemptRecord {
  readonly _id: AttemptId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly runId: RunId;
  readonly runNumber: number;
  readonly taskKey: string;
  readonly number: number;
  readonly execution: number;
  readonly state: 'queued' | 'running' | 'stopping' | 'away' | 'undecided' | 'finished';
  /** true from the claim to the end: the unique index `{agentId, slot}` covers these. */
  readonly active: boolean;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly executor: 'shell' | 'docker';
  readonly sample: boolean;
  readonly recovery: RecoveryPolicy;
  readonly timeoutSeconds: number;
  readonly queuedAt: Instant;
  readonly queueDeadline: Instant;
  /** 0 before the first claim; each claim adds 1. */
  readonly fencing: number;
  readonly offerId?: OfferId;
  readonly agentId?: AgentId;
  readonly slot?: number;
  readonly startedAt?: Instant;
  readonly stop?: StopDemand;
  readonly finishedAt?: Instant;
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  readonly exitCode?: number;
  readonly steps: readonly StepRecord[];
  readonly log?: LogProof;
  readonly warnings: readonly Reason[];
  readonly folded: boolean;
  readonly lastWriteId?: string;
}
