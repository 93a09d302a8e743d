import type { DefinitionId, Instant, PipelineId, ProjectId, RunId, UserId } from '@drover/protocol';
import type { PipelineDefinition } from '@drover/protocol/definition';
import type { RunRef, Trigger } from '@drover/protocol/api';

/** A value under authenticated encryption; `keyId` says with which key. */
export interface Ciphertext {
  readonly keyId: string;
  readonly box: string;
}

/** A start that was given its number but whose run may not be in the store yet: the controller that finds it inserts the run (same id) and takes it out. */
export interface PendingStart {
  readonly runId: RunId;
  readonly number: number;
  /** The snapshot that the run follows. */
  readonly definitionId: DefinitionId;
  readonly idempotencyKey?: string;
  /** Digest of what was asked, so that the same key with another request is refused. */
  readonly requestDigest?: string;
  readonly sample: boolean;
  readonly trigger: Trigger;
  readonly refs: ReadonlyArray<{ readonly index: number; readonly ref: RunRef }>;
  readonly tasks?: readonly string[];
  /** Values that the run gets, typed ones and defaults; secrets enciphered. */
  readonly parameters: Readonly<Record<string, { readonly value: string } | { readonly secret: Ciphertext }>>;
  readonly startedAt: Instant;
}

export interface PipelineRecord {
  readonly _id: PipelineId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  /** Unique in the project, whatever its case. */
  readonly nameKey: string;
  readonly version: number;
  readonly definition: PipelineDefinition;
  readonly secrets: Readonly<Record<string, Ciphertext>>;
  /** The number that the next run gets. Only grows. */
  readonly nextNumber: number;
  /** Current values of auto-increment parameters that differ from the definition's default. */
  readonly autoIncrement: Readonly<Record<string, string>>;
  readonly pendingStarts: readonly PendingStart[];
  /** Made by the controller itself and unchanged since: its runs may go where tasks cannot be kept apart. */
  readonly sample?: boolean;
  readonly createdAt: Instant;
  readonly createdBy: UserId;
  readonly changedAt: Instant;
  readonly changedBy: UserId;
  readonly deletedAt?: Instant;
}
