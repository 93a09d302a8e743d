import mongoose, { type Connection } from 'mongoose';
import { createKeptPipelines, type KeptPipelines } from '../adapters/store/kept/pipelines.js';
import { pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import type { PipelineRecord } from '../domain/pipelines/pipeline.js';
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
  describe('each time anew', () => engineStoresContract(() => open()));
  describe('with what is at hand', () => engineStoresContract(() => open(createKeptPipelines())));
});
