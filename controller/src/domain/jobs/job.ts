import type { Instant, JobId, ProjectId, UserId } from '@drover/protocol';
import type { JobDefinition } from '@drover/protocol/definition';

export interface JobRecord {
  readonly _id: JobId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  /** Unique in the project, whatever its case. */
  readonly nameKey: string;
  readonly version: number;
  readonly definition: JobDefinition;
  readonly createdAt: Instant;
  readonly createdBy: UserId;
  readonly changedAt: Instant;
  readonly changedBy: UserId;
}
