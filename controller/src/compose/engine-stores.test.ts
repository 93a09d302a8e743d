import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import { engineStoresContract } from '../testing/engine/stores.contract.js';
import { quietLog } from '../testing/engine/farm.js';
import { openEngineStores } from './engine-stores.js';
import { openStore, type OpenStore } from './open-store.js';

describe('the engine’s stores on the embedded store', () => {
  let dataDir: string;
  let store: OpenStore;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'drover-engine-stores-'));
    store = await openStore({ dataDir, mongoUri: undefined, log: quietLog });
  });
  after(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  engineStoresContract(async () => {
    const { connection } = store;
    for (const { collectionName } of (await connection.db?.collections()) ?? [])
      await connection.db?.collection(collectionName).deleteMany({});
    const pipelines = pipelineRecords(connection);
    await pipelines.ensureIndexes();
    return { stores: await openEngineStores(connection), putPipeline: async (record) => void (await pipelines.insert(record)) };
  });
});
