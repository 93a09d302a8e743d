import type { Instant, ProjectId } from '@drover/protocol';
import type { Page, PipelineRow, pipelineListQuery, RunSummary } from '@drover/protocol/api';
import type { Static, TObject } from '@sinclair/typebox';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { UserActor } from '../ports/access.js';
import type { PipelineHead } from '../ports/stores/pipelines.js';
import type { PipelinePorts } from './pipeline-ports.js';

export type PipelineListQuery = Static<TObject<typeof pipelineListQuery>>;
const maxExactTotal = 10_000;

/** L1–L4: lists over what the person may see. */
export function createListing(ports: PipelinePorts & { readonly startOfToday: () => Instant }) {
  return {
    list: (actor: UserActor, query: PipelineListQuery) => listPipelines(ports, actor, query),
    tally: async (actor: UserActor) => ports.runs.tally(await ports.access.visibleProjects(actor), ports.startOfToday()),
  };
}
export type ListingService = ReturnType<typeof createListing>;

async function listPipelines(ports: PipelinePorts, actor: UserActor, query: PipelineListQuery): Promise<Page<PipelineRow>> {
  const heads = await filtered(ports, { actor, query, heads: await visible(ports, actor, query.projectId) });
  const sorted = await inOrder(ports, heads, query);
  const { page = 1, pageSize = 20 } = query;
  const shown = sorted.slice((page - 1) * pageSize, page * pageSize);
  const total = Math.min(sorted.length, maxExactTotal);
  return { items: await rows(ports, actor, shown), page, pageSize, total, more: sorted.length > maxExactTotal };
}

async function visible(
  { access, pipelines }: PipelinePorts,
  actor: UserActor,
  projectId: ProjectId | undefined,
): Promise<readonly PipelineHead[]> {
  const projects = await access.visibleProjects(actor);
  if (projectId === undefined) return pipelines.heads(projects);
  return projects === 'all' || projects.has(projectId) ? pipelines.heads(new Set([projectId])) : [];
}

async function filtered(
  ports: PipelinePorts,
  { actor, query, heads }: { actor: UserActor; query: PipelineListQuery; heads: readonly PipelineHead[] },
): Promise<readonly PipelineHead[]> {
  const part = nameKeyOf(query.search ?? '');
  const named = heads.filter(({ name }) => nameKeyOf(name).includes(part));
  const chosen = await byFilter(ports, actor, query.filter ?? 'all', named);
  if (query.person === undefined || query.person === '') return chosen;
  const projects = new Set(chosen.map(({ projectId }) => projectId));
  const ran = await ports.runs.everRunBy(query.person, projects);
  return chosen.filter(({ _id }) => ran.has(_id));
}

async function byFilter(
  ports: PipelinePorts,
  actor: UserActor,
  filter: NonNullable<PipelineListQuery['filter']>,
  heads: readonly PipelineHead[],
): Promise<readonly PipelineHead[]> {
  switch (filter) {
    case 'all':
      return heads;
    case 'createdByMe':
      return heads.filter(({ createdBy }) => createdBy === actor.userId);
    case 'favourites': {
      const favourites = await ports.favourites.of(actor.userId);
      return heads.filter(({ _id }) => favourites.has(_id));
    }
    case 'lastRunByMe': {
      const newest = await ports.runs.newest(heads.map(({ _id }) => _id));
      return heads.filter(({ _id }) => newest.get(_id)?.trigger.by?.userId === actor.userId);
    }
  }
}

/** By name unless asked otherwise; by last start the newest first. Pipelines that never ran come last, either way. */
async function inOrder(
  { runs }: PipelinePorts,
  heads: readonly PipelineHead[],
  { sort = 'name', order }: PipelineListQuery,
): Promise<readonly PipelineHead[]> {
  const byName = [...heads].sort((a, b) => a.name.localeCompare(b.name) || (a._id < b._id ? -1 : 1));
  if (sort === 'name') return order === 'descending' ? byName.reverse() : byName;
  const newest = await runs.newest(heads.map(({ _id }) => _id));
  const measure = sort === 'lastStart' ? startOf : durationOf;
  const sign = order === 'ascending' ? 1 : -1;
  const measured = byName.map((head) => ({ head, value: measure(newest.get(head._id)) }));
  measured.sort((a, b) =>
    a.value === undefined || b.value === undefined
      ? Number(a.value === undefined) - Number(b.value === undefined)
      : sign * (a.value - b.value),
  );
  return measured.map(({ head }) => head);
}

const startOf = (run: RunSummary | undefined): number | undefined => run?.startedAt ?? run?.queuedAt;
const durationOf = (run: RunSummary | undefined): number | undefined =>
  run?.startedAt === undefined || run.finishedAt === undefined ? undefined : run.finishedAt - run.startedAt;

async function rows(ports: PipelinePorts, actor: UserActor, heads: readonly PipelineHead[]): Promise<PipelineRow[]> {
  const runs = await ports.runs.ofPipelines(heads.map(({ _id }) => _id));
  const person = await ports.people.refs(heads.map(({ createdBy }) => createdBy));
  const favourites = await ports.favourites.of(actor.userId);
  const names = await projectNames(ports, heads);
  return Promise.all(
    heads.map(async (head) => {
      const may = await ports.access.permissions(actor, { projectId: head.projectId, createdBy: head.createdBy });
      const { newestRun, lastRuns = [], activeRuns = 0, queuedRuns = 0 } = runs.get(head._id) ?? {};
      return {
        id: head._id,
        projectId: head.projectId,
        projectName: names.get(head.projectId) ?? '',
        name: head.name,
        favourite: favourites.has(head._id),
        activeRuns,
        queuedRuns,
        ...(newestRun && { newestRun }),
        lastRuns,
        mayExecute: may.has('execute'),
        mayModify: may.has('modify'),
        mayDelete: may.has('delete'),
        createdBy: person(head.createdBy),
      };
    }),
  );
}

async function projectNames({ projects }: PipelinePorts, heads: readonly PipelineHead[]): Promise<ReadonlyMap<ProjectId, string>> {
  const ids = [...new Set(heads.map(({ projectId }) => projectId))];
  const records = await Promise.all(ids.map((id) => projects.byId(id)));
  return new Map(records.flatMap((record) => (record ? [[record._id, record.name] as const] : [])));
}
