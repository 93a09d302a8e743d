import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { AttemptEnvironment, OpenAttempt, RunningStep, StepExit } from './executor.js';
import { testMarker } from '../testing/test-marker.js';

export interface ContractSubject {
  open(options: Pick<OpenAttempt, 'attemptId' | 'agentMarker' | 'workspaceHostPath' | 'onNotice' | 'signal'>): Promise<AttemptEnvironment>;
  /** Processes of the whole machine that carry this word in their command line or environment. */
  processesWith(word: string): readonly number[];
  readonly env: Readonly<Record<string, string>>;
  prepareWorkspace(path: string): Promise<void>;
}

export async function collect(step: RunningStep): Promise<{ readonly bytes: Buffer; readonly exit: StepExit }> {
  const chunks: Buffer[] = [];
  step.output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [exit] = await Promise.all([step.exit, once(step.output, 'end')]);
  return { bytes: Buffer.concat(chunks), exit };
}

/** What every executor promises; `subject` is called once before the first test. */
export function executorContract(subject: () => ContractSubject): void {
  let workspace = '';
  let environment: AttemptEnvironment;
  let aborter: AbortController;
  let attemptId = '';

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'drover-contract-'));
    await subject().prepareWorkspace(workspace);
    aborter = new AbortController();
    attemptId = `attempt-${randomBytes(6).toString('hex')}`;
    environment = await subject().open({
      attemptId,
      agentMarker: testMarker,
      workspaceHostPath: workspace,
      onNotice: () => undefined,
      signal: aborter.signal,
    });
  });

  afterEach(async () => {
    await environment.close();
    expect(subject().processesWith(attemptId)).to.deep.equal([]);
    await rm(workspace, { recursive: true, force: true });
  });

  const start = (script: string, env: Record<string, string> = {}) =>
    environment.start({ argv: ['sh', '-c', script], env: { ...subject().env, ...env }, cwd: environment.workspace });
  const run = async (script: string, env: Record<string, string> = {}) => collect(await start(script, env));

  // prettier-ignore
  const exits: ReadonlyArray<readonly [title: string, script: string, exit: StepExit]> = [
    ['success',          'exit 0',          { kind: 'exited', exitCode: 0 }],
    ['failure',          'exit 7',          { kind: 'exited', exitCode: 7 }],
    ['127 of a script',  'no-such-program', { kind: 'exited', exitCode: 127 }],
  ];
  for (const [title, script, exit] of exits) {
    it(`reports ${title}`, async () => expect((await run(script)).exit).to.deep.equal(exit));
  }

  it('tells a program that is not there from one that failed', async () => {
    const step = await environment.start({ argv: ['no-such-program'], env: subject().env, cwd: environment.workspace });
    expect((await collect(step)).exit).to.include({ kind: 'failedToStart' });
  });

  it('P7 hands values over by environment, whatever characters they have', async () => {
    const value = 'a "b" $(id) `id` ${X}\'; äöü';
    expect((await run('printf %s "$VALUE"', { VALUE: value })).bytes.toString()).to.equal(value);
  });

  it('B1 passes every byte as it was printed', async () => {
    const { bytes } = await run("printf 'one\\ntwo\\r\\n\\377\\000\\033[31mred\\tend' ");
    expect(bytes).to.deep.equal(Buffer.from('one\ntwo\r\n\xff\0\x1b[31mred\tend', 'latin1'));
  });

  it('merges both outputs into a terminal, with nothing to read', async () => {
    const { bytes } = await run('[ -t 1 ] && [ -t 2 ] && echo terminal; echo error >&2; read line || echo nothing');
    expect(bytes.toString()).to.equal('terminal\nerror\nnothing\n');
  });

  it('B2 ends what waits for a key of the terminal, and nothing else', async () => {
    const step = await start('sleep 100 & cat /dev/stderr; echo "cat: $?"; kill $! && echo quiet');
    const collected = collect(step);
    let ended: readonly string[] = [];
    while (ended.length === 0) ended = (await step.endKeyReaders?.()) ?? ['nothing looks'];
    expect(ended).to.have.length(1);
    const { bytes } = await collected;
    expect(bytes.toString()).to.match(/cat: 129\nquiet\n$/); // some shells say before that it was hung up
  });

  it('B1 never loses the tail of large output', async () => {
    const wanted = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('');
    for (let round = 0; round < 10; round += 1) {
      expect((await run('seq 1 20000')).bytes.toString() === wanted).to.equal(true);
    }
  });

  it('B1 keeps the tail for a reader that pauses after the exit', async () => {
    const step = await start('seq 1 500');
    await run('sleep 0.4'); // longer than any time limit of the terminal library
    const { bytes } = await collect(step);
    expect(bytes.toString().endsWith('499\n500\n')).to.equal(true);
  });

  it('holds a program back that prints faster than it is read', async () => {
    const step = await start('yes | head -c 20000000 | cat');
    await once(step.output, 'readable');
    expect(step.output.readableLength).to.be.lessThan(200_000);
    expect((await collect(step)).bytes.length).to.equal(20_000_000);
  });

  it('ends a step politely', async () => {
    const step = await start('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.02; done');
    await once(step.output, 'readable');
    step.stop(10_000);
    const { bytes, exit } = await collect(step);
    expect(exit).to.deep.equal({ kind: 'exited', exitCode: 3 });
    expect(bytes.toString()).to.match(/^ready\n(Terminated\n)?bye\n$/); // some shells tell of their child
  });

  it('kills a step that ignores the polite signal', async () => {
    const step = await start('trap "" TERM; echo ready; while :; do sleep 0.02; done');
    await once(step.output, 'readable');
    step.stop(20);
    step.stop(60_000);
    expect((await collect(step)).exit).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('X3 leaves the next step alone when it kills what a stopped one left behind', async () => {
    for (const graceMs of [150, 0, 0, 0]) {
      const step = await start('(trap "" TERM; sleep 1.1; sleep 1.1) & echo ready; sleep 5');
      await once(step.output, 'readable');
      step.stop(graceMs);
      await collect(step);
      const next = await run('sleep 0.3; echo cleaned');
      expect(next.exit).to.deep.equal({ kind: 'exited', exitCode: 0 });
      expect(next.bytes.toString()).to.equal('cleaned\n');
    }
  });

  it('ends what runs when the attempt is aborted', async () => {
    const step = await start('trap "" TERM; echo ready; while :; do sleep 0.02; done');
    await once(step.output, 'readable');
    aborter.abort();
    expect((await collect(step)).exit).to.deep.equal({ kind: 'killed', signal: 'SIGKILL' });
  });

  // prettier-ignore
  const stubborn: ReadonlyArray<readonly [title: string, script: string]> = [
    ['that ignores the polite signal',           'trap "" TERM; echo ready; while :; do sleep 0.02; done'],
    ['whose child ignores it',                   '(trap "" TERM; while :; do sleep 0.02; done) & echo ready; sleep 100'],
  ];
  for (const [title, script] of stubborn) {
    it(`G6 an abort ends the grace period of a step ${title}`, async () => {
      const step = await start(script);
      await once(step.output, 'readable');
      step.stop(600_000);
      aborter.abort();
      expect((await collect(step)).exit.kind).to.equal('killed');
    });
  }

  describe('G11 no process outlives its attempt', () => {
    // prettier-ignore
    const fugitives: ReadonlyArray<readonly [title: string, script: string]> = [
      ['a child in the background',             'sleep 987 &'],
      ['a child that ignores SIGTERM',          '(trap "" TERM; sleep 987) &'],
      ['a session of its own',                  'setsid sleep 987 &'],
      ['a double fork in a session of its own', 'setsid sh -c "sleep 987 & exit" &'],
      ['no environment',                        'env -i $(command -v sleep) 987 &'],
      ['a double fork without environment',     'setsid env -i $(command -v sh) -c "$(command -v sleep) 987 & exit" </dev/null >/dev/null 2>&1 &'],
    ];
    for (const [title, script] of fugitives) {
      it(`${title}, after the step ended`, async () => {
        const word = fugitiveSeconds();
        await run(`${script.replaceAll('987', word)} echo started`);
        await environment.close();
        expect(subject().processesWith(word)).to.deep.equal([]);
      });
      it(`${title}, when stopped`, async () => {
        const word = fugitiveSeconds();
        const step = await start(`${script.replaceAll('987', word)} echo started; sleep ${word}`);
        await once(step.output, 'readable');
        step.stop(20);
        await collect(step);
        await environment.close();
        expect(subject().processesWith(word)).to.deep.equal([]);
      });
    }
  });

  it('close is idempotent, ends what runs, and nothing starts after it', async () => {
    const step = await start('echo ready; sleep 100');
    await once(step.output, 'readable');
    await Promise.all([environment.close(), environment.close()]);
    expect((await step.exit).kind).to.equal('killed');
    const late = await start('echo late').then(
      () => 'started',
      () => 'refused',
    );
    expect(late).to.equal('refused');
  });
}

/** A number of seconds that no other process on the machine sleeps. */
const fugitiveSeconds = (): string => String(1_000_000 + randomBytes(4).readUInt32BE());
