import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { freshFolder } from '../testing/folders.js';
import { askHolder, lockFolder } from './folder-lock.js';

describe('G13 one process for one data folder', () => {
  const folder = freshFolder();

  it('refuses a second one until the first releases it', async () => {
    const first = await lockFolder(folder.path, () => ({ pid: 1 }));
    assert.isUndefined(await lockFolder(folder.path, () => ({ pid: 2 })));
    assert.deepEqual(await askHolder(folder.path), { pid: 1 });
    await first?.close();
    assert.isUndefined(await askHolder(folder.path));
    const second = await lockFolder(folder.path, () => ({ pid: 2 }));
    assert.deepEqual(await askHolder(folder.path), { pid: 2 });
    await second?.close();
  });

  it('is free again when the process that had it was killed', async () => {
    const holder = spawn(
      process.execPath,
      ['-e', `require('net').createServer().listen(${JSON.stringify(join(folder.path, 'agent.sock'))}, () => console.log('held'))`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    assert.isUndefined(await lockFolder(folder.path, () => ({})).then((lock) => lock && 'got it'));
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    const lock = await lockFolder(folder.path, () => ({}));
    assert.isDefined(lock);
    await lock?.close();
  });

  it('works in a folder whose path is longer than that of a socket may be', async () => {
    const long = join(folder.path, 'x'.repeat(120));
    await mkdir(long);
    const lock = await lockFolder(long, () => ({ pid: 3 }));
    assert.deepEqual(await readdir(long), ['agent.sock']);
    assert.isUndefined(await lockFolder(long, () => ({})));
    assert.deepEqual(await askHolder(long), { pid: 3 });
    await lock?.close();
    assert.deepEqual(await readdir(long), []);
  });
});
