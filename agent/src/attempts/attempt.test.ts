import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import type { AttemptResult, AttemptSpec } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import { LogFile } from '../spool/log-file.js';
import { freshFolder } from '../testing/folders.js';
import { HandClock } from '../testing/hand-clock.js';
import { ScriptedHands, succeed, type HandsScript, type Play, type PlayedStep } from '../testing/scripted-hands.js';
import { shellStep, testSpec } from '../testing/specs.js';
import { Attempt } from './attempt.js';

const stopped = { code: 'stopped', parameters: { who: 'ana' } } as const;

/** Runs until it is stopped, then ends as a program does that obeys. */
const untilStopped =
  (onStart: () => void): Play =>
  (step: PlayedStep) => {
    step.print('working\n');
    void step.stopped.then(() => step.exit({ kind: 'killed', signal: 'SIGTERM' }));
    onStart();
  };

describe('an attempt', () => {
  const folder = freshFolder();
  let clock: HandClock;
  let hands: ScriptedHands;
  let file: LogFile;

  beforeEach(() => {
    clock = new HandClock();
  });
  afterEach(() => file.close());

  async function make(steps: readonly Step[], script: HandsScript = {}, changes: Partial<AttemptSpec> = {}): Promise<Attempt> {
    const spec = testSpec(steps, changes);
    hands = new ScriptedHands(script);
    file = await LogFile.create(join(folder.path, 'log'), spec.logLimitBytes);
    return new Attempt({
      spec,
      fencing: 1,
      agentName: 'ox',
      baseEnvironment: {},
      hands,
      clock,
      file,
      startedAt: clock.now(),
      onSteps: () => undefined,
    });
  }

  const outcomes = ({ steps }: AttemptResult): unknown => steps.map(({ name, outcome }) => `${name} ${outcome}`);

  it('J3 runs its steps, marks their places in the log and proves the whole', async () => {
    const attempt = await make([shellStep('one'), { type: 'checkout', name: 'two' }, shellStep('three')], {}, { sources: [source] });
    const result = await attempt.run();
    assert.deepInclude(result, { outcome: 'succeeded', exitCode: 0 });
    const log = await readFile(join(folder.path, 'log'), 'utf8');
    assert.equal(log, 'one\nchecking out\nthree\n');
    assert.deepEqual(
      result.steps.map(({ startOffset, endOffset }) => log.slice(startOffset, endOffset)),
      ['one\n', 'checking out\n', 'three\n'],
    );
    assert.equal(result.steps[1]?.fact, 'commit 1');
    assert.deepEqual(result.log, await file.seal());
    assert.deepEqual([hands.opened, hands.closed, clock.pending], [1, 1, 0]);
  });

  it('A8 kills what hits a limit, an always step too, and lets the always steps after it run', async () => {
    const reason = { code: 'processLimit', parameters: { limit: 9 } } as const;
    const graces: number[] = [];
    const bomb: Play = (step) => {
      void step.stopped.then((graceMs) => {
        graces.push(graceMs);
        step.exit({ kind: 'killed', signal: 'SIGKILL' });
      });
      hands.onLimit(reason);
    };
    for (const always of [false, true]) {
      const steps = [shellStep('bomb', { always }), shellStep('next'), shellStep('tidy', { always: true })];
      const result = await (await make(steps, { plays: { bomb } })).run();
      assert.deepEqual(result.reason, reason);
      assert.deepEqual(outcomes(result), ['bomb failed', 'next skipped', 'tidy succeeded']);
      await file.close();
    }
    assert.deepEqual(graces, [0, 0]);
  });

  it('A8 names the limit that made a step fail before anybody looked', async () => {
    const reason = { code: 'memoryLimit', parameters: { limitMb: 9 } } as const;
    const bad: Play = (step) => step.exit({ kind: 'exited', exitCode: 137 });
    const result = await (await make([shellStep('bad'), shellStep('next')], { plays: { bad }, hitLimit: () => reason })).run();
    assert.deepEqual(result.reason, reason);
    assert.deepEqual(outcomes(result), ['bad failed', 'next skipped']);
  });

  it('fails with the code of the step that failed', async () => {
    const attempt = await make([shellStep('bad'), shellStep('next')], {
      plays: { bad: (step) => step.exit({ kind: 'exited', exitCode: 42 }) },
    });
    const result = await attempt.run();
    assert.deepInclude(result, {
      outcome: 'failed',
      exitCode: 42,
      reason: { code: 'stepFailed', parameters: { step: 'bad', exitCode: 42 } },
    });
    assert.deepEqual(outcomes(result), ['bad failed', 'next skipped']);
  });

  it('X3 ends politely at a stop, then runs its always steps', async () => {
    const graces: number[] = [];
    const attempt: Attempt = await make([shellStep('long'), shellStep('never'), shellStep('tidy', { always: true })], {
      plays: {
        long: (step) => {
          void step.stopped.then((graceMs) => {
            graces.push(graceMs);
            step.exit({ kind: 'killed', signal: 'SIGTERM' });
          });
          attempt.stop(stopped);
        },
      },
    });
    const result = await attempt.run();
    assert.deepEqual(outcomes(result), ['long stopped', 'never skipped', 'tidy succeeded']);
    assert.deepInclude(result, { outcome: 'stopped', reason: stopped });
    assert.deepEqual(graces, [10_000]);
  });

  it('X3 kills always steps that take longer than their limit', async () => {
    const attempt: Attempt = await make([shellStep('long'), shellStep('slow', { always: true }), shellStep('last', { always: true })], {
      plays: { long: untilStopped(() => attempt.stop(stopped)), slow: untilStopped(() => clock.move(70_000)) },
    });
    assert.deepEqual(outcomes(await attempt.run()), ['long stopped', 'slow stopped', 'last skipped']);
  });

  it('X3 times out as a whole, and runs its always steps', async () => {
    const attempt = await make([shellStep('long'), shellStep('tidy', { always: true })], {
      plays: { long: untilStopped(() => clock.move(600_000)) },
    });
    const result = await attempt.run();
    assert.deepInclude(result, { outcome: 'timedOut', reason: { code: 'taskTimedOut', parameters: { limitSeconds: 600 } } });
    assert.deepEqual(outcomes(result), ['long stopped', 'tidy succeeded']);
  });

  it('ends a step at its own time limit', async () => {
    const attempt = await make([shellStep('long', { timeoutSeconds: 5, continueOnError: true }), shellStep('next')], {
      plays: { long: untilStopped(() => clock.move(5_000)) },
    });
    const result = await attempt.run();
    assert.deepEqual(outcomes(result), ['long timedOut', 'next succeeded']);
    assert.equal(result.outcome, 'succeeded');
  });

  for (const isStoppedBefore of [true, false]) {
    it(`X3 ends its always steps too when it is stopped at once${isStoppedBefore ? ' after a stop' : ''}`, async () => {
      const attempt: Attempt = await make([shellStep('long'), shellStep('slow', { always: true }), shellStep('last', { always: true })], {
        plays: {
          long: untilStopped(() => (isStoppedBefore ? attempt.stop(stopped) : attempt.abandon({ outcome: 'stopped', reason: stopped }))),
          slow: untilStopped(() => attempt.abandon({ outcome: 'stopped', reason: { code: 'stopped', parameters: { who: 'bob' } } })),
        },
      });
      const result = await attempt.run();
      assert.deepEqual(outcomes(result), ['long stopped', isStoppedBefore ? 'slow stopped' : 'slow skipped', 'last skipped']);
      assert.deepInclude(result, { outcome: 'stopped', reason: stopped });
    });
  }

  it('says that a step reached its own time limit, not the task', async () => {
    const attempt = await make([shellStep('long', { timeoutSeconds: 5 })], { plays: { long: untilStopped(() => clock.move(5_000)) } });
    const { outcome, reason } = await attempt.run();
    assert.deepEqual(
      { outcome, reason },
      { outcome: 'timedOut', reason: { code: 'stepTimedOut', parameters: { step: 'long', limitSeconds: 5 } } },
    );
  });

  it('releases everything at once when it is given up', async () => {
    const attempt: Attempt = await make([shellStep('long'), shellStep('tidy', { always: true })], {
      plays: { long: untilStopped(() => attempt.abandon({ outcome: 'lost', reason: { code: 'agentDropped' } })) },
    });
    const result = await attempt.run();
    assert.deepEqual(outcomes(result), ['long stopped', 'tidy skipped']);
    assert.equal(result.outcome, 'lost');
    assert.equal(hands.closed, 1);
  });

  it('starts nothing if it is stopped before it begins', async () => {
    const attempt = await make([shellStep('one'), shellStep('tidy', { always: true })]);
    attempt.stop(stopped);
    assert.deepEqual(outcomes(await attempt.run()), ['one skipped', 'tidy skipped']);
    assert.deepEqual([hands.opened, hands.commands.length], [0, 0]);
  });

  it('fails with the reason when its place cannot be prepared', async () => {
    const attempt = await make([shellStep('one')], { openFails: 'no room' });
    assert.deepInclude(await attempt.run(), { outcome: 'failed', reason: { code: 'workspaceFailed', parameters: { detail: 'no room' } } });
  });

  it('B2 reports a failed upload beside a failed step', async () => {
    const reason = { code: 'uploadFailed', parameters: { package: 'p', detail: 'no' } } as const;
    const upload: Step = { type: 'uploadPackage', name: 'up', files: ['x'], package: 'p', version: '1', always: true };
    const attempt = await make([shellStep('bad'), upload], {
      upload: { ok: false, reason },
      plays: { bad: (step) => step.exit({ kind: 'exited', exitCode: 1 }) },
    });
    const result = await attempt.run();
    assert.equal(result.reason?.code, 'stepFailed');
    assert.deepEqual(result.warnings, [reason]);
  });

  it('P3 keeps secrets out of log and reasons', async () => {
    const attempt = await make(
      [shellStep('leak')],
      {
        plays: {
          leak: (step) => {
            step.print('it is hunter22\n');
            step.exit({ kind: 'failedToStart', reason: 'no hunter22' });
          },
        },
      },
      { secrets: ['hunter22'] },
    );
    const result = await attempt.run();
    assert.equal(await readFile(join(folder.path, 'log'), 'utf8'), 'it is ***\n');
    assert.notInclude(JSON.stringify(result), 'hunter22');
  });

  it('B1 continues when its log is cut at the limit', async () => {
    const attempt = await make(
      [shellStep('loud'), shellStep('after')],
      {
        plays: {
          loud: (step) => {
            step.print('x'.repeat(5_000));
            step.exit(succeed);
          },
        },
      },
      { logLimitBytes: 1_000 },
    );
    const result = await attempt.run();
    assert.equal(result.outcome, 'succeeded');
    assert.isTrue(result.log.cut);
    assert.isAtMost(result.log.sizeBytes, 1_000);
    assert.include(await readFile(join(folder.path, 'log'), 'utf8'), 'the log is cut here');
  });
});

const source: AttemptSpec['sources'][number] = {
  primary: true,
  url: 'https://example.com/x.git',
  ref: { type: 'branch', name: 'main' },
  commit: '0'.repeat(40),
  credentials: { kind: 'none' },
  allowedFolders: [],
};
