import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { freshFolder } from '../testing/folders.js';
import { sweepLeavings } from './leavings.js';

const day = 24 * 3_600_000;

describe('G8 what a killed agent leaves beside its workspaces', () => {
  const folder = freshFolder();
  const place = (path: string): string => join(folder.path, path);

  it('is removed at the next start: keys, half-made mirrors, packed folders, probes, mirrors out of use', async () => {
    const left = ['git/sessions/session-1', 'git/draft-1', 'packing/pack-1', 'probe-1'];
    const kept = ['git/used.git', 'spool', 'journal'];
    for (const path of [...left, ...kept, 'git/old.git']) await mkdir(place(path), { recursive: true });
    for (const path of left) await writeFile(place(`${path}/key`), 'secret');
    const now = Date.now();
    await utimes(place('git/old.git'), new Date(now - 31 * day), new Date(now - 31 * day));

    const said = await sweepLeavings(folder.path, now);

    expect([...left, 'git/old.git'].filter((path) => existsSync(place(path)))).to.deep.equal([]);
    expect(kept.filter((path) => !existsSync(place(path)))).to.deep.equal([]);
    expect(said).to.have.lengthOf(left.length + 1);
    expect(await sweepLeavings(folder.path, now)).to.deep.equal([]);
  });
});
