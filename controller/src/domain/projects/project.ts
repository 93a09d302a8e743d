import type { Instant, ProjectId, UserId } from '@drover/protocol';
import type { ProjectRole } from '@drover/protocol/api';

export interface MemberRecord {
  readonly userId: UserId;
  readonly roles: readonly ProjectRole[];
}

export interface ProjectRecord {
  readonly _id: ProjectId;
  readonly schemaVersion: 1;
  readonly name: string;
  /** Unique in the farm, whatever its case; of a deleted one `~` and its id. */
  readonly nameKey: string;
  readonly description: string;
  /** The creator is one of them, with that role, always. */
  readonly members: readonly MemberRecord[];
  readonly createdAt: Instant;
  readonly createdBy: UserId;
  readonly deletedAt?: Instant;
}

/** More members than this are refused: they travel in one document. */
export const maxMembers = 1_000;

/** What takes the place of the name of a deleted record, so that the name is free again. No name can be this. */
export const deletedNameKey = (id: string): string => `~${id}`;

export const rolesIn = (project: ProjectRecord, userId: UserId): readonly ProjectRole[] =>
  project.members.find((member) => member.userId === userId)?.roles ?? [];
