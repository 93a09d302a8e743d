import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttemptGroups, isJoinable } from './cgroups.js';

describe('A8 the limits that control groups keep', () => {
  it('are none of a group that a process may not join', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drover-joinable-'));
    try {
      await mkdir(join(folder, 'closed/cgroup.procs'), { recursive: true });
      await mkdir(join(folder, 'open'));
      await writeFile(join(folder, 'open/cgroup.procs'), '');
      expect(['open', 'closed', 'nowhere'].map((name) => isJoinable(join(folder, name)))).to.deep.equal([true, false, false]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are none that nobody asked for', () => {
    const kept = (limits: ConstructorParameters<typeof AttemptGroups>[0]) => [
      ...new AttemptGroups(limits, `drover-kept-${process.pid}`).kept(),
    ];
    expect(kept({})).to.deep.equal([]);
    expect(kept({ processes: 80 })).to.not.include('memory');
    expect(kept({ memoryBytes: 64 * 2 ** 20 }))
      .to.not.include.members(['processes'])
      .and.not.include('allMemory');
  });
});
