import { asId, type JobId, type ProjectId } from '@drover/protocol';
import type { Job, SaveJob } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import type { Static } from '@sinclair/typebox';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { JobRecord } from '../../domain/jobs/job.js';
import { callerFaults, jobFaults } from '../../domain/jobs/job-rules.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { People } from '../accounts/people.js';
import type { Creation } from '../creation.js';
import { endpointFaultsOfJob, endpointsFor, type ReachPorts } from '../endpoints/reach.js';
import type { UserActor } from '../ports/access.js';
import type { Clock } from '../ports/environment.js';
import type { PipelineStore } from '../ports/stores/pipelines.js';
import type { JobStore } from '../ports/stores/projects.js';
import { ok, refused, type Result } from '../result.js';

export interface JobsPorts extends ReachPorts {
  readonly jobs: JobStore;
  readonly pipelines: PipelineStore;
  readonly people: People;
  readonly clock: Clock;
}

export interface Making {
  readonly projectId: ProjectId;
  readonly definition: JobDefinition;
  readonly creation: Creation;
}

const noJob = refused('notFound', 'There is no such job.');
const savedMeanwhile = refused('versionConflict', 'Somebody else saved the job meanwhile: load it again.');
const nameTaken = (name: string) =>
  refused('nameTaken', `There is a job “${name}” in the project already.`, { errors: [{ path: '/definition/name', message: 'is taken' }] });

/** J1: jobs of a project, called by name from the tasks of its pipelines. */
export function createJobs(ports: JobsPorts) {
  return {
    byId: (jobId: JobId) => ports.jobs.byId(jobId),
    list: (projectId: ProjectId, search = '') => list(ports, projectId, search),
    get: (jobId: JobId) => get(ports, jobId),
    create: (actor: UserActor, making: Making) => create(ports, actor, making),
    save: (actor: UserActor, jobId: JobId, input: Static<typeof SaveJob>) => save(ports, { actor, jobId, input }),
    remove: (jobId: JobId) => remove(ports, jobId),
  };
}
export type JobsService = ReturnType<typeof createJobs>;

async function list(ports: JobsPorts, projectId: ProjectId, search: string): Promise<readonly Job[]> {
  const records = (await ports.jobs.ofProject(projectId)).filter(({ nameKey }) => nameKey.includes(nameKeyOf(search)));
  return views(ports, records, await ports.pipelines.ofProject(projectId));
}

async function get(ports: JobsPorts, jobId: JobId): Promise<Result<Job>> {
  const record = await ports.jobs.byId(jobId);
  const [view] = record ? await views(ports, [record], await ports.pipelines.ofProject(record.projectId)) : [];
  return view ? ok(view) : noJob;
}

async function views({ people }: JobsPorts, records: readonly JobRecord[], pipelines: readonly PipelineRecord[]): Promise<Job[]> {
  const person = await people.refs(records.flatMap(({ createdBy, changedBy }) => [createdBy, changedBy]));
  return records.map((record) => ({
    id: record._id,
    projectId: record.projectId,
    version: record.version,
    definition: record.definition,
    createdAt: record.createdAt,
    createdBy: person(record.createdBy),
    changedAt: record.changedAt,
    changedBy: person(record.changedBy),
    usedBy: usersOf(record.definition.name, pipelines),
  }));
}

/** The tasks that call a job of this name. */
function usersOf(job: string, pipelines: readonly PipelineRecord[]): Job['usedBy'] {
  return pipelines.flatMap(({ _id, definition }) =>
    definition.stages.flatMap(({ tasks }) =>
      tasks.filter((task) => task.job === job).map((task) => ({ pipelineId: _id, pipeline: definition.name, task: task.name })),
    ),
  );
}

interface Checked {
  readonly actor: UserActor;
  readonly projectId: ProjectId;
  readonly definition: JobDefinition;
  readonly before?: JobDefinition;
}

async function faultsOf(ports: JobsPorts, { actor, projectId, definition, before }: Checked): Promise<readonly FieldFault[]> {
  const base = '/definition';
  const endpoints = await endpointsFor(ports, actor, projectId);
  const callers = (await ports.pipelines.ofProject(projectId)).map((pipeline) => pipeline.definition);
  return [
    ...jobFaults(definition, base),
    ...endpointFaultsOfJob(definition, { endpoints, before, base }),
    ...callerFaults(definition, callers, base),
  ];
}

async function create(ports: JobsPorts, actor: UserActor, { projectId, definition, creation }: Making): Promise<Result<Job>> {
  const jobId = asId<JobId>(creation.id);
  if (creation.isRepeat && (await ports.jobs.byId(jobId))) return get(ports, jobId);
  const faults = await faultsOf(ports, { actor, projectId, definition });
  if (faults.length > 0) return refused('definitionInvalid', 'The job is not valid.', { errors: faults });
  const now = ports.clock.now();
  const record: JobRecord = {
    _id: jobId,
    schemaVersion: 1,
    projectId,
    nameKey: nameKeyOf(definition.name),
    version: 1,
    definition,
    createdAt: now,
    createdBy: actor.userId,
    changedAt: now,
    changedBy: actor.userId,
  };
  return (await ports.jobs.insert(record)) === 'nameTaken' ? nameTaken(definition.name) : get(ports, record._id);
}

async function save(
  ports: JobsPorts,
  { actor, jobId, input }: { actor: UserActor; jobId: JobId; input: Static<typeof SaveJob> },
): Promise<Result<Job>> {
  const { definition } = input;
  const record = await ports.jobs.byId(jobId);
  if (!record) return noJob;
  const faults = await faultsOf(ports, { actor, projectId: record.projectId, definition, before: record.definition });
  if (faults.length > 0) return refused('definitionInvalid', 'The job is not valid.', { errors: faults });
  const users = usersOf(record.definition.name, await ports.pipelines.ofProject(record.projectId));
  if (definition.name !== record.definition.name && users.length > 0) {
    return refused('stillInUse', `The job cannot be renamed while tasks call it: ${inWords(users)}.`, {
      errors: [{ path: '/definition/name', message: 'is used by tasks' }],
    });
  }
  const version = input.version ?? record.version;
  if (version !== record.version) return savedMeanwhile;
  await ports.pipelines.unmarkSamples(users.map(({ pipelineId }) => pipelineId)); // before the change: none that is marked ever calls what is not the sample's
  const change = { definition, nameKey: nameKeyOf(definition.name), changedAt: ports.clock.now(), changedBy: actor.userId };
  const replaced = await ports.jobs.replace(jobId, version, change);
  if (replaced === 'nameTaken') return nameTaken(definition.name);
  return replaced === 'versionConflict' ? savedMeanwhile : get(ports, jobId);
}

async function remove(ports: JobsPorts, jobId: JobId): Promise<Result<void>> {
  const record = await ports.jobs.byId(jobId);
  if (!record) return noJob;
  const users = usersOf(record.definition.name, await ports.pipelines.ofProject(record.projectId));
  if (users.length > 0) return refused('stillInUse', `The job is called by ${inWords(users)}.`);
  return (await ports.jobs.remove(jobId)) ? ok(undefined) : noJob;
}

const inWords = (users: Job['usedBy']): string =>
  users
    .slice(0, 5)
    .map(({ pipeline, task }) => `“${task}” of “${pipeline}”`)
    .join(', ') + (users.length > 5 ? ` and ${users.length - 5} more` : '');
