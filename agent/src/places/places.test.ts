import { skipBecause } from '@drover/protocol/testing';
import { assert, expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import type { Executor } from '../executors/executor.js';
import { detectIsolation } from '../processes/isolation.js';
import { readChildren } from '../processes/process-table.js';
import { withoutForks } from '../testing/process-limit.js';
import { Places } from './places.js';
import { groundPrograms } from './programs.js';
import { stepRequest } from './step-request.js';
import { skipWithoutPlaces } from '../testing/places.js';
import { testMarker } from '../testing/test-marker.js';

describe('G10 places made ahead', () => {
  let root = '';
  let hidden: string[] = [];
  let places: Places;
  const open: Array<() => Promise<void>> = [];
  before(skipWithoutPlaces);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-places-'));
    for (const name of ['one', 'two']) await mkdir(join(root, 'state/workspaces', name), { recursive: true });
    await writeFile(join(root, 'state/key'), 'the key');
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/key'), 'the other key');
    hidden = [join(root, 'state')];
    places = new Places(() => hidden);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
    await places.close();
    await rm(root, { recursive: true });
  });

  const env = { PATH: process.env['PATH'] ?? '' };
  const wanted = (name: string) => ({ workspace: join(root, 'state/workspaces', name), mark: 'm/ready' });
  const take = async (name: string) => {
    const quarters = await places.take(wanted(name));
    if (quarters?.place === undefined) throw new Error('no place was made');
    open.push(() => quarters.close());
    return quarters.place;
  };
  /** The process that waits behind a terminal, once there is one. */
  const readied = async (place: Awaited<ReturnType<typeof take>>) => {
    place.readyTerminal('/dev/null');
    while (!existsSync(`/proc/${String(place.init)}/fd/9`)) await delay(5); // it holds the namespaces of that process; the process table tells nobody of changes
    return readChildren(place.init);
  };
  const exitOf = async (place: Awaited<ReturnType<typeof take>>, script: string) => {
    const request = stepRequest({ argv: ['sh', '-c', script], env: { ...env, ROOT: root }, cwd: '/' });
    if (request === undefined) throw new Error('the step cannot be asked for');
    return place.start({ ...request, tty: '/dev/null', isTerminalReady: true }).ended;
  };
  const groundOf = ({ keepers }: Awaited<ReturnType<typeof take>>): number =>
    readChildren(process.pid).find((pid) => readChildren(pid).some((child) => keepers.has(child))) ?? 0;
  const well = { kind: 'exited', exitCode: 0 };

  it('are given to the attempt that opens their workspace', async () => {
    const ahead = await places.prepare(wanted('one'));
    const place = await take('one');
    expect(place).to.equal(ahead);
    expect(
      await exitOf(place, 'cd $ROOT/state/workspaces/one && echo work >file && ! [ -e $ROOT/state/key ] && ! [ -e ../two ]'),
    ).to.deep.equal(well);
    expect(await take('two')).to.not.equal(ahead);
  });

  // a clone is hidden with the data of its farm, whose names begin like that by default, and nothing forbids the other one
  for (const between of ['.drover', '.drover-behind'])
    it(`lead to a workspace below ${between} in a hidden folder, and nowhere else in that`, async () => {
      const workspaces = join(root, between, 'agent/workspaces');
      for (const name of ['three', 'four']) await mkdir(join(workspaces, name), { recursive: true });
      hidden = [root];
      const quarters = await places.take({ workspace: join(workspaces, 'three'), mark: 'm/ready' });
      if (quarters?.place === undefined) throw new Error('no place was made');
      open.push(() => quarters.close());
      const script = `cd $ROOT/${between}/agent/workspaces/three && echo work >file && ! [ -e ../four ] && ! [ -e $ROOT/other ] && ! [ -e $ROOT/state ]`;
      expect(await exitOf(quarters.place, script)).to.deep.equal(well);
      expect(
        await exitOf(quarters.place, 'for f in $ROOT/.drover-behind*/*/workspaces/*; do [ -e $f/../four ] && exit 1; done; exit 0'),
      ).to.deep.equal(well);
    });

  it('are not used when something else is to be hidden by now', async () => {
    const ahead = await places.prepare(wanted('one'));
    hidden = [...hidden, join(root, 'other')];
    const place = await take('one');
    expect(place).to.not.equal(ahead);
    expect(ahead?.isOver).to.equal(true);
    expect(await exitOf(place, '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
  });

  it('A8 are not used when another program notes its folder while they are made', async () => {
    const making = places.prepare(wanted('one'));
    const taking = take('one'); // waits for the one that is being made
    hidden = [...hidden, join(root, 'other')];
    const ahead = await making;
    const place = await taking;
    expect(place).to.not.equal(ahead);
    expect(await exitOf(place, '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
  });

  it('A8 hide what another program notes while they are made for an attempt that waits', async () => {
    await take('two'); // its ground is in use
    const taking = take('one');
    hidden = [...hidden, join(root, 'other')];
    expect(await exitOf(await taking, '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
  });

  it('A8 hide what another program notes while their ground is made', async () => {
    let looks = 0;
    const noting = new Places(() => {
      looks += 1;
      return looks < 3 ? hidden : [...hidden, join(root, 'other')];
    });
    const quarters = await noting.take(wanted('one'));
    if (quarters?.place === undefined) throw new Error('no place was made');
    try {
      expect(await exitOf(quarters.place, '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
    } finally {
      await quarters.close();
      await noting.close();
    }
  });

  it('are not used when a hidden folder was made again, over which nothing lies', async () => {
    hidden = [...hidden, join(root, 'other')];
    await places.prepare(wanted('one'));
    await rm(join(root, 'other'), { recursive: true });
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/key'), 'another key');
    expect(await exitOf(await take('one'), '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
  });

  it('are not used when their ground was made while another folder lay where a hidden one lies again', async () => {
    hidden = [...hidden, join(root, 'other')];
    const first = await take('one');
    process.kill(groundOf(first), 'SIGKILL');
    await first.over;
    await rename(join(root, 'other'), join(root, 'away'));
    await mkdir(join(root, 'other'));
    await places.prepare(wanted('two'));
    await rmdir(join(root, 'other'));
    await rename(join(root, 'away'), join(root, 'other'));
    expect(await exitOf(await take('two'), '! [ -e $ROOT/other/key ]')).to.deep.equal(well);
  });

  it('are replaced when they have ended', async () => {
    const ahead = await places.prepare(wanted('one'));
    process.kill(ahead?.init ?? 0, 'SIGKILL');
    await ahead?.over;
    expect(await exitOf(await take('one'), 'true')).to.deep.equal(well);
  });

  it('come from a new ground when theirs was killed, with which they end', async () => {
    const first = await take('one');
    const step = exitOf(first, 'sleep 1000');
    process.kill(groundOf(first), 'SIGKILL');
    expect(await step).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
    expect(await exitOf(await take('two'), 'true')).to.deep.equal(well);
  });

  it('stand with their steps when their ground can begin no process more, and others come from a new one', async function () {
    const first = await take('one');
    const step = exitOf(first, 'until [ -e $ROOT/state/workspaces/one/go ]; do sleep 0.01; done; exit 3');
    const ground = groundOf(first);
    const ask = () => take('two').then(() => assert.fail('a place was made'), (error: unknown) => expect(String(error)).to.include('no process could be begun')); // prettier-ignore
    if (!(await withoutForks(ground, ask))) {
      skipBecause(this, 'the processes of a ground cannot be limited on this machine');
    }
    const second = await take('two');
    expect(groundOf(second)).to.not.equal(ground);
    expect(await exitOf(second, 'true')).to.deep.equal(well);
    await writeFile(join(root, 'state/workspaces/one/go'), '');
    expect(await step).to.deep.equal({ kind: 'exited', exitCode: 3 });
    expect(await exitOf(first, 'true')).to.deep.equal(well);
  });

  it('are as many as are wanted, on further grounds', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `more-${index}`);
    const all = await Promise.all(
      names.map(async (name) => {
        await mkdir(join(root, 'state/workspaces', name));
        return take(name);
      }),
    );
    expect(await Promise.all(all.map((place) => exitOf(place, 'true')))).to.deep.equal(all.map(() => well));
  });

  it('tell why a step cannot begin in the letters of the step', async () => {
    const place = await take('one');
    const request = stepRequest({ argv: ['true'], env: {}, cwd: join(root, 'größer 大') });
    if (request === undefined) throw new Error('the step cannot be asked for');
    const exit = await place.start({ ...request, tty: '/dev/null', isTerminalReady: true }).ended;
    expect(exit).to.deep.equal({ kind: 'failedToStart', reason: `the working folder ${root}/größer 大 cannot be entered` });
  });

  it('begin a first step behind another terminal than the one they were readied with', async () => {
    const place = await take('one');
    place.readyTerminal('/dev/full');
    const request = stepRequest({ argv: ['sh', '-c', 'echo x && [ "$(readlink /proc/$$/fd/1)" = /dev/null ]'], env, cwd: '/' });
    if (request === undefined) throw new Error('the step cannot be asked for');
    expect(await place.start({ ...request, tty: '/dev/null', isTerminalReady: false }).ended).to.deep.equal(well);
  });

  it('tell why a first step cannot begin behind a terminal that was readied, and begin the next one', async () => {
    const place = await take('one');
    place.readyTerminal('/dev/null');
    const request = stepRequest({ argv: ['no-such-program'], env, cwd: '/' });
    if (request === undefined) throw new Error('the step cannot be asked for');
    const exit = await place.start({ ...request, tty: '/dev/null', isTerminalReady: true }).ended;
    expect(exit).to.deep.equal({ kind: 'failedToStart', reason: 'the program no-such-program was not found' });
    expect(await exitOf(place, 'exit 127')).to.deep.equal({ kind: 'exited', exitCode: 127 });
  });

  it('begin a first step whose process was killed while it waited', async () => {
    const place = await take('one');
    const waiting = await readied(place);
    for (const pid of waiting) process.kill(pid, 'SIGKILL');
    while (waiting.some((pid) => existsSync(`/proc/${pid}`))) await delay(5); // a signal is sent before it is heeded
    expect(await exitOf(place, 'exit 3')).to.deep.equal({ kind: 'exited', exitCode: 3 });
  });

  it('let a first step be ended whose process was halted while it waited', async () => {
    const place = await take('one');
    const waiting = await readied(place);
    for (const pid of waiting) process.kill(pid, 'SIGSTOP');
    const more = 'x'.repeat(90_000); // more than a pipe takes that nobody reads
    const request = stepRequest({ argv: ['true'], env: { ...env, A: more, B: more }, cwd: '/' });
    if (request === undefined) throw new Error('the step cannot be asked for');
    const { begun, ended } = place.start({ ...request, tty: '/dev/null', isTerminalReady: true });
    await begun;
    for (const pid of waiting) process.kill(pid, 'SIGKILL');
    expect(await ended).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('tell why a first step cannot begin, however long its reason is', async () => {
    const place = await take('one');
    await readied(place);
    const name = 'x'.repeat(80_000);
    const request = stepRequest({ argv: [name], env, cwd: '/' });
    if (request === undefined) throw new Error('the step cannot be asked for');
    const exit = await place.start({ ...request, tty: '/dev/null', isTerminalReady: true }).ended;
    expect(exit).to.deep.equal({ kind: 'failedToStart', reason: `the program ${name.slice(0, 1_000)}… was not found` });
  });

  it('stand after an attempt that was ended in the middle of a step', async () => {
    for (let round = 0; round < 15; round += 1) {
      const quarters = await places.take(wanted('one'));
      if (quarters?.place === undefined) throw new Error('no place was made');
      const step = exitOf(quarters.place, 'sleep 1000');
      await quarters.close();
      expect(await step).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
    }
  });
});

describe('security: the first process of a place', () => {
  let workspace = '';
  let executor: Executor;
  before(async function () {
    if (groundPrograms() === undefined || !(await detectIsolation({ folder: tmpdir() })).includes('namespaces')) {
      skipBecause(this, 'places cannot be made on this machine');
    }
    workspace = await mkdtemp(join(tmpdir(), 'drover-places-'));
    executor = createShellExecutor({ hidePaths: () => [] });
  });
  after(() => rm(workspace, { recursive: true, force: true }));

  /** What steps print, one after the other in one attempt, and how they end. */
  async function inSteps(...scripts: readonly string[]) {
    const options = { attemptId: 'a', agentMarker: testMarker, workspaceHostPath: workspace, isolation: 'namespaces' as const };
    const environment = await executor.open({ ...options, onNotice: () => undefined, signal: new AbortController().signal });
    const ends: string[] = [];
    try {
      for (const script of scripts) {
        const step = await environment.start({
          argv: ['bash', '-c', script],
          env: { PATH: process.env['PATH'] ?? '' },
          cwd: workspace,
        });
        const chunks: Buffer[] = [];
        step.output.on('data', (chunk: Buffer) => chunks.push(chunk));
        const exit = await step.exit;
        ends.push(`${Buffer.concat(chunks).toString()}${JSON.stringify(exit)}`);
      }
    } finally {
      await environment.close();
    }
    return ends;
  }
  const exited = (exitCode: number) => JSON.stringify({ kind: 'exited', exitCode });

  it('keeps its descriptors, its memory and its environment from tasks', async () => {
    const look =
      'for f in /proc/1/fd/*; do : <$f; : >$f; done; cat /proc/1/environ /proc/1/maps; head -c 1 /proc/1/mem; ls /proc/1/cwd/ /proc/1/root/';
    const script = `{ ${look}; } 2>/dev/null; echo forged 2>/dev/null >/proc/1/fd/1; exit 3`;
    expect(await inSteps(script, 'exit 4')).to.deep.equal([exited(3), exited(4)]);
  });

  it('outlives every signal of a task', async () => {
    const signals = 'for s in $(seq 1 64); do kill -$s 1; done 2>/dev/null; kill -9 -1 2>/dev/null; exit 5';
    expect(await inSteps(signals, signals, 'exit 6')).to.deep.equal([exited(5), exited(5), exited(6)]);
  });

  it('tells how a step ended that was halted before, and signals by their usual names', async () => {
    const halted = ['STOP', 'TSTP'].map((halt) => `(sleep 0.1; kill -CONT $$) & kill -${halt} $$; echo went on; exit 8`);
    const killed = ['STOP', 'TSTP'].map((halt) => `(sleep 0.1; kill -KILL $$) & kill -${halt} $$; echo went on`);
    const by = (signal: string) => JSON.stringify({ kind: 'killed', signal });
    expect(await inSteps(...halted, ...killed, 'kill -ABRT $$', 'kill -IO $$', 'exit 147', 'exit 148')).to.deep.equal([
      ...[`went on\n${exited(8)}`, `went on\n${exited(8)}`, by('SIGKILL'), by('SIGKILL')],
      ...[by('SIGABRT'), by('SIGIO'), exited(147), exited(148)],
    ]);
  });

  it('reaps what tasks leave, and tells the end of the step that it was asked for', async () => {
    const orphans = 'for i in $(seq 30); do (setsid sh -c "exit 9" &); done; sleep 0.1; exit 7';
    const count = 'ps -e -o stat= | grep -c Z; exit 0';
    expect(await inSteps(orphans, count)).to.deep.equal([exited(7), `0\n${exited(0)}`]);
  });

  it('begins the steps of an attempt in the same namespaces, so that a later one can look into what an earlier one left', async () => {
    const [, second] = await inSteps('sleep 1000 & echo $! >pid', 'readlink /proc/$(cat pid)/fd/0; kill $(cat pid)');
    expect(second).to.equal(`/dev/null\n${exited(0)}`);
  });

  it('hands nothing on but the terminal, and no signal that is ignored, to short scripts and long ones, first ones and later ones', async () => {
    const look = 'ls -1 /proc/$$/fd; grep -E "Sig(Blk|Ign)" /proc/self/status; nice; true';
    const long = `: ${'x'.repeat(20_000)}; ${look}`;
    const none = '0000000000000000';
    const open = `0\n1\n2\nSigBlk:\t${none}\nSigIgn:\t${none}\n5\n${exited(0)}`;
    expect(await inSteps(look, long, look)).to.deep.equal([open, open, open]);
  });
});
