import type { ProjectId, UserId } from '@drover/protocol';
import { projectRoles, type Member, type ProjectRole } from '@drover/protocol/api';
import { maxMembers, rolesIn, type ProjectRecord } from '../../domain/projects/project.js';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { Signals } from '../ports/signals.js';
import type { UserStore } from '../ports/stores/accounts.js';
import type { ProjectStore } from '../ports/stores/projects.js';
import { ok, refused, type Result } from '../result.js';
import { noProject } from './projects.js';

export interface MembersPorts {
  readonly projects: ProjectStore;
  readonly users: UserStore;
  readonly signals: Signals;
}

export interface Adding {
  readonly name: string;
  readonly roles: readonly ProjectRole[];
  /** An earlier request with the same key may have added them. */
  readonly isRepeat: boolean;
}

/** Members of a project and their roles (A1, A2). The creator keeps that role and all that goes with it. */
export function createMembers(ports: MembersPorts) {
  return {
    async list(projectId: ProjectId): Promise<Result<readonly Member[]>> {
      const project = await ports.projects.byId(projectId);
      return project ? ok(await views(ports, project)) : noProject;
    },
    add: (projectId: ProjectId, input: Adding) => add(ports, projectId, input),
    set: (projectId: ProjectId, userId: UserId, roles: readonly ProjectRole[]) => set(ports, { projectId, userId, roles }),
    remove: (projectId: ProjectId, userId: UserId) => remove(ports, projectId, userId),
  };
}
export type MembersService = ReturnType<typeof createMembers>;

async function views({ users }: MembersPorts, project: ProjectRecord): Promise<readonly Member[]> {
  const found = await users.byIds(project.members.map(({ userId }) => userId));
  return found
    .map((user) => ({
      userId: user._id,
      name: user.name,
      displayName: user.displayName,
      roles: projectRoles.filter((role) => rolesIn(project, user._id).includes(role)),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** By name and exactly: members of a project do not get to list the farm's users. */
async function add(ports: MembersPorts, projectId: ProjectId, input: Adding): Promise<Result<Member>> {
  const user = await ports.users.byNameKey(nameKeyOf(input.name));
  if (!user)
    return refused('invalidInput', `There is no user “${input.name}”.`, { errors: [{ path: '/name', message: 'is no user’s name' }] });
  const project = await ports.projects.byId(projectId);
  if (!project) return noProject;
  if (!input.isRepeat && rolesIn(project, user._id).length > 0) return refused('conflict', `${user.name} is a member already.`);
  return set(ports, { projectId, userId: user._id, roles: input.roles });
}

async function set(
  ports: MembersPorts,
  { projectId, userId, roles }: { projectId: ProjectId; userId: UserId; roles: readonly ProjectRole[] },
): Promise<Result<Member>> {
  const [project, [user]] = [await ports.projects.byId(projectId), await ports.users.byIds([userId])];
  if (!project) return noProject;
  if (!user) return refused('notFound', 'There is no such user.');
  const isCreator = project.createdBy === userId;
  if (!isCreator && rolesIn(project, userId).length === 0 && project.members.length >= maxMembers)
    return refused('conflict', `A project has at most ${maxMembers} members.`);
  await ports.projects.setMember(projectId, { userId, roles: isCreator ? ['creator', ...roles] : roles });
  ports.signals.publish({ type: 'accessChanged', userId, projectId });
  return ok({ userId, name: user.name, displayName: user.displayName, roles: [...(isCreator ? (['creator'] as const) : []), ...roles] });
}

async function remove({ projects, signals }: MembersPorts, projectId: ProjectId, userId: UserId): Promise<Result<void>> {
  const project = await projects.byId(projectId);
  if (!project) return noProject;
  if (project.createdBy === userId) return refused('conflict', 'The project’s creator stays a member; that cannot be changed.');
  if (!(await projects.removeMember(projectId, userId))) return refused('notFound', 'That user is no member.');
  signals.publish({ type: 'accessChanged', userId, projectId });
  return ok(undefined);
}
