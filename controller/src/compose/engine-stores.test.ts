import { asId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import mongoose, { type Connection } from 'mongoose';
import { createKeptPipelines, keepPipelines, type KeptPipelines } from '../adapters/store/kept/pipelines.js';
import { createPipelineStore, pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import type { PipelineRecord } from '../domain/pipelines/pipeline.js';
import { sampleDefinition, sampleIds } from '../domain/runs/fixtures.js';
import { describeDatabases } from '../testing/databases.js';
import { engineStoresContract } from '../testing/engine/stores.contract.js';
import { openEngineStores } from './engine-stores.js';

describeDatabases('the engine’s stores', (database) => {
  let connection: Connection;
  before(async () => {
    connection = await mongoose.createConnection(database().uri('engine')).asPromise();
  });
  after(() => connection.close());

  const open = async (atHand?: KeptPipelines) => {
    for (const { collectionName } of (await connection.db?.collections()) ?? [])
      await connection.db?.collection(collectionName).deleteMany({});
    const pipelines = pipelineRecords(connection);
    await pipelines.ensureIndexes();
    return {
      stores: await openEngineStores(connection, atHand),
      putPipeline: async (record: PipelineRecord) => void (await pipelines.insert(record)),
    };
  };
  describe('read each time', () => engineStoresContract(() => open()));
  describe('with what is in memory', () => {
    engineStoresContract(() => open(createKeptPipelines()));

    it('a deleted pipeline is found for its runs, although somebody asks at the same time who is to find none', async () => {
      const kept = createKeptPipelines();
      const { stores, putPipeline } = await open(kept);
      const { pipelineId, projectId } = sampleIds;
      const { pipeline } = sampleDefinition([{ tasks: ['a'] }]);
      const by = { createdBy: asId<UserId>('ann'), changedBy: asId<UserId>('ann'), createdAt: 1, changedAt: 1, deletedAt: 5 };
      const counted = { version: 1, nextNumber: 2, autoIncrement: {}, pendingStarts: [], secrets: {} };
      await putPipeline({ _id: pipelineId, schemaVersion: 1, projectId, nameKey: 'orders', definition: pipeline, ...counted, ...by });
      const alive = keepPipelines(createPipelineStore(pipelineRecords(connection)), kept);
      const [none, found] = await Promise.all([alive.byId(pipelineId), stores.pipelines.read(pipelineId)]);
      assert.isUndefined(none);
      assert.equal(found?.deletedAt, 5);
    });
  });
});
