import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { expect } from 'chai';
import mongoose from 'mongoose';

import { backupBeside } from './server/backup-beside.js';
import { startEmbeddedStore } from './start.js';
import { openEnvironment } from './storage/environment.js';
import { makeFolder, openTestStore, refusalOf } from './testing/test-store.js';

describe('the embedded store', () => {
  it('serves unmodified mongoose, and keeps everything over a restart (O5)', async () => {
    const { folder, remove } = await makeFolder();
    const first = await startEmbeddedStore({ dataDir: folder });
    const schema = new mongoose.Schema({ name: { type: String, unique: true }, size: Number }, { timestamps: true });
    const one = await mongoose.createConnection(first.uri, { dbName: 'farm' }).asPromise();
    const Agent = one.model('Agent', schema);
    await Agent.init();
    await Agent.create({ name: 'north', size: 2 });
    expect((await refusalOf(Agent.create({ name: 'north' }))).code).to.equal(11000);
    await one.close();
    await first.close();

    const second = await startEmbeddedStore({ dataDir: folder });
    const two = await mongoose.createConnection(second.uri, { dbName: 'farm' }).asPromise();
    const agents = await two.model('Agent', schema).find().lean();
    expect(agents.map(({ name, size }) => ({ name, size }))).to.deep.equal([{ name: 'north', size: 2 }]);
    await two.close();
    await second.close();
    await remove();
  });

  it('refuses a folder that another store has, and says which process has it', async () => {
    const opened = await openTestStore();
    const { fields, message } = await refusalOf(startEmbeddedStore({ dataDir: join(opened.folder, 'data') }));
    expect(fields['code']).to.equal('STORE_IN_USE');
    expect(message).to.include(`in use by process ${process.pid}`);
    await opened.end();
  });

  it('works in a folder whose name is too long for a socket, with the lock too', async () => {
    const { folder, remove } = await makeFolder();
    const dataDir = join(folder, 'long'.repeat(40));
    const store = await startEmbeddedStore({ dataDir });
    const socket = decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(store.uri)?.[1] ?? '');
    expect(Buffer.byteLength(socket)).to.be.lessThan(107);
    expect(realpathSync(dirname(socket))).to.equal(join(realpathSync(dataDir), 'run'));
    expect((await refusalOf(startEmbeddedStore({ dataDir }))).fields['code']).to.equal('STORE_IN_USE');
    await backupBeside({ dataDir, toFolder: join(folder, 'backup') });
    expect(readdirSync(join(folder, 'backup'))).to.not.be.empty;
    await store.close();
    expect(existsSync(dirname(socket))).to.equal(false);
    await remove();
  });

  for (const [title, spoil] of [
    ['overwritten', (file: string) => writeFile(file, 'no store at all '.repeat(5000))],
    ['cut short', (file: string) => truncate(file, 16 * 1024)],
  ] as const) {
    it(`says that its file is damaged where it was ${title}, instead of ending the process`, async () => {
      const opened = await openTestStore();
      await opened.client
        .db('x')
        .collection('large')
        .insertMany(Array.from({ length: 3000 }, () => ({ text: 'x'.repeat(1000) })));
      await opened.client.close();
      await opened.store.close();
      await spoil(join(opened.folder, 'data', 'data.mdb'));
      const { fields } = await refusalOf(startEmbeddedStore({ dataDir: join(opened.folder, 'data') }));
      expect(fields['code']).to.equal('STORE_DAMAGED');
      await opened.end();
    });
  }

  for (const name of ['data.mdb', 'lock.mdb'])
    for (const [title, spoil] of [
      ['a folder', (path: string) => mkdir(path)],
      ['a link to itself', (path: string) => symlink(path, path)],
    ] as const)
      it(`says that its file ${name} is damaged where it is ${title}, instead of ending the process`, async () => {
        const { folder, remove } = await makeFolder();
        await (await startEmbeddedStore({ dataDir: folder })).close();
        await rm(join(folder, name));
        await spoil(join(folder, name));
        const { fields } = await refusalOf(startEmbeddedStore({ dataDir: folder }));
        expect(fields['code']).to.equal('STORE_DAMAGED');
        await remove();
      });

  it('refuses the files of a later release', async () => {
    const { folder, remove } = await makeFolder();
    await (await startEmbeddedStore({ dataDir: folder })).close();
    const environment = openEnvironment({ folder });
    environment.root.transactionSync(() => {
      environment.meta.putSync(Buffer.from('format'), Buffer.from([0, 0, 0, 9]));
    });
    await environment.root.close();
    const { fields, message } = await refusalOf(startEmbeddedStore({ dataDir: folder }));
    expect(fields['code']).to.equal('STORE_FORMAT_NEWER');
    expect(message).to.include('has format 9');
    await remove();
  });

  it('says that a folder cannot be written', async () => {
    const { folder, remove } = await makeFolder();
    await writeFile(join(folder, 'a-file'), '');
    const { fields } = await refusalOf(startEmbeddedStore({ dataDir: join(folder, 'a-file', 'data') }));
    expect(fields['code']).to.equal('STORE_FOLDER_UNWRITABLE');
    await remove();
  });
});
