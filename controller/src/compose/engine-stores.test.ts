import mongoose, { type Connection } from 'mongoose';
import { pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import { describeDatabases } from '../testing/databases.js';
import { engineStoresContract } from '../testing/engine/stores.contract.js';
import { openEngineStores } from './engine-stores.js';

describeDatabases('the engine’s stores', (database) => {
  let connection: Connection;
  before(async () => {
    connection = await mongoose.createConnection(database().uri('engine')).asPromise();
  });
  after(() => connection.close());

  engineStoresContract(async () => {
    for (const { collectionName } of (await connection.db?.collections()) ?? [])
      await connection.db?.collection(collectionName).deleteMany({});
    const pipelines = pipelineRecords(connection);
    await pipelines.ensureIndexes();
    return { stores: await openEngineStores(connection), putPipeline: async (record) => void (await pipelines.insert(record)) };
  });
});
