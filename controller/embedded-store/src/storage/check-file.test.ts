import { appendFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';
import { MongoClient } from 'mongodb';

import { startEmbeddedStore } from '../start.js';
import { makeFolder, refusalOf } from '../testing/test-store.js';
import { checkFile } from './check-file.js';

const pageBytes = 4096;

describe('the data file at start', () => {
  it('is refused where it was cut, lengthened where only its last, empty pages are missing, and never shortened', async () => {
    const { folder, remove } = await makeFolder();
    const store = await startEmbeddedStore({ dataDir: folder });
    const client = await MongoClient.connect(store.uri);
    await client
      .db('x')
      .collection('things')
      .insertOne({ text: 'x'.repeat(3 * 2 ** 20) });
    await client.close();
    await store.close();
    const path = join(folder, 'data.mdb');
    const { size } = await stat(path);

    await appendFile(path, Buffer.alloc(3 * pageBytes));
    checkFile(folder);
    expect((await stat(path)).size).to.equal(size + 3 * pageBytes);

    await truncate(path, size - 2 * pageBytes);
    checkFile(folder);
    expect((await stat(path)).size).to.equal(size);

    await truncate(path, size - 400 * pageBytes);
    expect((await refusalOf(startEmbeddedStore({ dataDir: folder }))).code).to.equal('STORE_DAMAGED');
    await remove();
  });

  it('is readable by its owner only, even in a folder that was there before', async () => {
    const { folder, remove } = await makeFolder();
    const store = await startEmbeddedStore({ dataDir: folder });
    for (const name of ['data.mdb', 'lock.mdb']) expect((await stat(join(folder, name))).mode & 0o777, name).to.equal(0o600);
    await store.close();
    await remove();
  });
});
