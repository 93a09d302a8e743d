import { asId, type JobId, type PipelineId, type ProjectId } from '@drover/protocol';
import type { ImportPipeline, ImportResult } from '@drover/protocol/api';
import type { JobDefinition, PipelineFile } from '@drover/protocol/definition';
import type { Static } from '@sinclair/typebox';
import { nameKeyOf } from '../../domain/accounts/account.js';
import { callerFaults, jobFaults } from '../../domain/jobs/job-rules.js';
import type { JobRecord } from '../../domain/jobs/job.js';
import { canonicalJson } from '../../domain/pipelines/canonical.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import type { Creation } from '../creation.js';
import { endpointFaultsOfJob, endpointsFor } from '../endpoints/reach.js';
import type { UserActor } from '../ports/access.js';
import type { PipelineFiles } from '../ports/pipeline-files.js';
import { ok, refused, type Result } from '../result.js';
import type { PipelinePorts } from './pipeline-ports.js';
import { createPipeline, refusalOf, savePipeline, validatePipeline } from './saving.js';

type Input = Static<typeof ImportPipeline>;
type Outcome = Static<typeof ImportResult>;
export interface Importing {
  readonly actor: UserActor;
  readonly projectId: ProjectId;
  readonly input: Input;
  readonly creation: Creation;
}

/** C5: pipelines as files. Secrets are never in one. */
export function createTransfer(ports: PipelinePorts & { readonly files: PipelineFiles }) {
  return {
    async export(pipelineId: PipelineId): Promise<Result<{ readonly name: string; readonly yaml: string }>> {
      const record = await ports.pipelines.byId(pipelineId);
      if (!record) return refused('notFound', 'There is no such pipeline.');
      const called = new Set(record.definition.stages.flatMap(({ tasks }) => tasks.map(({ job }) => job)));
      const jobs = (await ports.jobs.ofProject(record.projectId))
        .map(({ definition }) => definition)
        .filter(({ name }) => called.has(name));
      return ok({ name: record.definition.name, yaml: ports.files.write({ drover: 1, pipeline: record.definition, jobs }) });
    },
    async import(importing: Importing): Promise<Result<Outcome>> {
      const file = await ports.files.read(importing.input.yaml);
      return file.ok ? importFile(ports, importing, file.value) : file;
    },
  };
}
export type TransferService = ReturnType<typeof createTransfer>;

async function importFile(ports: PipelinePorts, importing: Importing, file: PipelineFile): Promise<Result<Outcome>> {
  const { actor, projectId, input, creation } = importing;
  const made = creation.isRepeat ? await ports.pipelines.byId(asId(creation.id)) : undefined;
  if (made)
    return ok({
      created: true,
      pipelineId: made._id,
      jobsCreated: [],
      jobsReplaced: [],
      secretsMissing: secretsMissing(file, made.secrets),
    });
  const given = file.jobs ?? [];
  const stored = await ports.jobs.ofProject(projectId);
  const plan = planJobs(given, stored, input.jobs ?? 'keep');
  if (plan.conflicts.length > 0) {
    return refused(
      'conflict',
      `Jobs of the same name that differ: ${plan.conflicts.join(', ')}. Choose “replace”, or rename them in the file.`,
      { errors: [{ path: '/jobs', message: 'differ from the project’s' }] },
    );
  }
  const before = input.pipelineId === undefined ? undefined : await ports.pipelines.byId(input.pipelineId);
  if (input.pipelineId !== undefined && before?.projectId !== projectId)
    return refused('invalidInput', 'The pipeline to import over is not in this project.', {
      errors: [{ path: '/pipelineId', message: 'is no pipeline of the project' }],
    });
  const saving = { actor, input: { definition: file.pipeline, ...(input.secrets && { secrets: input.secrets }) }, jobs: given };
  const faults = [
    ...twice(given),
    ...given.flatMap((job, index) => jobFaults(job, `/jobs/${index}`)),
    ...(await endpointFaults(ports, importing, { given, stored })),
    ...(await faultsOfCallers(ports, importing, given)),
    ...(await validatePipeline(ports, { ...saving, projectId, ...(before && { before }) })),
  ];
  const refusal = refusalOf(faults.map(inFile), file.pipeline);
  if (refusal) return refusal;
  const outcome = {
    created: before === undefined,
    jobsCreated: plan.created.map(({ name }) => name),
    jobsReplaced: plan.replaced.map(({ definition }) => definition.name),
    secretsMissing: secretsMissing(file, { ...before?.secrets, ...input.secrets }),
  };
  if (input.dryRun === true) return ok({ ...outcome, ...(before && { pipelineId: before._id }) });
  const jobsSaved = await saveJobs(ports, importing, plan);
  if (!jobsSaved.ok) return jobsSaved;
  const saved = before
    ? await savePipeline(ports, { ...saving, pipelineId: before._id })
    : await createPipeline(ports, { ...saving, projectId, creation });
  return saved.ok ? ok({ ...outcome, pipelineId: saved.value }) : saved;
}

/** E2: a job of the file may name what a job saved by hand may name. */
async function endpointFaults(
  ports: PipelinePorts,
  { actor, projectId }: Importing,
  { given, stored }: { given: readonly JobDefinition[]; stored: readonly JobRecord[] },
): Promise<readonly FieldFault[]> {
  const endpoints = await endpointsFor(ports, actor, projectId);
  const known = new Map(stored.map(({ nameKey, definition }) => [nameKey, definition]));
  return given.flatMap((job, index) =>
    endpointFaultsOfJob(job, { endpoints, before: known.get(nameKeyOf(job.name)), base: `/jobs/${index}` }),
  );
}

/** Pipelines that call a job which the file replaces; the one that is imported over is checked as the file has it. */
async function faultsOfCallers(ports: PipelinePorts, { projectId, input }: Importing, given: readonly JobDefinition[]) {
  const callers = (await ports.pipelines.ofProject(projectId))
    .filter(({ _id }) => _id !== input.pipelineId)
    .map(({ definition }) => definition);
  return given.flatMap((job, index) => callerFaults(job, callers, `/jobs/${index}`));
}

/** Faults of the definition lie below `/pipeline` of the file. */
const inFile = ({ path, message }: FieldFault): FieldFault => ({
  path: path === '/definition/name' ? path : path.replace(/^\/definition(?=\/|$)/, '/pipeline'),
  message,
});

function twice(jobs: readonly JobDefinition[]): readonly FieldFault[] {
  const keys = jobs.map(({ name }) => nameKeyOf(name));
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index ? [{ path: `/jobs/${index}/name`, message: 'is the name of another job in the file' }] : [],
  );
}

interface JobPlan {
  readonly created: readonly JobDefinition[];
  readonly replaced: ReadonlyArray<{ readonly record: JobRecord; readonly definition: JobDefinition }>;
  readonly conflicts: readonly string[];
}

function planJobs(given: readonly JobDefinition[], stored: readonly JobRecord[], policy: 'keep' | 'replace'): JobPlan {
  const known = new Map(stored.map((record) => [record.nameKey, record]));
  const differing = given.flatMap((definition) => {
    const record = known.get(nameKeyOf(definition.name));
    return record && canonicalJson(record.definition) !== canonicalJson(definition) ? [{ record, definition }] : [];
  });
  return {
    created: given.filter(({ name }) => !known.has(nameKeyOf(name))),
    replaced: policy === 'replace' ? differing : [],
    conflicts: policy === 'keep' ? differing.map(({ definition }) => `“${definition.name}”`) : [],
  };
}

function secretsMissing(file: PipelineFile, values: Readonly<Record<string, unknown>>): string[] {
  return file.pipeline.parameters
    .filter(({ type, name }) => type === 'secret' && (values[name] === undefined || values[name] === null))
    .map(({ name }) => name);
}

const changedMeanwhile = (name: string) =>
  refused('conflict', `Somebody else changed the job “${name}” during the import: import the file again.`, {
    errors: [{ path: '/jobs', message: 'were changed meanwhile' }],
  });

/** Jobs first: a pipeline never stands there without them. An import that is repeated after a conflict continues where this one ended. */
async function saveJobs(
  { jobs, pipelines, clock, ids }: PipelinePorts,
  { actor, projectId }: Importing,
  plan: JobPlan,
): Promise<Result<void>> {
  const now = clock.now();
  const changed = { changedAt: now, changedBy: actor.userId };
  for (const definition of plan.created) {
    const inserted = await jobs.insert({
      _id: asId<JobId>(ids.next()),
      schemaVersion: 1,
      projectId,
      nameKey: nameKeyOf(definition.name),
      version: 1,
      definition,
      createdAt: now,
      createdBy: actor.userId,
      ...changed,
    });
    if (inserted === 'nameTaken') return changedMeanwhile(definition.name);
  }
  const replaced = new Set(plan.replaced.map(({ definition }) => definition.name));
  const callers = (await pipelines.ofProject(projectId)).filter(({ definition }) =>
    definition.stages.some(({ tasks }) => tasks.some(({ job }) => replaced.has(job))),
  );
  await pipelines.unmarkSamples(callers.map(({ _id }) => _id)); // before the change: none that is marked ever calls what is not the sample's
  for (const { record, definition } of plan.replaced) {
    const replaced = await jobs.replace(record._id, record.version, { definition, nameKey: record.nameKey, ...changed });
    if (replaced !== 'replaced') return changedMeanwhile(definition.name);
  }
  return ok(undefined);
}
