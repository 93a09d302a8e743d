import type { EndpointId, Instant, JobId, ProjectId, UserId } from '@drover/protocol';
import type { EndpointRecord } from '../../../domain/endpoints/endpoint.js';
import type { JobRecord } from '../../../domain/jobs/job.js';
import type { MemberRecord, ProjectRecord } from '../../../domain/projects/project.js';
import type { Inserted } from './accounts.js';

export type Replaced = 'replaced' | 'nameTaken' | 'versionConflict';

/** Deleted projects are as if they were not there. */
export interface ProjectStore {
  insert(project: ProjectRecord): Promise<Inserted>;
  byId(projectId: ProjectId): Promise<ProjectRecord | undefined>;
  ofMember(userId: UserId): Promise<readonly ProjectRecord[]>;
  idsOfMember(userId: UserId): Promise<readonly ProjectId[]>;
  all(): Promise<readonly ProjectRecord[]>;
  change(
    projectId: ProjectId,
    change: { readonly name?: string; readonly nameKey?: string; readonly description?: string },
  ): Promise<'changed' | 'nameTaken' | 'missing'>;
  /** Sets the roles of one member, added where they were none. Never the creator's. */
  setMember(projectId: ProjectId, member: MemberRecord): Promise<boolean>;
  /** Never the creator. */
  removeMember(projectId: ProjectId, userId: UserId): Promise<boolean>;
  /** From every project, the creator too. */
  removePerson(userId: UserId): Promise<void>;
  remove(projectId: ProjectId, at: Instant): Promise<boolean>;
}

export interface JobStore {
  insert(job: JobRecord): Promise<Inserted>;
  byId(jobId: JobId): Promise<JobRecord | undefined>;
  /** All of a project by name. */
  ofProject(projectId: ProjectId): Promise<readonly JobRecord[]>;
  /** Replaces the definition if its version is still this one. */
  replace(jobId: JobId, version: number, change: Pick<JobRecord, 'definition' | 'nameKey' | 'changedAt' | 'changedBy'>): Promise<Replaced>;
  remove(jobId: JobId): Promise<boolean>;
}

export interface EndpointStore {
  insert(endpoint: EndpointRecord): Promise<Inserted>;
  byId(endpointId: EndpointId): Promise<EndpointRecord | undefined>;
  byName(projectId: ProjectId, nameKey: string): Promise<EndpointRecord | undefined>;
  ofProject(projectId: ProjectId): Promise<readonly EndpointRecord[]>;
  /** Replaces it if its version is still this one; the new record carries the next. */
  replace(version: number, endpoint: EndpointRecord): Promise<Replaced>;
  remove(endpointId: EndpointId): Promise<boolean>;
}
