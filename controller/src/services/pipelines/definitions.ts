import { createHash } from 'node:crypto';
import { asId, faultSentence, type DefinitionId, type EndpointId, type Instant, type PipelineId, type ProjectId } from '@drover/protocol';
import type { DefinitionSnapshot, JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import type { EndpointRecord } from '../../domain/endpoints/endpoint.js';
import { endpointInReach, referencesOfJob, referencesOfPipeline, type NamedEndpoint } from '../../domain/endpoints/references.js';
import type { JobRecord } from '../../domain/jobs/job.js';
import { canonicalJson } from '../../domain/pipelines/canonical.js';
import { definitionFaults } from '../../domain/pipelines/validation/validate.js';
import { endpointsForRun } from '../endpoints/reach.js';
import type { Definitions, SnapshotCollector } from '../ports/definitions.js';
import type { Clock } from '../ports/environment.js';
import type { SettingsReader } from '../ports/settings.js';
import type { DefinitionStore } from '../ports/stores/pipelines.js';
import type { EndpointStore, JobStore, ProjectStore } from '../ports/stores/projects.js';
import { Recent } from '../recent.js';
import { Serial } from '../serial.js';
import { ok, refused, type Result } from '../result.js';

export interface DefinitionPorts {
  readonly jobs: JobStore;
  readonly endpoints: EndpointStore;
  readonly projects: ProjectStore;
  readonly definitions: DefinitionStore;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** A start that was given a snapshot has noted it in its pipeline by then, or never will. */
const startMs = 3_600_000;
/** Snapshots whose last use is remembered. */
const maxUsed = 10_000;

/** Snapshots that are kept in memory: those of the runs under way, at most. */
const maxCached = 500;

interface Stored {
  readonly definitionId: DefinitionId;
  readonly snapshot: DefinitionSnapshot;
}
/** What a snapshot is made from, besides its pipeline. */
interface Surroundings {
  readonly jobs: readonly JobRecord[];
  readonly endpoints: readonly EndpointRecord[];
  readonly allowedFolders: readonly string[];
}

/** Snapshots of definitions under the digest of their canonical JSON: equal definitions are stored once, and none ever changes. */
export function createDefinitions(ports: DefinitionPorts): Definitions & SnapshotCollector {
  const read = new Recent<DefinitionId, DefinitionSnapshot>(maxCached);
  const used = new Recent<DefinitionId, Instant>(maxUsed);
  const oneAfterTheOther = new Serial<DefinitionId>(); // what is being removed is not found to be there
  const isInUse = (id: DefinitionId): boolean => ports.clock.now() - (used.get(id) ?? -Infinity) < startMs;
  const made = new Recent<PipelineId, { readonly from: Surroundings; readonly definition: PipelineDefinition; readonly stored: Stored }>(
    maxCached,
  );
  return {
    async snapshot({ _id, projectId, definition }) {
      const from = await surroundingsOf(ports, projectId);
      const last = made.get(_id);
      if (last?.definition === definition && areSame(last.from, from)) {
        used.keep(last.stored.definitionId, ports.clock.now());
        return ok(last.stored);
      }
      const snapshot = snapshotOf(definition, from);
      if (!snapshot.ok) return snapshot;
      const stored = { definitionId: digestOf(snapshot.value), snapshot: snapshot.value };
      await oneAfterTheOther.run(stored.definitionId, async () => {
        used.keep(stored.definitionId, ports.clock.now());
        if (read.get(stored.definitionId) === undefined) await ports.definitions.put(stored.definitionId, stored.snapshot);
        read.keep(stored.definitionId, stored.snapshot);
      });
      made.keep(_id, { from, definition, stored });
      return ok(stored);
    },
    async read(definitionId) {
      const snapshot = read.get(definitionId) ?? (await ports.definitions.get(definitionId));
      if (snapshot) read.keep(definitionId, snapshot);
      return snapshot;
    },
    collect: (definitionId, isReferred) =>
      oneAfterTheOther.run(definitionId, async () => {
        if (isInUse(definitionId)) return false;
        if (await isReferred()) return true;
        if (isInUse(definitionId)) return false; // meanwhile
        read.forget(definitionId);
        made.forgetWhere(({ stored }) => stored.definitionId === definitionId);
        await ports.definitions.remove(definitionId);
        return true;
      }),
    async projectName(projectId: ProjectId) {
      return (await ports.projects.byId(projectId))?.name ?? '';
    },
  };
}

async function surroundingsOf({ jobs, endpoints, settings }: DefinitionPorts, projectId: ProjectId): Promise<Surroundings> {
  const [ofJobs, ofEndpoints, { allowedFolders }] = await Promise.all([
    jobs.ofProject(projectId),
    endpoints.ofProject(projectId),
    settings.read(),
  ]);
  return { jobs: ofJobs, endpoints: ofEndpoints, allowedFolders };
}

/** Records are never edited: where the very same ones were read, the same comes of them. */
const areSame = (one: Surroundings, other: Surroundings): boolean =>
  one.jobs === other.jobs && one.endpoints === other.endpoints && one.allowedFolders === other.allowedFolders;

export const digestOf = (snapshot: DefinitionSnapshot): DefinitionId =>
  asId(createHash('sha256').update(canonicalJson(snapshot)).digest('hex'));

/** The definition with the jobs that its tasks call, checked against how things are now: a job or endpoint may have changed since it was saved. */
function snapshotOf(pipeline: PipelineDefinition, { jobs, allowedFolders, ...from }: Surroundings): Result<DefinitionSnapshot> {
  const called = new Set(pipeline.stages.flatMap(({ tasks }) => tasks.map(({ job }) => job)));
  const used = jobs.map(({ definition }) => definition).filter(({ name }) => called.has(name));
  const known = endpointsForRun(from.endpoints);
  const endpoints = { endpoints: known, kept: referencesOfPipeline(pipeline) };
  const faults = definitionFaults(pipeline, { jobs: used, endpoints, allowedFolders }, '');
  if (faults.length > 0) return notRunnable(pipeline, faults);
  const named = endpointIds(pipeline, used, known);
  return ok({ schemaVersion: 1, pipeline, jobs: used, ...(Object.keys(named).length > 0 && { endpoints: named }) });
}

/** X7: an endpoint that takes the name of one of these later is not theirs. */
function endpointIds(pipeline: PipelineDefinition, jobs: readonly JobDefinition[], endpoints: readonly NamedEndpoint[]) {
  const references = [...referencesOfPipeline(pipeline), ...jobs.flatMap(referencesOfJob)];
  return Object.fromEntries(
    references.flatMap((reference): Array<[string, EndpointId]> => {
      const endpoint = endpointInReach({ endpoints, kept: references }, reference);
      return endpoint ? [[endpoint.name, endpoint._id]] : [];
    }),
  );
}

function notRunnable({ name }: PipelineDefinition, faults: ReadonlyArray<{ path: string; message: string }>): Result<never> {
  const [first] = faults;
  return refused(
    'definitionInvalid',
    `The pipeline “${name}” cannot run as it is: ${first === undefined ? 'it is not valid' : faultSentence(first)}.`,
    {
      errors: faults,
    },
  );
}
