import { asId, type JobId, type PipelineId, type ProjectId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import type { JobRecord } from '../../domain/jobs/job.js';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import type { UserActor } from '../ports/access.js';
import { createJobs, type JobsPorts } from './jobs.js';

const projectId = asId<ProjectId>('shop');
const ann = asId<UserId>('ann');
const written = { schemaVersion: 1, version: 1, createdAt: 1, createdBy: ann, changedAt: 1, changedBy: ann } as const;
const job: JobRecord = { ...written, _id: asId<JobId>('j'), projectId, nameKey: sampleJob.name, definition: sampleJob };
const pipeline: PipelineRecord = {
  ...written,
  _id: asId<PipelineId>('p'),
  projectId,
  nameKey: 'orders',
  definition: sampleDefinition([{ tasks: ['a'] }]).pipeline,
  secrets: {},
  nextNumber: 1,
  autoIncrement: {},
  pendingStarts: [],
  sample: true,
};

describe('saving a job', () => {
  let told: string[];
  beforeEach(() => (told = []));
  const save = async (version: number) => {
    const jobs = {
      byId: async () => job,
      replace: async () => {
        told.push('replaced');
        return 'replaced';
      },
    };
    const pipelines = {
      ofProject: async () => [pipeline],
      unmarkSamples: async (ids: readonly PipelineId[]) => void told.push(`unmarked ${ids.join()}`),
    };
    const people = { refs: async () => () => ({ userId: ann, name: 'Ann' }) };
    const endpoints = { ofProject: async () => [] };
    const access = { permissions: async () => new Set() };
    const ports = { jobs, pipelines, people, endpoints, access, clock: { now: () => 2 } } as unknown as JobsPorts;
    return createJobs(ports).save({ userId: ann } as UserActor, job._id, { definition: sampleJob, version });
  };

  it('takes the mark of the sample off those that call it first: a controller that dies in between leaves no changed job with it', async () => {
    assert.isTrue((await save(1)).ok);
    assert.deepEqual(told, ['unmarked p', 'replaced']);
  });

  it('takes no mark off when somebody else has saved it meanwhile', async () => {
    const saved = await save(7);
    assert.equal(saved.ok ? '' : saved.code, 'versionConflict');
    assert.deepEqual(told, []);
  });
});
