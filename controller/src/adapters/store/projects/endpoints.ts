import type { Connection } from 'mongoose';
import type { EndpointRecord } from '../../../domain/endpoints/endpoint.js';
import type { EndpointStore } from '../../../services/ports/stores/projects.js';
import { checked, isDuplicate, maybeText, number, recordsOf, text, type Records } from '../shared/records.js';

export const endpointRecords = (connection: Connection): Records<EndpointRecord> =>
  recordsOf<EndpointRecord>(connection, {
    collection: 'endpoints',
    fields: {
      projectId: text,
      kind: text,
      name: text,
      nameKey: text,
      url: text,
      user: maybeText,
      secrets: checked,
      version: number,
      createdAt: number,
      createdBy: text,
      changedAt: number,
      changedBy: text,
    },
    indexes: [[{ projectId: 1, nameKey: 1 }, { unique: true }]],
  });

export function createEndpointStore({ native, insert }: Records<EndpointRecord>): EndpointStore {
  return {
    insert: async (endpoint) => ((await insert(endpoint)) === 'inserted' ? 'inserted' : 'nameTaken'),
    byId: async (endpointId) => (await native.findOne({ _id: endpointId })) ?? undefined,
    byName: async (projectId, nameKey) => (await native.findOne({ projectId, nameKey })) ?? undefined,
    ofProject: (projectId) => native.find({ projectId }).sort({ nameKey: 1 }).toArray(),
    async replace(version, endpoint) {
      const { _id, ...rest } = endpoint;
      try {
        const { matchedCount } = await native.replaceOne({ _id, version }, rest);
        return matchedCount === 1 ? 'replaced' : 'versionConflict';
      } catch (error) {
        if (isDuplicate(error)) return 'nameTaken';
        throw error;
      }
    },
    remove: async (endpointId) => (await native.deleteOne({ _id: endpointId })).deletedCount === 1,
  };
}
