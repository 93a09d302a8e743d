import { asId, type Instant, type ProjectId } from '@drover/protocol';
import { projectPermissions, projectRoles, type ChangeProject, type CreateProject, type Project } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import { nameKeyOf } from '../../domain/accounts/account.js';
import { rolesIn, type ProjectRecord } from '../../domain/projects/project.js';
import type { People } from '../accounts/people.js';
import type { Creation } from '../creation.js';
import type { Access, UserActor } from '../ports/access.js';
import type { Clock } from '../ports/environment.js';
import type { RunSummaries } from '../ports/run-summaries.js';
import type { Signals } from '../ports/signals.js';
import type { PipelineStore } from '../ports/stores/pipelines.js';
import type { ProjectStore } from '../ports/stores/projects.js';
import type { Removals } from '../removal/removals.js';
import { ok, refused, type Result } from '../result.js';

export interface ProjectsPorts {
  readonly projects: ProjectStore;
  readonly pipelines: PipelineStore;
  readonly runs: RunSummaries;
  readonly people: People;
  readonly access: Access;
  readonly signals: Signals;
  readonly removals: Pick<Removals, 'project'>;
  readonly clock: Clock;
  /** Start of the present day in the controller's zone. */
  readonly startOfToday: () => Instant;
}

export const noProject = refused('notFound', 'There is no such project.');
const nameTaken = (name: string) =>
  refused('nameTaken', `There is a project “${name}” already.`, { errors: [{ path: '/name', message: 'is taken' }] });

/** Projects: what owns everything else. Who may call what is decided at the door. */
export function createProjects(ports: ProjectsPorts) {
  return {
    list: (actor: UserActor, search: string | undefined) => list(ports, actor, search),
    view: (actor: UserActor, records: readonly ProjectRecord[]) => views(ports, actor, records),
    get: async (actor: UserActor, projectId: ProjectId): Promise<Result<Project>> => single(ports, actor, projectId),
    create: (actor: UserActor, input: Static<typeof CreateProject>, creation: Creation) => create(ports, actor, { input, creation }),
    change: (actor: UserActor, projectId: ProjectId, input: Static<typeof ChangeProject>) => change(ports, { actor, projectId, input }),
    remove: (projectId: ProjectId) => remove(ports, projectId),
  };
}
export type ProjectsService = ReturnType<typeof createProjects>;

/** Those that the actor may see and whose name holds the text, by name. */
async function list({ projects, access }: ProjectsPorts, actor: UserActor, search = ''): Promise<readonly ProjectRecord[]> {
  const visible = await access.visibleProjects(actor);
  const records = visible === 'all' ? await projects.all() : await projects.ofMember(actor.userId);
  const part = nameKeyOf(search);
  return records.filter(({ nameKey }) => nameKey.includes(part)).sort((a, b) => a.nameKey.localeCompare(b.nameKey));
}

async function views(
  { people, pipelines, runs, access, startOfToday }: ProjectsPorts,
  actor: UserActor,
  records: readonly ProjectRecord[],
): Promise<Project[]> {
  const person = await people.refs(records.map(({ createdBy }) => createdBy));
  const heads = await pipelines.heads(new Set(records.map(({ _id }) => _id)));
  const since = startOfToday();
  return Promise.all(
    records.map(async (record) => {
      const { running, failedToday, lastRunAt } = await runs.ofProject(record._id, since);
      const may = await access.permissions(actor, { projectId: record._id });
      return {
        id: record._id,
        name: record.name,
        description: record.description,
        createdAt: record.createdAt,
        createdBy: person(record.createdBy),
        myRoles: projectRoles.filter((role) => rolesIn(record, actor.userId).includes(role)),
        may: projectPermissions.filter((permission) => may.has(permission)),
        pipelines: heads.filter(({ projectId }) => projectId === record._id).length,
        running,
        failedToday,
        ...(lastRunAt !== undefined && { lastRunAt }),
      };
    }),
  );
}

async function single(ports: ProjectsPorts, actor: UserActor, projectId: ProjectId): Promise<Result<Project>> {
  const record = await ports.projects.byId(projectId);
  const [view] = record ? await views(ports, actor, [record]) : [];
  return view ? ok(view) : noProject;
}

async function create(
  ports: ProjectsPorts,
  actor: UserActor,
  { input, creation }: { input: Static<typeof CreateProject>; creation: Creation },
): Promise<Result<Project>> {
  const projectId = asId<ProjectId>(creation.id);
  if (creation.isRepeat && (await ports.projects.byId(projectId))) return single(ports, actor, projectId);
  const record: ProjectRecord = {
    _id: projectId,
    schemaVersion: 1,
    name: input.name,
    nameKey: nameKeyOf(input.name),
    description: input.description ?? '',
    members: [{ userId: actor.userId, roles: ['creator'] }],
    createdAt: ports.clock.now(),
    createdBy: actor.userId,
  };
  if ((await ports.projects.insert(record)) === 'nameTaken') return nameTaken(input.name);
  ports.signals.publish({ type: 'accessChanged', userId: actor.userId, projectId: record._id });
  return single(ports, actor, record._id);
}

async function change(
  ports: ProjectsPorts,
  { actor, projectId, input }: { actor: UserActor; projectId: ProjectId; input: Static<typeof ChangeProject> },
): Promise<Result<Project>> {
  const changed = await ports.projects.change(projectId, { ...input, ...(input.name !== undefined && { nameKey: nameKeyOf(input.name) }) });
  if (changed === 'nameTaken') return nameTaken(input.name ?? '');
  return changed === 'missing' ? noProject : single(ports, actor, projectId);
}

/** Hides it at once; all that it owns goes in the background. Refused while something of it runs, or waits to. */
async function remove(
  { projects, runs, removals, signals, clock, startOfToday }: ProjectsPorts,
  projectId: ProjectId,
): Promise<Result<void>> {
  const project = await projects.byId(projectId);
  if (!project) return noProject;
  const { running, queued } = await runs.tally(new Set([projectId]), startOfToday());
  if (running + queued === 1) return refused('stillInUse', 'A run of this project is not finished: stop it first.');
  if (running + queued > 0) return refused('stillInUse', `${running + queued} runs of this project are not finished: stop them first.`);
  await projects.remove(projectId, clock.now());
  for (const { userId } of project.members) signals.publish({ type: 'accessChanged', userId, projectId });
  await removals.project(project);
  return ok(undefined);
}
