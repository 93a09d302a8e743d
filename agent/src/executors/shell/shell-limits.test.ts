import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listGroups, groupPrefix, AttemptGroups } from '../../processes/cgroups.js';
import { detectIsolation, findTaskUser } from '../../processes/isolation.js';
import { collect } from '../executor.contract.js';
import type { AttemptEnvironment, IsolationMode } from '../executor.js';
import { createShellExecutor } from './shell-executor.js';
import { testMarker } from '../../testing/test-marker.js';

const limits = { processes: 80, memoryBytes: 64 * 2 ** 20 };
const taskUser = findTaskUser('nobody');
/** Not endless, for the case that nothing holds it. */
const bomb = 'bomb() { [ "$1" = 0 ] || bomb $(($1 - 1)) | bomb $(($1 - 1)) & sleep 1000; }; bomb 7';
// prettier-ignore
const ways: ReadonlyArray<readonly [isolation: IsolationMode, way: 'made ahead' | 'made when it comes' | 'begun by the agent']> = [
  ['namespaces',   'made ahead'],
  ['namespaces',   'made when it comes'],
  ['namespaces',   'begun by the agent'],
  ['separateUser', 'made when it comes'],
  ['none',         'made when it comes'],
];

for (const [isolation, way] of ways) {
  describe(`A8 limits of an attempt with isolation ${isolation}, ${way}`, () => {
    const options = {
      hidePaths: () => [],
      ...(taskUser && { taskUser }),
      ...(way === 'begun by the agent' ? { placePrograms: () => undefined } : {}),
    };
    const executor = createShellExecutor({ ...options, limits });
    let root = '';
    let hog: AttemptEnvironment;
    let other: AttemptEnvironment;
    before(async function () {
      const kept = new AttemptGroups(limits).kept();
      if (!kept.has('processes') || !kept.has('memory'))
        skipBecause(this, 'control groups with limits of processes and memory cannot be made on this machine');
      if (!(await detectIsolation({ folder: tmpdir(), ...(taskUser && { taskUser }) })).includes(isolation))
        skipBecause(this, `isolation ${isolation} does not work on this machine`);
    });
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'drover-limits-'));
      await chmod(root, 0o711);
      [hog, other] = [await open('hog'), await open('other')];
    });
    afterEach(async () => {
      await Promise.all([hog.close(), other.close()]);
      await rm(root, { recursive: true });
      expect(listGroups(groupPrefix(testMarker))).to.deep.equal([]);
    });

    const open = async (attemptId: string, by = executor) => {
      const workspaceHostPath = join(root, attemptId);
      await mkdir(workspaceHostPath);
      if (isolation === 'separateUser' && taskUser) await chown(workspaceHostPath, taskUser.uid, taskUser.gid);
      const wanted = { attemptId, agentMarker: testMarker, workspaceHostPath, isolation };
      if (way === 'made ahead') await by.ahead?.prepare(wanted);
      return by.open({ ...wanted, onNotice: () => undefined, signal: new AbortController().signal });
    };
    const start = (environment: AttemptEnvironment, script: string) =>
      environment.start({ argv: ['bash', '-c', script], env: { PATH: '/usr/bin:/bin' }, cwd: environment.workspace });
    const printed = async (environment: AttemptEnvironment) => {
      const { bytes, exit } = await collect(await start(environment, 'seq 3 | tac | tr "\\n" " "'));
      expect(exit).to.deep.equal({ kind: 'exited', exitCode: 0 });
      return bytes.toString();
    };
    const hitOf = async (...environments: readonly AttemptEnvironment[]) => {
      for (;;) {
        for (const environment of environments) {
          const reason = await environment.hitLimit?.();
          if (reason) return reason;
        }
        await delay(10);
      }
    };

    it('say nothing as long as none is hit', async () => {
      expect(await printed(hog)).to.equal('3 2 1 ');
      expect(await hog.hitLimit?.()).to.equal(undefined);
    });

    it('hold a fork bomb, which is killed as a whole; another attempt and a later step have room', async () => {
      const step = await start(hog, bomb);
      const ended = collect(step);
      expect(await hitOf(hog)).to.deep.equal({ code: 'processLimit', parameters: { limit: limits.processes } });
      expect(await printed(other)).to.equal('3 2 1 ');
      step.stop(0);
      expect((await ended).exit).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
      expect(await printed(hog)).to.equal('3 2 1 ');
      expect(await other.hitLimit?.()).to.equal(undefined);
    });

    it('leave the agent to run when all attempts together use up what they may', async () => {
      const tasksGroup = `drover-tasks-test-${process.pid}`;
      const together = createShellExecutor({ ...options, tasksGroup, limits: { ...limits, allMemoryBytes: 80 * 2 ** 20 } });
      const attempts = await Promise.all([open('one', together), open('two', together)]);
      try {
        const steps = await Promise.all(attempts.map((each) => start(each, '(head -c 50M /dev/zero; sleep 1000) | tail -c 50M | wc -c')));
        const ended = steps.map(collect);
        expect(await hitOf(...attempts)).to.deep.equal({ code: 'machineMemoryLimit', parameters: { limitMb: 80 } });
        const hits: unknown[] = [];
        for (const each of attempts) hits.push(await each.hitLimit?.());
        expect(hits.filter((hit) => hit === undefined)).to.have.lengthOf(1);
        for (const step of steps) step.stop(0);
        await Promise.all(ended);
        for (const each of attempts) expect(await printed(each)).to.equal('3 2 1 ');
      } finally {
        await Promise.all(attempts.map((each) => each.close()));
        together.close?.();
        expect(listGroups(tasksGroup)).to.deep.equal([]);
      }
    });

    it('end before the agent where the machine has no memory left', async () => {
      const { bytes } = await collect(await start(hog, 'cat /proc/self/oom_score_adj'));
      expect(Number(bytes.toString())).to.be.above(Number(readFileSync('/proc/self/oom_score_adj', 'utf8')));
    });

    it('hold what takes more and more memory', async () => {
      const { bytes } = await collect(await start(hog, 'head -c 500M /dev/zero | tail -c 400M | wc -c'));
      expect(bytes.toString()).not.to.contain(String(400 * 2 ** 20));
      expect(await hog.hitLimit?.()).to.deep.equal({ code: 'memoryLimit', parameters: { limitMb: 64 } });
      expect(await printed(hog)).to.equal('3 2 1 ');
      expect(await other.hitLimit?.()).to.equal(undefined);
    });
  });
}
