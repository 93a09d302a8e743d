import mongoose, { type Connection } from 'mongoose';
import { createSecretBox, masterKeyOf } from '../adapters/crypto/secret-box.js';
import { createKeptPipelines } from '../adapters/store/kept/pipelines.js';
import { describeDatabases } from '../testing/databases.js';
import { storesContract } from '../testing/stores.contract.js';
import { createStores } from './stores.js';

describeDatabases('the stores of accounts, projects and pipelines', (database) => {
  const box = createSecretBox([masterKeyOf(Buffer.alloc(32, 3))]);
  for (const [title, isAtHand] of [
    ['read each time', false],
    ['with what is in memory', true],
  ] as const)
    describe(title, () => {
      let connection: Connection;
      before(async () => {
        connection = await mongoose.createConnection(database().uri(`stores-${isAtHand}`)).asPromise();
      });
      after(() => connection.close());
      storesContract(async () => {
        for (const { collectionName } of (await connection.db?.collections()) ?? [])
          await connection.db?.collection(collectionName).deleteMany({});
        return createStores(connection, box, isAtHand ? createKeptPipelines() : undefined);
      });
    });
});
