import type { ProjectId, UserId } from '@drover/protocol';
import { projectPermissions, type ProjectRole } from '@drover/protocol/api';
import type { Actor } from './actor.js';

/** `manage`: members, and whatever only the project's creator and managers may. */
export const permissions = projectPermissions;
export type Permission = (typeof permissions)[number];

/** Where something lies, as far as permission depends on it. */
export interface Place {
  readonly projectId: ProjectId;
  /** Who made the pipeline, when it is one: that person has all but `manage` as long as they are a member (A2). */
  readonly createdBy?: UserId;
}

const everything: readonly Permission[] = permissions;
const onPipelines: readonly Permission[] = ['view', 'execute', 'modify', 'delete'];

/** A2: what each role may do at first. */
// prettier-ignore
export const roleTable: Readonly<Record<ProjectRole, readonly Permission[]>> = {
  creator:     everything,
  manager:     everything,
  developer:   ['view', 'execute', 'modify'],
  tester:      ['view', 'execute'],
  operations:  ['view', 'execute'],
  participant: ['view'],
  viewer:      ['view'],
};

const nothing: ReadonlySet<Permission> = new Set();

/** What an actor with these roles in the project may do there. Several roles: their union. Nothing at all without a role. */
export function permissionsOf(actor: Actor, roles: readonly ProjectRole[], place: Place): ReadonlySet<Permission> {
  if (actor.type === 'system') return new Set(everything);
  if (actor.type === 'agent') return nothing;
  if (actor.administrator) return new Set(everything);
  if (roles.length === 0) return nothing;
  const granted = new Set(roles.flatMap((role) => roleTable[role]));
  if (place.createdBy === actor.userId) onPipelines.forEach((permission) => granted.add(permission));
  return granted;
}
