import type { Connection } from 'mongoose';
import type { JobRecord } from '../../../domain/jobs/job.js';
import type { JobStore } from '../../../services/ports/stores/projects.js';
import { checked, isDuplicate, number, recordsOf, text, type Records } from '../shared/records.js';

export const jobRecords = (connection: Connection): Records<JobRecord> =>
  recordsOf<JobRecord>(connection, {
    collection: 'jobs',
    fields: {
      projectId: text,
      nameKey: text,
      version: number,
      definition: checked,
      createdAt: number,
      createdBy: text,
      changedAt: number,
      changedBy: text,
    },
    indexes: [[{ projectId: 1, nameKey: 1 }, { unique: true }]],
  });

export function createJobStore({ native, insert }: Records<JobRecord>): JobStore {
  return {
    insert: async (job) => ((await insert(job)) === 'inserted' ? 'inserted' : 'nameTaken'),
    byId: async (jobId) => (await native.findOne({ _id: jobId })) ?? undefined,
    ofProject: (projectId) => native.find({ projectId }).sort({ nameKey: 1 }).toArray(),
    async replace(jobId, version, change) {
      try {
        const { matchedCount } = await native.updateOne({ _id: jobId, version }, { $set: { ...change, version: version + 1 } });
        return matchedCount === 1 ? 'replaced' : 'versionConflict';
      } catch (error) {
        if (isDuplicate(error)) return 'nameTaken';
        throw error;
      }
    },
    remove: async (jobId) => (await native.deleteOne({ _id: jobId })).deletedCount === 1,
  };
}
