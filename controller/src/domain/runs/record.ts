import type { DefinitionId, Instant, Outcome, PipelineId, ProjectId, RunId, RunState, UserId } from '@drover/protocol';
import type { Run } from './run.js';
import { isWaiting } from './status.js';

/** A run as the store keeps it: what queries ask for beside the run itself. */
export interface RunRecord {
  readonly _id: RunId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly number: number;
  readonly definitionId: DefinitionId;
  readonly state: RunState;
  readonly outcome?: Outcome;
  /** Present while the run is shown as queued though its state is `running`. */
  readonly waits?: true;
  /** Unique with `pipelineId` among the runs that have one (X4). */
  readonly runSlot?: number;
  readonly startedBy?: UserId;
  readonly queuedAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  /** Unique with `pipelineId` among the runs that have one. */
  readonly idempotencyKey?: string;
  readonly requestDigest?: string;
  /** Grows by one with each write. */
  readonly revision: number;
  /** Names the write that made this revision, so that one that was applied but not answered is recognised. */
  readonly lastWriteId: string;
  readonly run: Run;
}

export interface WriteMark {
  readonly revision: number;
  readonly lastWriteId: string;
  readonly idempotencyKey?: string;
  readonly requestDigest?: string;
}

export function recordOf(run: Run, mark: WriteMark): RunRecord {
  return {
    _id: run.runId,
    schemaVersion: 1,
    projectId: run.projectId,
    pipelineId: run.pipelineId,
    number: run.number,
    definitionId: run.definitionId,
    state: run.state,
    ...(run.state === 'finished' ? { outcome: run.outcome, finishedAt: run.finishedAt } : {}),
    ...(isWaiting(run) ? { waits: true } : {}),
    ...(run.slot === undefined ? {} : { runSlot: run.slot }),
    ...(run.trigger.by === undefined ? {} : { startedBy: run.trigger.by.userId }),
    queuedAt: run.queuedAt,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    revision: mark.revision,
    lastWriteId: mark.lastWriteId,
    ...(mark.idempotencyKey === undefined ? {} : { idempotencyKey: mark.idempotencyKey }),
    ...(mark.requestDigest === undefined ? {} : { requestDigest: mark.requestDigest }),
    run,
  };
}

/** The same record with a later state of its run. */
export const nextRecord = (before: RunRecord, run: Run, lastWriteId: string): RunRecord =>
  recordOf(run, { ...before, revision: before.revision + 1, lastWriteId });

/** A run may not take more than this; a start that would is refused. */
export const maxRunBytes = 1_000_000;
