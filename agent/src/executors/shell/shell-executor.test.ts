import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Executor, IsolationMode, StepExit } from '../executor.js';
import { collect, executorContract } from '../executor.contract.js';
import { createShellExecutor, type ShellExecutorOptions } from './shell-executor.js';
import { readProcesses } from '../../processes/process-table.js';
import { detectIsolation, findTaskUser } from '../../processes/isolation.js';
import { testMarker } from '../../testing/test-marker.js';

const env = { PATH: process.env['PATH'] ?? '' };
const taskUser = findTaskUser('nobody');
// prettier-ignore
const modes: ReadonlyArray<readonly [isolation: IsolationMode, way: string, make: (options: ShellExecutorOptions) => Executor]> = [
  ['separateUser', '',                                       createShellExecutor],
  ['namespaces',   '',                                       createShellExecutor],
  ['namespaces',   ', in places made ahead',                 (options) => madeAhead(createShellExecutor(options))],
  ['namespaces',   ', where the agent begins the steps itself', (options) => createShellExecutor({ ...options, placePrograms: () => undefined })],
  ['none',         '',                                       createShellExecutor],
];
const madeAhead = (executor: Executor): Executor => ({
  ...executor,
  open: async (options) => {
    await executor.ahead?.prepare(options);
    return executor.open(options);
  },
});

export function processesWith(word: string): number[] {
  const carries = (pid: number, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(word);
    } catch {
      return false;
    }
  };
  return readProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => carries(pid, 'cmdline') || carries(pid, 'environ'));
}

for (const [isolation, way, make] of modes) {
  describe(`G10 the shell executor with isolation ${isolation}${way}`, () => {
    const executor = make({ hidePaths: () => [], ...(taskUser && { taskUser }) });
    before(async function () {
      const works = await detectIsolation({ folder: tmpdir(), ...(taskUser && { taskUser }) });
      if (!works.includes(isolation)) {
        skipBecause(this, `isolation ${isolation} does not work on this machine`);
      }
    });
    const makeWorkspace = async (): Promise<string> => {
      const path = await mkdtemp(join(tmpdir(), 'drover-shell-'));
      if (isolation === 'separateUser' && taskUser) await chown(path, taskUser.uid, taskUser.gid);
      return path;
    };
    const inAttempt = async (argv: readonly string[], variables: Record<string, string> = { PATH: '/usr/bin:/bin' }, place?: string) => {
      const workspace = place ?? (await makeWorkspace());
      const options = { attemptId: 'one', agentMarker: testMarker, workspaceHostPath: workspace, isolation };
      const environment = await executor.open({ ...options, onNotice: () => undefined, signal: new AbortController().signal });
      const ended = await collect(await environment.start({ argv, env: variables, cwd: workspace }));
      await environment.close();
      if (place === undefined) await rm(workspace, { recursive: true });
      return ended;
    };
    executorContract(() => ({
      env: isolation === 'separateUser' ? { PATH: '/usr/bin:/bin' } : env,
      processesWith,
      open: (options) => executor.open({ ...options, isolation }),
      prepareWorkspace: (path) => (isolation === 'separateUser' && taskUser ? chown(path, taskUser.uid, taskUser.gid) : Promise.resolve()),
    }));

    it('keeps nothing open for a step that has ended, or that could not begin because its environment is too long', async () => {
      const workspace = await mkdtemp(join(tmpdir(), 'drover-shell-'));
      const signal = new AbortController().signal;
      const options = { attemptId: 'long', agentMarker: testMarker, workspaceHostPath: workspace, isolation, signal };
      const environment = await executor.open({ ...options, onNotice: () => undefined });
      const before = readdirSync('/proc/self/fd').length;
      for (let round = 0; round < 5; round += 1) {
        const run = async (LONG: string) =>
          collect(await environment.start({ argv: ['true'], env: { PATH: '/usr/bin:/bin', LONG }, cwd: '/' }));
        expect((await run('x')).exit).to.have.property('kind', 'exited');
        expect((await run('x'.repeat(200_000))).exit).to.have.property('kind', 'failedToStart');
      }
      const after = readdirSync('/proc/self/fd').length;
      await environment.close();
      await rm(workspace, { recursive: true });
      expect(after).to.be.at.most(before);
    });

    // prettier-ignore
    const ends: ReadonlyArray<readonly [script: string, exit: StepExit]> = [
      ['exit 143',                                     { kind: 'exited', exitCode: 143 }],
      ['kill -TERM $$',                                { kind: 'killed', signal: 'SIGTERM' }],
      ['exit 137',                                     { kind: 'exited', exitCode: 137 }],
      ['kill -KILL $$',                                { kind: 'killed', signal: 'SIGKILL' }],
      ['kill -INT $$',                                 { kind: 'killed', signal: 'SIGINT' }],
      ['(sleep 0.1; kill -CONT $$) & kill -STOP $$; exit 3', { kind: 'exited', exitCode: 3 }],
      ['exit 255',                                     { kind: 'exited', exitCode: 255 }],
    ];
    for (const [script, exit] of ends.filter(([script]) => !way.includes('itself') || !script.includes('STOP'))) {
      // nsenter halts with what it entered for, and nobody wakes it
      it(`tells a signal from an exit code: ${script}`, async () => {
        expect((await inAttempt(['/bin/sh', '-c', script])).exit).to.deep.equal(exit);
      });
    }

    it('P7 hands over just the variables of the step, whatever their names and values', async () => {
      const variables = {
        PATH: '/usr/bin:/bin',
        EMPTY: '',
        LINES_OF: 'a\nb\n\n',
        QUOTES: `'"\\$(id)\``,
        LC_ALL: 'nowhere',
        n: '1',
        f: '2',
        count: '3',
        names: '4',
        s: '5',
        step: '6',
        IFS: ',',
        TERM: 'dumb',
      };
      for (const more of [{}, { 'odd.name': 'x' }]) {
        const { bytes } = await inAttempt(['env', '-0'], { ...variables, ...more });
        const seen = Object.fromEntries(
          bytes
            .toString()
            .split('\0')
            .filter((line) => line !== '')
            .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        );
        for (const own of ['_', 'PWD', 'OLDPWD', 'SHLVL', 'DROVER_ATTEMPT_MARK']) delete seen[own];
        expect(seen).to.deep.equal({ ...variables, ...more });
      }
    });

    it('security: no program that is on the way to the step heeds its variables', async () => {
      const workspace = await makeWorkspace();
      await mkdir(join(workspace, 'bin'), { mode: 0o755 });
      const spy = 'for link in user pid; do readlink /proc/self/ns/$link; done >>"$SPIED"; id -u >>"$SPIED"\n';
      for (const name of ['stty', 'nsenter', 'unshare', 'setpriv', 'mount'])
        await writeFile(join(workspace, 'bin', name), `#!/bin/sh\n${spy}`, { mode: 0o755 });
      await writeFile(join(workspace, 'spy'), spy, { mode: 0o755 });
      const variables = {
        PATH: `${workspace}/bin:/usr/bin:/bin`,
        SPIED: `${workspace}/spied`,
        LD_DEBUG: 'files',
        LD_DEBUG_OUTPUT: `${workspace}/loaded`,
      };
      const own =
        'unset BASH_ENV LD_DEBUG; for link in user pid; do readlink /proc/self/ns/$link; done; id -u; ls -n . | grep loaded | while read -r _ _ uid _; do echo $uid; done | sort -u';
      for (const more of [{}, { BASH_ENV: `${workspace}/spy`, ENV: `${workspace}/spy` }]) {
        const { bytes } = await inAttempt(['/bin/bash', '-c', own], { ...variables, ...more }, workspace);
        const spied = await readFile(join(workspace, 'spied'), 'latin1').catch(() => '');
        const [user, pid, uid, ...owners] = bytes.toString().trim().split('\n');
        expect(spied.split('\n').filter((line) => line !== '' && ![user, pid, uid].includes(line))).to.deep.equal([]);
        expect(owners.filter((owner) => owner !== uid)).to.deep.equal([]);
      }
      await rm(workspace, { recursive: true });
    });

    it('ends nothing of other attempts, however many begin and end at once', async () => {
      const signal = new AbortController().signal;
      const lane = async (name: string): Promise<unknown[]> => {
        const workspace = await mkdtemp(join(tmpdir(), 'drover-shell-'));
        const exits: unknown[] = [];
        for (let round = 0; round < 6; round += 1) {
          const options = { attemptId: `${name}-${round}`, agentMarker: testMarker, workspaceHostPath: workspace, isolation, signal };
          const environment = await executor.open({ ...options, onNotice: () => undefined });
          const step = await environment.start({ argv: ['/bin/sh', '-c', 'sleep 0.05'], env: { PATH: '/usr/bin:/bin' }, cwd: '/' });
          exits.push((await collect(step)).exit);
          await environment.close();
        }
        await rm(workspace, { recursive: true });
        return exits;
      };
      const exits = (await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(lane))).flat();
      expect(exits).to.deep.equal(exits.map(() => ({ kind: 'exited', exitCode: 0 })));
    });

    it('hands no descriptor of the agent or of another attempt to a task', async () => {
      const workspace = await mkdtemp(join(tmpdir(), 'drover-shell-'));
      const open = (attemptId: string) =>
        executor.open({
          attemptId,
          agentMarker: testMarker,
          workspaceHostPath: workspace,
          isolation,
          onNotice: () => undefined,
          signal: new AbortController().signal,
        });
      const [first, second] = [await open('a'), await open('b')];
      const command = { argv: ['/bin/sh', '-c', 'ls -1 /proc/$$/fd; true'], env: { PATH: '/usr/bin:/bin' }, cwd: '/' };
      const other = await first.start({ ...command, argv: ['/bin/sleep', '100'] });
      const { bytes } = await collect(await second.start(command));
      other.output.resume();
      await Promise.all([first.close(), second.close()]);
      await rm(workspace, { recursive: true });
      expect(bytes.toString()).to.equal('0\n1\n2\n');
    });
  });
}

describe('security: isolation by namespaces', () => {
  let root = '';
  before(async function () {
    if (!(await detectIsolation({ folder: tmpdir() })).includes('namespaces')) {
      skipBecause(this, 'namespaces do not work on this machine');
    }
    root = await mkdtemp(join(tmpdir(), 'drover-hidden-'));
    await mkdir(join(root, 'state/workspaces/w'), { recursive: true });
    await writeFile(join(root, 'state/master.key'), 'the master key');
    await writeFile(join(root, 'single.key'), 'another key');
  });
  after(() => rm(root, { recursive: true, force: true }));

  const hidden = () => [join(root, 'state'), join(root, 'single.key')];

  async function inTask(script: string, options: ShellExecutorOptions = { hidePaths: hidden }): Promise<string> {
    const workspace = join(root, 'state/workspaces/w');
    const executor = createShellExecutor(options);
    const environment = await executor.open({
      attemptId: 'hidden',
      agentMarker: testMarker,
      workspaceHostPath: workspace,
      isolation: 'namespaces',
      onNotice: () => undefined,
      signal: new AbortController().signal,
    });
    try {
      return (
        await collect(
          await environment.start({
            argv: ['bash', '-c', script],
            env: { ...env, ROOT: root, AGENT: String(process.pid) },
            cwd: workspace,
          }),
        )
      ).bytes.toString();
    } finally {
      await environment.close();
    }
  }

  // prettier-ignore
  const attacks: ReadonlyArray<readonly [title: string, script: string]> = [
    ['reads it',                       'cat $ROOT/state/master.key $ROOT/single.key'],
    ['takes the cover off',            'umount $ROOT/state; umount -l $ROOT/state; umount $ROOT/single.key; cat $ROOT/state/master.key $ROOT/single.key'],
    ['makes namespaces of its own',    'unshare --user --map-root-user --mount bash -c "umount $ROOT/state; umount -l $ROOT/state; umount -R /tmp; cat $ROOT/state/master.key $ROOT/single.key"'],
    ['joins those of the first process', 'nsenter -t 1 --mount cat $ROOT/state/master.key; nsenter -t 1 --user --mount cat $ROOT/state/master.key; cat /proc/1/root$ROOT/state/master.key'],
    ['goes through the agent',         'cat /proc/$AGENT/root$ROOT/state/master.key; tr "\\0" "\\n" </proc/$AGENT/environ | grep . && echo the master key; kill -0 $AGENT && echo another key'],
    ['binds the folder elsewhere',     'mkdir x; unshare --user --map-root-user --mount bash -c "mount --bind $ROOT x; mount --rbind $ROOT x; cat x/state/master.key x/single.key"; rmdir x'],
    ['reads the disk',                 'for d in $(find /dev -type b 2>/dev/null); do head -c 10 $d >/dev/null && echo the master key; done; mknod d b 254 0 && head -c 10 d && echo the master key'],
  ];
  for (const [title, script] of attacks) {
    it(`a task sees no hidden file even if it ${title}`, async () => {
      expect(await inTask(script)).to.not.match(/the master key|another key/);
    });
  }

  it('A8 hides what another program notes while the agent makes the namespaces itself', async () => {
    await mkdir(join(root, 'noted'));
    await writeFile(join(root, 'noted/key'), 'another key');
    let looks = 0;
    const hidePaths = () => ((looks += 1) === 1 ? hidden() : [...hidden(), join(root, 'noted')]);
    expect(await inTask('cat $ROOT/noted/key; echo looked', { hidePaths, placePrograms: () => undefined })).to.match(/looked\n$/).and.not.include('another key'); // prettier-ignore
  });

  it('A8 begins no task while what is to be hidden changes again and again', async () => {
    let looks = 0;
    const hidePaths = () => [...hidden(), join(root, `noted-${(looks += 1)}`)];
    const begun = inTask('cat $ROOT/state/master.key', { hidePaths, placePrograms: () => undefined });
    const outcome = await begun.then(() => 'begun', String);
    expect(outcome).to.include('what is to be hidden changed again and again');
  });

  it('leaves nothing outside of its workspace for another attempt to find', async () => {
    const places = '/dev /sys/kernel /sys/fs/cgroup /run /etc /usr/bin';
    await inTask(`for d in ${places}; do echo planted >$d/planted; done 2>/dev/null; rm -f /dev/null /dev/fd 2>/dev/null; true`);
    expect(await inTask(`for d in ${places}; do ls $d/planted; done 2>/dev/null; echo >/dev/null && ls -d /dev/fd`)).to.equal('/dev/fd\n');
  });

  it('leaves the workspace in a hidden folder writable, on the host, too', async () => {
    expect(await inTask('echo work >result; cat result')).to.equal('work\n');
    expect(readdirSync(join(root, 'state/workspaces/w'))).to.deep.equal(['result']);
  });

  it('leaves tools in the home of the user usable', async () => {
    expect(await inTask('node --version && ls -d "$(dirname "$(command -v node)")"')).to.match(/^v[0-9]+/);
  });
});
