import { expect } from 'chai';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hidingFor, stateOf } from './hiding.js';

describe('A1 what is to be hidden from tasks', () => {
  it('does not stand in their way where it cannot be looked at', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drover-hiding-'));
    try {
      const [loop, file] = [join(folder, 'loop'), join(folder, 'file')];
      await symlink(loop, loop);
      await writeFile(file, '');
      const wanted = [loop, join(file, 'below'), join(folder, 'missing'), file];
      expect(hidingFor(join(folder, 'workspaces', 'one'), wanted)?.paths).to.deep.equal([file]);
      expect(stateOf(wanted)).to.be.a('string');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
