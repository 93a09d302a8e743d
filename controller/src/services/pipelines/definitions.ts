import { createHash } from 'node:crypto';
import { asId, type DefinitionId, type PipelineId, type ProjectId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { canonicalJson } from '../../domain/pipelines/canonical.js';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { definitionFaults } from '../../domain/pipelines/validation/validate.js';
import type { Definitions } from '../ports/definitions.js';
import type { SettingsReader } from '../ports/settings.js';
import type { DefinitionStore, PipelineStore } from '../ports/stores/pipelines.js';
import type { EndpointStore, JobStore, ProjectStore } from '../ports/stores/projects.js';
import { ok, refused, type Result } from '../result.js';

export interface DefinitionPorts {
  readonly pipelines: PipelineStore;
  readonly jobs: JobStore;
  readonly endpoints: EndpointStore;
  readonly projects: ProjectStore;
  readonly definitions: DefinitionStore;
  readonly settings: SettingsReader;
}

/** Snapshots that are kept at hand: those of the runs under way, at most. */
const maxCached = 500;

/** Snapshots of definitions under the digest of their canonical JSON: equal definitions are stored once, and none ever changes. */
export function createDefinitions(ports: DefinitionPorts): Definitions {
  const cache = new Map<DefinitionId, DefinitionSnapshot>();
  const keep = (definitionId: DefinitionId, snapshot: DefinitionSnapshot): void => {
    cache.delete(definitionId);
    cache.set(definitionId, snapshot);
    const [oldest] = cache.keys();
    if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest);
  };
  return {
    async snapshot(pipelineId) {
      const made = await snapshotOf(ports, pipelineId);
      if (!made.ok) return made;
      const definitionId = digestOf(made.value);
      if (!cache.has(definitionId)) await ports.definitions.put(definitionId, made.value);
      keep(definitionId, made.value);
      return ok({ definitionId, snapshot: made.value });
    },
    async read(definitionId) {
      const snapshot = cache.get(definitionId) ?? (await ports.definitions.get(definitionId));
      if (snapshot) keep(definitionId, snapshot);
      return snapshot;
    },
    async projectName(projectId: ProjectId) {
      return (await ports.projects.byId(projectId))?.name ?? '';
    },
  };
}

export const digestOf = (snapshot: DefinitionSnapshot): DefinitionId =>
  asId(createHash('sha256').update(canonicalJson(snapshot)).digest('hex'));

/** The definition with the jobs that its tasks call, checked against how things are now: a job or endpoint may have changed since it was saved. */
async function snapshotOf(ports: DefinitionPorts, pipelineId: PipelineId): Promise<Result<DefinitionSnapshot>> {
  const record = await ports.pipelines.byId(pipelineId);
  if (!record) return refused('notFound', 'There is no such pipeline.');
  const called = new Set(record.definition.stages.flatMap(({ tasks }) => tasks.map(({ job }) => job)));
  const jobs = (await ports.jobs.ofProject(record.projectId)).map(({ definition }) => definition).filter(({ name }) => called.has(name));
  const faults = definitionFaults(
    record.definition,
    { jobs, endpoints: await ports.endpoints.ofProject(record.projectId), allowedFolders: (await ports.settings.read()).allowedFolders },
    '',
  );
  if (faults.length > 0) return notRunnable(record, faults);
  return ok({ schemaVersion: 1, pipeline: record.definition, jobs });
}

function notRunnable({ definition }: PipelineRecord, faults: ReadonlyArray<{ path: string; message: string }>): Result<never> {
  const [first] = faults;
  return refused('definitionInvalid', `The pipeline “${definition.name}” can not run as it is: ${first?.path} ${first?.message}.`, {
    errors: faults,
  });
}
