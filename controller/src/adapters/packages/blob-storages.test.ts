import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describeDatabases } from '../../testing/databases.js';
import type { BlobStorage } from '../../services/packages/blob-storage.js';
import { describeBlobStorage } from './blob-storage.contract.js';
import { FolderBlobs } from './folder/folder-blobs.js';
import { GridFsBlobs } from './gridfs/gridfs-blobs.js';

describe('blob storages', () => {
  let folder: string;
  let count = 0;
  const opened: BlobStorage[] = [];
  const closeAll = async (): Promise<void> => {
    for (const storage of opened.splice(0)) await storage.close();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const contract = (title: string, openAs: (name: string) => Promise<BlobStorage>): void =>
    describeBlobStorage(
      title,
      async () => {
        const name = `blobs${++count}`;
        const open = async (): Promise<BlobStorage> => {
          await closeAll();
          const storage = await openAs(name);
          opened.push(storage);
          return storage;
        };
        return { storage: await open(), reopen: open };
      },
      closeAll,
    );

  contract('blobs in a folder', async (name) => new FolderBlobs(join(folder, name)));

  describeDatabases('blobs in a database', (database) => {
    const clients: MongoClient[] = [];
    after(() => Promise.all(clients.splice(0).map((client) => client.close())));

    contract('blobs in GridFS', async (name) => {
      const client = await MongoClient.connect(database().uri(name));
      clients.push(client);
      const storage = new GridFsBlobs(client.db(), () => 1e12);
      await storage.prepare();
      return storage;
    });
  });
});
