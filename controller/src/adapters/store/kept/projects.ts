import type { Settings } from '@drover/protocol/api';
import type { ProjectId } from '@drover/protocol';
import type { EndpointRecord } from '../../../domain/endpoints/endpoint.js';
import type { JobRecord } from '../../../domain/jobs/job.js';
import type { ProjectRecord } from '../../../domain/projects/project.js';
import type { SettingsStore } from '../../../services/ports/settings.js';
import type { EndpointStore, JobStore, ProjectStore } from '../../../services/ports/stores/projects.js';
import { Kept } from './kept.js';

/** With their members, some 100 bytes each. */
const projectBounds = { largest: 1_000, largestBytes: 8_000_000 };
/** Of projects whose jobs and endpoints are in memory: those of which runs are started now. */
const listBounds = { largest: 200, largestBytes: 8_000_000 };

/** Projects by their ids, with their members, in memory. */
export function keepProjects(store: ProjectStore): ProjectStore {
  const kept = new Kept<ProjectId, ProjectRecord>(projectBounds);
  return {
    ...store,
    insert: (project) => kept.insert(project._id, () => store.insert(project)),
    byId: (projectId) => kept.get(projectId, () => store.byId(projectId)),
    change: (projectId, change) => kept.write(projectId, () => store.change(projectId, change)),
    setMember: (projectId, member) => kept.write(projectId, () => store.setMember(projectId, member)),
    removeMember: (projectId, userId) => kept.write(projectId, () => store.removeMember(projectId, userId)),
    removePerson: (userId) =>
      kept.writeWhere(
        ({ members }) => members.some((member) => member.userId === userId),
        () => store.removePerson(userId),
      ),
    remove: (projectId, at) => kept.write(projectId, () => store.remove(projectId, at)),
  };
}

/** A project's jobs, in memory. */
export function keepJobs(store: JobStore): JobStore {
  const kept = new Kept<ProjectId, readonly JobRecord[]>(listBounds);
  const isAmong = (jobId: JobRecord['_id']) => (jobs: readonly JobRecord[]) => jobs.some(({ _id }) => _id === jobId);
  return {
    ...store,
    ofProject: async (projectId) => (await kept.get(projectId, () => store.ofProject(projectId))) ?? [],
    insert: (job) => kept.write(job.projectId, () => store.insert(job)),
    replace: (jobId, version, change) => kept.writeWhere(isAmong(jobId), () => store.replace(jobId, version, change)),
    remove: (jobId) => kept.writeWhere(isAmong(jobId), () => store.remove(jobId)),
  };
}

/** A project's endpoints, their secrets enciphered, in memory. */
export function keepEndpoints(store: EndpointStore): EndpointStore {
  const kept = new Kept<ProjectId, readonly EndpointRecord[]>(listBounds);
  const ofProject = async (projectId: ProjectId) => (await kept.get(projectId, () => store.ofProject(projectId))) ?? [];
  return {
    ...store,
    ofProject,
    byName: async (projectId, nameKey) => (await ofProject(projectId)).find((endpoint) => endpoint.nameKey === nameKey),
    insert: (endpoint) => kept.write(endpoint.projectId, () => store.insert(endpoint)),
    replace: (version, endpoint) => kept.write(endpoint.projectId, () => store.replace(version, endpoint)),
    remove: (endpointId) =>
      kept.writeWhere(
        (endpoints) => endpoints.some(({ _id }) => _id === endpointId),
        () => store.remove(endpointId),
      ),
  };
}

/** The farm's settings, in memory. */
export function keepSettings(store: SettingsStore): SettingsStore {
  const kept = new Kept<'farm', Partial<Settings>>({ largest: 1, largestBytes: 1_000_000 });
  return {
    load: async () => (await kept.get('farm', () => store.load())) ?? {},
    save: (settings) => kept.write('farm', () => store.save(settings)),
    noteRetention: (from) => kept.write('farm', () => store.noteRetention(from)),
  };
}
