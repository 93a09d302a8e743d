import type { Instant } from '@drover/protocol';
import type { DefinitionId, PipelineId, UserId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { Connection } from 'mongoose';
import type { DefinitionStore, FavouriteStore } from '../../../services/ports/stores/pipelines.js';
import { checked, number, recordsOf, text, type Records } from '../shared/records.js';

interface StoredDefinition {
  readonly _id: DefinitionId;
  readonly schemaVersion: 1;
  readonly snapshot: DefinitionSnapshot;
  readonly storedAt: Instant;
}

export const definitionRecords = (connection: Connection): Records<StoredDefinition> =>
  recordsOf<StoredDefinition>(connection, { collection: 'definitions', fields: { snapshot: checked, storedAt: number }, indexes: [] });

export function createDefinitionStore({ native, insert }: Records<StoredDefinition>): DefinitionStore {
  return {
    async put(definitionId, snapshot) {
      if (await native.findOne({ _id: definitionId }, { projection: { _id: 1 } })) return;
      await insert({ _id: definitionId, schemaVersion: 1, snapshot, storedAt: Date.now() });
    },
    remove: async (_id) => void (await native.deleteOne({ _id })),
    get: async (definitionId) => (await native.findOne({ _id: definitionId }))?.snapshot,
  };
}

interface Favourite {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly userId: UserId;
  readonly pipelineId: PipelineId;
}

export const favouriteRecords = (connection: Connection): Records<Favourite> =>
  recordsOf<Favourite>(connection, { collection: 'favourites', fields: { userId: text, pipelineId: text }, indexes: [[{ userId: 1 }]] });

export function createFavouriteStore({ native, insert }: Records<Favourite>): FavouriteStore {
  const idOf = (userId: UserId, pipelineId: PipelineId): string => `${userId}.${pipelineId}`;
  return {
    of: async (userId) => new Set((await native.find({ userId }).toArray()).map(({ pipelineId }) => pipelineId)),
    add: async (userId, pipelineId) => void (await insert({ _id: idOf(userId, pipelineId), schemaVersion: 1, userId, pipelineId })),
    removeAllOf: async (userId) => void (await native.deleteMany({ userId })),
    remove: async (userId, pipelineId) => void (await native.deleteOne({ _id: idOf(userId, pipelineId) })),
  };
}
