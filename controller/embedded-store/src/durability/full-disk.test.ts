import { runSource } from '@drover/protocol/testing';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { MongoClient } from 'mongodb';

import { makeFolder, refusalOf } from '../testing/test-store.js';

/** A limit on the size of files makes writes fail just as a full disk does, and can be lifted again. */
const canLimitFiles = spawnSync('prlimit', ['--version']).status === 0;

async function startLimited(dataDir: string): Promise<{ child: ChildProcess; uri: string }> {
  const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const limited = [`--fsize=${8 * 2 ** 20}:unlimited`, process.execPath, ...runSource, cli, '--data', dataDir];
  const child = spawn('prlimit', limited, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [uri]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, uri: uri ?? '' };
}

describe('a store whose disk is full', () => {
  if (!canLimitFiles) {
    it('refuses writes: needs the command prlimit to be tried');
    return;
  }

  it('refuses writes without acknowledging any, continues reading, and continues writing when there is space again', async () => {
    const { folder, remove } = await makeFolder();
    const { child, uri } = await startLimited(folder);
    const client = await MongoClient.connect(uri);
    const things = client.db('full').collection<{ _id: number; text: string }>('things');
    const acknowledged: number[] = [];
    const text = 'x'.repeat(50_000);
    let refused: Awaited<ReturnType<typeof refusalOf>> | undefined;
    for (let id = 0; id < 500 && !refused; id++) {
      await things.insertOne({ _id: id, text }).then(
        () => acknowledged.push(id),
        async (error: Error) => (refused = await refusalOf(Promise.reject(error))),
      );
    }
    expect(refused?.message).to.match(/could not write/);
    expect(refused?.fields).to.include({ code: 14031, codeName: 'OutOfDiskSpace' });
    const stored = await things.find({}, { projection: { _id: 1 } }).toArray();
    expect(stored.map(({ _id }) => _id)).to.deep.equal(acknowledged);
    expect(await things.countDocuments({})).to.equal(acknowledged.length);

    spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
    await things.insertOne({ _id: 1000, text });
    expect(await things.findOne({ _id: 1000 })).to.have.property('text', text);
    await client.close();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).to.equal(0);
    await remove();
  });
});
