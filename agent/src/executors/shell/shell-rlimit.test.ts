import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectIsolation, findTaskUser } from '../../processes/isolation.js';
import { findProcessRlimit } from '../../processes/limits/process-rlimit.js';
import { collect } from '../executor.contract.js';
import type { IsolationMode } from '../executor.js';
import { findProgram } from './launcher.js';
import { createShellExecutor } from './shell-executor.js';
import { testMarker } from '../../testing/test-marker.js';

const processes = 40;
const taskUser = findTaskUser('nobody');
/** Tells how many of the 60 that it asks for it could begin. Bash would try for long. */
const crowd = `perl -e 'my @p; for (1..60) { my $p = fork; last unless defined $p; if ($p == 0) { sleep 1000; exit } push @p, $p } print scalar(@p), "\\n"; kill 9, @p; waitpid $_, 0 for @p'`;
// prettier-ignore
const ways: ReadonlyArray<readonly [isolation: IsolationMode, way: 'in a place' | 'begun by the agent']> = [
  ['namespaces',   'in a place'],
  ['namespaces',   'begun by the agent'],
  ['separateUser', 'begun by the agent'],
];

for (const [isolation, way] of ways) {
  describe(`A8 steps with isolation ${isolation}, ${way}, without control groups`, () => {
    let workspace = '';
    before(async function () {
      if (findProgram('perl', '/usr/bin:/bin') === undefined) skipBecause(this, 'perl is not installed');
      if (!(await detectIsolation({ folder: tmpdir(), ...(taskUser && { taskUser }) })).includes(isolation))
        skipBecause(this, `isolation ${isolation} does not work on this machine`);
      if (findProcessRlimit(processes, isolation) === undefined)
        skipBecause(this, 'the kernel does not count processes of root, or not by namespace');
    });
    beforeEach(async () => {
      workspace = await mkdtemp(join(tmpdir(), 'drover-rlimit-'));
      await chmod(workspace, 0o755);
      if (isolation === 'separateUser' && taskUser) await chown(workspace, taskUser.uid, taskUser.gid);
    });
    afterEach(() => rm(workspace, { recursive: true }));

    const open = () => {
      const executor = createShellExecutor({
        hidePaths: () => [],
        ...(taskUser && { taskUser }),
        processRlimit: findProcessRlimit(processes, isolation),
        ...(way === 'in a place' ? {} : { placePrograms: () => undefined }),
      });
      const signal = new AbortController().signal;
      const attempt = { attemptId: 'crowd', agentMarker: testMarker, workspaceHostPath: workspace, isolation, signal };
      return executor.open({ ...attempt, onNotice: () => undefined });
    };

    it('can begin as many processes as are allowed, in each step again, and cannot lift that', async () => {
      const environment = await open();
      const printed = async (script: string) => {
        const env = { PATH: '/usr/bin:/bin' };
        return (await collect(await environment.start({ argv: ['bash', '-c', script], env, cwd: workspace }))).bytes.toString();
      };
      try {
        for (const step of ['first', 'later']) expect(Number(await printed(crowd)), step).to.be.within(processes / 2, processes);
        expect(await printed(`ulimit -u ${processes + 1} 2>/dev/null; ulimit -u`)).to.equal(`${processes}\n`);
        if (isolation === 'namespaces' && way === 'begun by the agent')
          expect(await printed("awk '/Max processes/ { print $3 }' /proc/1/limits"), 'of what a step could work through').to.equal(
            `${processes}\n`,
          );
      } finally {
        await environment.close();
      }
    });
  });
}
