import type { AttemptId, DefinitionId, Instant, Outcome, PipelineId, ProjectId, Reason, RunId } from '@drover/protocol';
import type { PersonRef, RunRef, Trigger } from '@drover/protocol/api';
import type { Ciphertext } from '../pipelines/pipeline.js';

export interface RunSourceState {
  readonly index: number;
  readonly alias?: string;
  readonly url: string;
  readonly ref: RunRef;
  /** Set once, when the run leaves the queue; every attempt uses it (S7). */
  readonly commit?: string;
  readonly message?: string;
}

/** A task of a run: where it stands, and its newest attempt. `key` is the instance key: the task's, and `~n` behind it for a matrix. */
export type TaskState = {
  readonly key: string;
  readonly selected: boolean;
  /** Number of the newest attempt; 0 before the first. */
  readonly attempt: number;
  readonly queuedAt?: Instant;
  readonly startedAt?: Instant;
} & (
  | { readonly state: 'waiting' }
  | { readonly state: 'queued' }
  | { readonly state: 'running' }
  | { readonly state: 'finished'; readonly outcome: Outcome; readonly finishedAt: Instant; readonly reason?: Reason }
);

export interface StageState {
  readonly key: string;
  readonly tasks: readonly TaskState[];
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly outcome?: Outcome;
}

interface RunFacts {
  readonly runId: RunId;
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly number: number;
  readonly definitionId: DefinitionId;
  readonly trigger: Trigger;
  /** Grows when an ended run is opened again. */
  readonly execution: number;
  readonly zone: string;
  readonly queuedAt: Instant;
  readonly queueDeadline: Instant;
  readonly priority: number;
  readonly sources: readonly RunSourceState[];
  readonly stages: readonly StageState[];
  /** Values that this run was started with, secrets enciphered. */
  readonly parameters: Readonly<Record<string, { readonly value: string } | { readonly secret: Ciphertext }>>;
  /** Made by the controller itself; may run where tasks cannot be kept apart. */
  readonly sample: boolean;
  /** Which of the pipeline's places it holds: from leaving the queue to its end. The unique index `{pipelineId, runSlot}` is drawn from it. */
  readonly slot?: number;
  readonly startedAt?: Instant;
  readonly stop?: {
    readonly by: PersonRef | 'system';
    readonly at: Instant;
    readonly reason: Reason;
    /** Asked for again: always steps end, too. */
    readonly atOnce?: true;
  };
}

export type Run = RunFacts &
  (
    | { readonly state: 'queued' }
    | { readonly state: 'running' }
    | { readonly state: 'stopping' }
    | { readonly state: 'finished'; readonly outcome: Outcome; readonly finishedAt: Instant; readonly reason?: Reason }
  );

/** Everything that can happen to a run. */
export type RunEvent =
  | { readonly type: 'slotGranted'; readonly slot: number }
  | {
      readonly type: 'sourcesResolved';
      readonly sources: ReadonlyArray<{ readonly index: number; readonly commit: string; readonly message?: string }>;
    }
  | { readonly type: 'sourcesFailed'; readonly reason: Reason }
  | { readonly type: 'commitDescribed'; readonly index: number; readonly commit: string; readonly message: string }
  | {
      readonly type: 'attemptStarted';
      readonly attemptId: AttemptId;
      readonly taskKey: string;
      readonly number: number;
      readonly at: Instant;
    }
  | {
      readonly type: 'attemptFinished';
      readonly attemptId: AttemptId;
      readonly taskKey: string;
      readonly number: number;
      readonly outcome: Outcome;
      readonly reason?: Reason;
      readonly startedAt?: Instant;
      readonly finishedAt: Instant;
      /** The recovery policy wants another attempt of what was lost. */
      readonly rerun: boolean;
    }
  | { readonly type: 'stopRequested'; readonly by: PersonRef | 'system'; readonly reason: Reason; readonly atOnce?: true }
  | { readonly type: 'queueDeadlinePassed' };

/** What the world must do about it; each harmless when done twice, in any order. */
export type RunEffect =
  | { readonly type: 'resolveSources' }
  | { readonly type: 'queueAttempt'; readonly attemptId: AttemptId; readonly taskKey: string; readonly number: number }
  | { readonly type: 'stopAttempt'; readonly attemptId: AttemptId; readonly reason: Reason; readonly atOnce?: true }
  | { readonly type: 'releaseSlot' };

export interface Transition {
  readonly run: Run;
  readonly effects: readonly RunEffect[];
}
