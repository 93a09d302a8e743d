import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';
import mongoose from 'mongoose';

import { startEmbeddedStore } from './start.js';
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

  it('says that a folder cannot be written', async () => {
    const { folder, remove } = await makeFolder();
    await writeFile(join(folder, 'a-file'), '');
    const { fields } = await refusalOf(startEmbeddedStore({ dataDir: join(folder, 'a-file', 'data') }));
    expect(fields['code']).to.equal('STORE_FOLDER_UNWRITABLE');
    await remove();
  });
});
