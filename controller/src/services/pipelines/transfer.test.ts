import { asId, type JobId, type PipelineId, type ProjectId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import type { JobRecord } from '../../domain/jobs/job.js';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import type { UserActor } from '../ports/access.js';
import { createTransfer, type Importing } from './transfer.js';

const projectId = asId<ProjectId>('shop');
const ann = asId<UserId>('ann');
const written = { schemaVersion: 1, version: 3, createdAt: 1, createdBy: ann, changedAt: 1, changedBy: ann } as const;
const differing: JobRecord = {
  ...written,
  _id: asId<JobId>('j'),
  projectId,
  nameKey: sampleJob.name,
  definition: { ...sampleJob, timeoutSeconds: 77 },
};

describe('C5 an import whose jobs somebody else changes meanwhile', () => {
  // prettier-ignore
  const races: Array<[title: string, stored: readonly JobRecord[], inserted: string, replaced: string]> = [
    ['saved',                   [differing], 'inserted',  'versionConflict'],
    ['renamed, its name taken', [differing], 'inserted',  'nameTaken'],
    ['made of the same name',   [],          'nameTaken', 'replaced'],
  ];
  const importing = async (stored: readonly JobRecord[], inserted: string, replaced: string) => {
    const saved: string[] = [];
    const ports = {
      files: {
        read: async () => ({ ok: true, value: { drover: 1, pipeline: sampleDefinition([{ tasks: ['a'] }]).pipeline, jobs: [sampleJob] } }),
      },
      jobs: { ofProject: async () => stored, insert: async () => inserted, replace: async () => replaced },
      pipelines: {
        ofProject: async () => [],
        unmarkSamples: async () => undefined,
        byId: async () => undefined,
        insert: async ({ _id }: { _id: string }) => (saved.push(_id), 'inserted'),
      },
      endpoints: { ofProject: async () => [] },
      access: { permissions: async () => new Set() },
      settings: { read: async () => ({ allowedFolders: [] }) },
      secrets: {},
      signals: { publish: () => undefined },
      clock: { now: () => 2 },
      ids: { next: () => 'new' },
    };
    const given = {
      actor: { type: 'user', userId: ann } as unknown as UserActor,
      projectId,
      input: { yaml: '', jobs: 'replace' },
      creation: { id: asId<PipelineId>('p'), isRepeat: false },
    } as unknown as Importing;
    return { answer: await createTransfer(ports as never).import(given), saved };
  };

  for (const [title, stored, inserted, replaced] of races)
    it(`is refused with a conflict, and saves no pipeline: ${title}`, async () => {
      const { answer, saved } = await importing(stored, inserted, replaced);
      assert.equal(answer.ok ? '' : answer.code, 'conflict', JSON.stringify(answer));
      assert.match(answer.ok ? '' : answer.detail, new RegExp(`job “${sampleJob.name}” during the import: import the file again`));
      assert.deepEqual(saved, []);
    });

  it('is not refused where nobody does', async () => {
    const { answer, saved } = await importing([differing], 'inserted', 'replaced');
    assert.isTrue(answer.ok, JSON.stringify(answer));
    assert.deepEqual(saved, ['p']);
  });
});
