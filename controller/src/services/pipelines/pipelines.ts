import type { PipelineId, ProjectId } from '@drover/protocol';
import type { Pipeline, ValidatePipeline } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { Place } from '../../domain/access/permissions.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import { predefinedNames } from '../../domain/pipelines/validation/predefined.js';
import type { Creation } from '../creation.js';
import type { UserActor } from '../ports/access.js';
import { ok, refused, type Result } from '../result.js';
import type { PipelinePorts } from './pipeline-ports.js';
import { createPipeline, savePipeline, validatePipeline, type SavePipelineInput } from './saving.js';

export interface Making {
  readonly projectId: ProjectId;
  readonly input: SavePipelineInput;
  readonly creation: Creation;
}

export const noPipeline = refused('notFound', 'There is no such pipeline.');

/** Pipelines: definitions with their secrets. Who may call what is decided at the door. */
export function createPipelines(ports: PipelinePorts) {
  return {
    /** Where a pipeline lies, for the door. */
    async place(pipelineId: PipelineId): Promise<Place | undefined> {
      const record = await ports.pipelines.byId(pipelineId);
      return record && { projectId: record.projectId, createdBy: record.createdBy };
    },
    record: (pipelineId: PipelineId) => ports.pipelines.byId(pipelineId),
    get: (actor: UserActor, pipelineId: PipelineId) => get(ports, actor, pipelineId),
    validate: (actor: UserActor, projectId: ProjectId, input: Static<typeof ValidatePipeline>) =>
      validate(ports, { actor, projectId, input }),
    async create(actor: UserActor, making: Making): Promise<Result<Pipeline>> {
      const created = await createPipeline(ports, { ...making, actor });
      return created.ok ? get(ports, actor, created.value) : created;
    },
    async save(actor: UserActor, pipelineId: PipelineId, input: SavePipelineInput): Promise<Result<Pipeline>> {
      const saved = await savePipeline(ports, { actor, pipelineId, input });
      return saved.ok ? get(ports, actor, pipelineId) : saved;
    },
    remove: (pipelineId: PipelineId) => remove(ports, pipelineId),
    async setFavourite(actor: UserActor, pipelineId: PipelineId, favourite: boolean): Promise<void> {
      await (favourite ? ports.favourites.add(actor.userId, pipelineId) : ports.favourites.remove(actor.userId, pipelineId));
    },
  };
}
export type PipelinesService = ReturnType<typeof createPipelines>;

async function get(ports: PipelinePorts, actor: UserActor, pipelineId: PipelineId): Promise<Result<Pipeline>> {
  const record = await ports.pipelines.byId(pipelineId);
  const project = record && (await ports.projects.byId(record.projectId));
  if (!record || !project) return noPipeline;
  const person = await ports.people.refs([record.createdBy, record.changedBy]);
  const may = await ports.access.permissions(actor, { projectId: record.projectId, createdBy: record.createdBy });
  const { definition } = record;
  return ok({
    id: record._id,
    projectId: record.projectId,
    projectName: project.name,
    version: record.version,
    definition,
    secretsSet: Object.keys(record.secrets),
    activeRuns: ports.runs.active(pipelineId),
    ...(Object.keys(record.autoIncrement).length > 0 && { autoIncrement: record.autoIncrement }),
    createdAt: record.createdAt,
    createdBy: person(record.createdBy),
    changedAt: record.changedAt,
    changedBy: person(record.changedBy),
    favourite: (await ports.favourites.of(actor.userId)).has(record._id),
    mayExecute: may.has('execute'),
    mayModify: may.has('modify'),
    mayDelete: may.has('delete'),
    predefined: [...predefinedNames(definition)],
  });
}

/** What is allowed to a pipeline because it stood there before is allowed only to those who may save over it. */
async function validate(
  ports: PipelinePorts,
  { actor, projectId, input }: { actor: UserActor; projectId: ProjectId; input: Static<typeof ValidatePipeline> },
): Promise<readonly FieldFault[]> {
  const before = input.pipelineId === undefined ? undefined : await ports.pipelines.byId(input.pipelineId);
  const may = before && (await ports.access.permissions(actor, { projectId, createdBy: before.createdBy }));
  const isOver = before?.projectId === projectId && may?.has('modify') === true;
  return validatePipeline(ports, { actor, projectId, input, ...(isOver && { before }) });
}

/** Hides it at once; its runs, their logs and its secrets go in the background. Refused while a run is active. */
async function remove(ports: PipelinePorts, pipelineId: PipelineId): Promise<Result<void>> {
  const record: PipelineRecord | undefined = await ports.pipelines.byId(pipelineId);
  if (!record) return noPipeline;
  const runs = (await ports.runs.ofPipelines([pipelineId])).get(pipelineId);
  const active = (runs?.activeRuns ?? 0) + (runs?.queuedRuns ?? 0);
  if (active === 1) return refused('stillInUse', 'A run of this pipeline is not finished: stop it first.');
  if (active > 0) return refused('stillInUse', `${active} runs of this pipeline are not finished: stop them first.`);
  if (!(await ports.pipelines.remove(record, ports.clock.now())))
    return refused('stillInUse', 'A run of this pipeline was started just now: stop it first.');
  ports.signals.publish({ type: 'pipelineChanged', projectId: record.projectId, pipelineId });
  await ports.removals.pipeline({ _id: pipelineId, name: record.definition.name });
  return ok(undefined);
}
