import { runSource } from '@drover/protocol/testing';
import { execFile } from 'node:child_process';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect } from 'chai';
import { MongoClient } from 'mongodb';

import { restoreBackup } from './backup.js';
import { startEmbeddedStore } from '../start.js';
import { openTestStore, refusalOf, type TestStore } from '../testing/test-store.js';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
const runCli = async (...args: string[]) => await promisify(execFile)(process.execPath, [...runSource, cli, ...args]);

describe('a backup (O4)', () => {
  let opened: TestStore;
  beforeEach(async () => {
    opened = await openTestStore();
    await opened.client
      .db('farm')
      .collection<{ _id: number }>('runs')
      .insertMany([{ _id: 1 }, { _id: 2 }]);
  });
  afterEach(() => opened.end());

  async function idsIn(dataDir: string): Promise<number[]> {
    const store = await startEmbeddedStore({ dataDir });
    const client = await MongoClient.connect(store.uri);
    const runs = await client.db('farm').collection<{ _id: number }>('runs').find().toArray();
    await client.close();
    await store.close();
    return runs.map(({ _id }) => _id);
  }

  it('is taken while the store is written, and restores to what was acknowledged before it', async () => {
    const runs = opened.client.db('farm').collection<{ _id: number }>('runs');
    const to = join(opened.folder, 'backup');
    const taking = opened.store.backup(to);
    await runs.insertOne({ _id: 3 });
    await taking;
    await restoreBackup({ from: to, dataDir: join(opened.folder, 'restored') });
    expect((await idsIn(join(opened.folder, 'restored'))).slice(0, 2)).to.deep.equal([1, 2]);
    expect(await runs.countDocuments({})).to.equal(3);
  });

  it('is taken from the command line beside the running store, and restored', async () => {
    const to = join(opened.folder, 'backup');
    await runCli('backup', '--data', join(opened.folder, 'data'), '--to', to);
    await runCli('restore', '--from', to, '--data', join(opened.folder, 'restored'));
    expect(await idsIn(join(opened.folder, 'restored'))).to.deep.equal([1, 2]);
    const again = await refusalOf(runCli('restore', '--from', to, '--data', join(opened.folder, 'restored')));
    expect(String(again.fields['stderr'])).to.include('STORE_NOT_EMPTY');
  });

  it('is completed where the store is closed meanwhile', async () => {
    const to = join(opened.folder, 'backup');
    await opened.client.close();
    const taking = opened.store.backup(to);
    await opened.store.close();
    await taking;
    await restoreBackup({ from: to, dataDir: join(opened.folder, 'restored') });
    expect(await idsIn(join(opened.folder, 'restored'))).to.deep.equal([1, 2]);
  });

  it('is refused into a folder with something in it, and leaves nothing half done', async () => {
    expect((await refusalOf(opened.store.backup(opened.folder))).code).to.equal('STORE_NOT_EMPTY');
    expect(await readdir(opened.folder)).to.deep.equal(['data']);
  });

  it('is refused where it was changed', async () => {
    const from = join(opened.folder, 'backup');
    await opened.store.backup(from);
    await appendFile(join(from, 'data.mdb'), 'x');
    const dataDir = join(opened.folder, 'restored');
    expect((await refusalOf(restoreBackup({ from, dataDir }))).code).to.equal('STORE_DAMAGED');
  });
});
