import { attemptIdOf, type Outcome } from '@drover/protocol';
import { assert } from 'chai';
import { advance, maxAttemptsPerTask } from './advance.js';
import { impliedEffects } from './effects.js';
import { sampleDefinition, sampleIds, sampleRun, type StageSketch } from './fixtures.js';
import { breachesBetween, breachesOf } from './invariants.js';
import type { Run, RunEffect, RunEvent } from './run.js';
import { stageStatus, taskStatus } from './status.js';

const granted: RunEvent = { type: 'slotGranted', slot: 0 };
const stopped: RunEvent = { type: 'stopRequested', by: 'system', reason: { code: 'stopped', parameters: { who: 'Ann' } } };
const stoppedNow: RunEvent = { ...stopped, atOnce: true };

const ended = (taskKey: string, outcome: Outcome = 'succeeded', number = 1, rerun = false): RunEvent => ({
  type: 'attemptFinished',
  attemptId: attemptIdOf(sampleIds.runId, taskKey, number),
  taskKey,
  number,
  outcome,
  finishedAt: 2_000,
  rerun,
});

function play(stages: readonly StageSketch[], events: readonly RunEvent[]): { run: Run; effects: readonly RunEffect[] } {
  const definition = sampleDefinition(stages);
  const start: { run: Run; effects: readonly RunEffect[] } = { run: sampleRun(definition), effects: [] };
  return events.reduce((at, event) => advance(at.run, event, { definition, now: 2_000 }), start);
}

const inWords = (run: Run): string =>
  `${run.state === 'finished' ? run.outcome : run.state}: ${run.stages.map((stage) => stage.tasks.map((task) => `${task.key} ${taskStatus(task, run)}`).join(', ')).join(' | ')}`;
const effectsInWords = (effects: readonly RunEffect[]): string =>
  effects
    .map((effect) =>
      'attemptId' in effect ? `${effect.type} ${effect.attemptId.slice(27)}${'atOnce' in effect ? ' at once' : ''}` : effect.type,
    )
    .join(', ');

const serial: readonly StageSketch[] = [{ tasks: ['a', 'b'] }, { tasks: ['c'] }];
const parallel: readonly StageSketch[] = [{ mode: 'parallel', tasks: ['a', 'b'] }, { tasks: ['c'] }];

// prettier-ignore
const cases: ReadonlyArray<[title: string, stages: readonly StageSketch[], events: readonly RunEvent[], state: string, effects: string]> = [
  ['X4 waits in the queue until a slot is granted',          serial,   [],                                              'queued: a notRun, b notRun | c notRun',                   ''],
  ['X5 begins a serial stage with its first task',           serial,   [granted],                                       'running: a queued, b notRun | c notRun',                   'queueAttempt a.1'],
  ['X5 continues with the next task of a serial stage',      serial,   [granted, ended('a')],                           'running: a succeeded, b queued | c notRun',                 'queueAttempt b.1'],
  ['X5 continues with the next stage',                       serial,   [granted, ended('a'), ended('b')],               'running: a succeeded, b succeeded | c queued',               'queueAttempt c.1'],
  ['X5 succeeds with the last task',                         serial,   [granted, ended('a'), ended('b'), ended('c')],   'succeeded: a succeeded, b succeeded | c succeeded',          'releaseSlot'],
  ['X5 stops a serial stage at its first failure',           serial,   [granted, ended('a', 'failed')],                 'failed: a failed, b notRun | c notRun',                      'releaseSlot'],
  ['X5 begins all tasks of a parallel stage',                parallel, [granted],                                       'running: a queued, b queued | c notRun',                    'queueAttempt a.1, queueAttempt b.1'],
  ['X5 lets the others of a parallel stage finish',          parallel, [granted, ended('a', 'failed')],                 'running: a failed, b queued | c notRun',                    ''],
  ['X5 then fails the parallel stage',                       parallel, [granted, ended('a', 'failed'), ended('b')],     'failed: a failed, b succeeded | c notRun',                   'releaseSlot'],
  ['X5 counts a time-out as a failure',                      serial,   [granted, ended('a', 'timedOut')],               'failed: a timedOut, b notRun | c notRun',                    'releaseSlot'],
  ['X3 ends a queued run at once when stopped',              serial,   [stopped],                                       'stopped: a notRun, b notRun | c notRun',                     'releaseSlot'],
  ['X3 tells outstanding attempts to stop',                  parallel, [granted, stopped],                              'stopping: a stopping, b stopping | c notRun',                'stopAttempt a.1, stopAttempt b.1'],
  ['X3 ends stopped when the last attempt has ended',        parallel, [granted, stopped, ended('a', 'stopped'), ended('b')], 'stopped: a stopped, b succeeded | c notRun',           'releaseSlot'],
  ['X3 takes a second stop for nothing',                     parallel, [granted, stopped, stopped],                     'stopping: a stopping, b stopping | c notRun',                ''],
  ['X3 tells attempts to end at once when asked again so',   parallel, [granted, stopped, stoppedNow],                  'stopping: a stopping, b stopping | c notRun',                'stopAttempt a.1 at once, stopAttempt b.1 at once'],
  ['X3 tells them so from the first stop on',                parallel, [granted, stoppedNow],                           'stopping: a stopping, b stopping | c notRun',                'stopAttempt a.1 at once, stopAttempt b.1 at once'],
  ['X3 says so once',                                        parallel, [granted, stoppedNow, stoppedNow, stopped],      'stopping: a stopping, b stopping | c notRun',                ''],
  ['G6 runs a lost attempt again',                           serial,   [granted, ended('a', 'lost', 1, true)],          'running: a queued, b notRun | c notRun',                   'queueAttempt a.2'],
  ['G6 fails a lost attempt when the policy says so',        serial,   [granted, ended('a', 'lost')],                   'failed: a lost, b notRun | c notRun',                        'releaseSlot'],
  ['G6 does not run a lost attempt again once stopped',      serial,   [granted, stopped, ended('a', 'lost', 1, true)], 'stopped: a lost, b notRun | c notRun',                       'releaseSlot'],
  ['G6 takes no result of an attempt that was given up',     serial,   [granted, ended('a', 'lost', 1, true), ended('a')], 'running: a queued, b notRun | c notRun',                ''],
  ['X10 ends in the queue when its time is up',              serial,   [{ type: 'queueDeadlinePassed' }],               'timedOut: a notRun, b notRun | c notRun',                    'releaseSlot'],
  ['X10 minds the time only in the queue',                   serial,   [granted, { type: 'queueDeadlinePassed' }],      'running: a queued, b notRun | c notRun',                   ''],
];

describe('X5 a run', () => {
  for (const [title, stages, events, state, effects] of cases) {
    it(title, () => {
      const last = play(stages, events);
      assert.equal(inWords(last.run), state);
      assert.equal(effectsInWords(last.effects), effects);
    });
  }

  it('G6 gives a task up after ten lost attempts', () => {
    const losses = Array.from({ length: maxAttemptsPerTask }, (_, index) => ended('a', 'lost', index + 1, true));
    assert.equal(inWords(play(serial, [granted, ...losses]).run), 'failed: a lost, b notRun | c notRun');
  });

  it('X1 passes over what was not selected', () => {
    const definition = sampleDefinition([{ tasks: ['a'] }, { tasks: ['b', 'c'] }]);
    const { run } = advance(sampleRun(definition, { tasks: ['c'] }), granted, { definition, now: 2_000 });
    assert.equal(inWords(run), 'running: a skipped | b skipped, c queued');
    assert.equal(stageStatus(run.stages[0] ?? assert.fail(), run), 'skipped');
  });

  it('W1 selects stages that always run', () => {
    const definition = sampleDefinition([{ tasks: ['a'], alwaysRun: true }, { tasks: ['b', 'c'] }]);
    assert.equal(inWords(sampleRun(definition, { tasks: ['c'] })), 'queued: a notRun | b skipped, c notRun');
  });

  it('S7 looks commits up once, and only then begins', () => {
    const source = { type: 'git' as const, url: 'https://code.example/a.git', defaultBranch: 'main' };
    const definition = sampleDefinition(serial, { sources: [source] });
    const context = { definition, now: 2_000 };
    const first = advance(sampleRun(definition), granted, context);
    assert.equal(effectsInWords(first.effects), 'resolveSources');
    const found: RunEvent = { type: 'sourcesResolved', sources: [{ index: 0, commit: 'c'.repeat(40), message: 'Fix' }] };
    const second = advance(first.run, found, context);
    assert.equal(effectsInWords(second.effects), 'queueAttempt a.1');
    const third = advance(second.run, { type: 'sourcesResolved', sources: [{ index: 0, commit: 'd'.repeat(40) }] }, context);
    assert.equal(third.run, second.run);
  });

  it('A11 takes the message of a commit after the run began, once, also when it has ended, and does nothing about it', () => {
    const source = { type: 'git' as const, url: 'https://code.example/a.git', defaultBranch: 'main' };
    const definition = sampleDefinition([{ tasks: ['a'] }], { sources: [source] });
    const context = { definition, now: 2_000 };
    const commit = 'c'.repeat(40);
    const waiting = advance(sampleRun(definition), granted, context).run;
    const running = advance(waiting, { type: 'sourcesResolved', sources: [{ index: 0, commit }] }, context).run;
    const stopped = advance(running, { type: 'stopRequested', by: 'system', reason: { code: 'stopped' } }, context).run;
    const described: RunEvent = { type: 'commitDescribed', index: 0, commit, message: 'Fix' };
    for (const run of [running, stopped]) {
      const next = advance(run, described, context);
      assert.deepEqual([next.run.sources[0]?.message, next.run.state, next.effects], ['Fix', run.state, []]);
      assert.equal(advance(next.run, { ...described, message: 'Other' }, context).run, next.run);
      assert.equal(advance(run, { ...described, commit: 'd'.repeat(40) }, context).run, run);
    }
    assert.equal(advance(waiting, described, context).run, waiting);
  });

  it('S7 fails when a commit cannot be found', () => {
    const definition = sampleDefinition(serial, { sources: [{ type: 'git', url: 'https://code.example/a.git', defaultBranch: 'main' }] });
    const context = { definition, now: 2_000 };
    const waiting = advance(sampleRun(definition), granted, context).run;
    const { run } = advance(waiting, { type: 'sourcesFailed', reason: { code: 'refNotFound' } }, context);
    assert.equal(inWords(run), 'failed: a notRun, b notRun | c notRun');
  });
});

describe('a run in random histories', () => {
  const outcomes: readonly Outcome[] = ['succeeded', 'succeeded', 'succeeded', 'failed', 'lost', 'timedOut', 'stopped', 'skipped'];

  it('keeps its invariants after each event, and ends once its attempts do', () => {
    for (let seed = 1; seed <= 1_500; seed += 1) checkHistory(seed);
  });

  function checkHistory(seed: number): void {
    const pick = randomOf(seed);
    const definition = sampleDefinition(
      Array.from({ length: 1 + pick(3) }, (_, stage) => ({
        mode: pick(2) === 0 ? 'serial' : 'parallel',
        alwaysRun: pick(4) === 0,
        tasks: Array.from({ length: 1 + pick(4) }, (_task, task) => `t${stage}-${task}`),
      })),
      pick(2) === 0 ? {} : { sources: [{ type: 'git', url: 'https://code.example/a.git', defaultBranch: 'main' }] },
    );
    const keys = definition.pipeline.stages.flatMap((stage) => stage.tasks.map((task) => task.key));
    let run = sampleRun(definition, pick(2) === 0 ? {} : { tasks: [keys[pick(keys.length)] ?? assert.fail()] });
    const apply = (event: RunEvent): void => {
      const next = advance(run, event, { definition, now: 2_000 });
      const breaches = [...breachesBetween(run, next.run, next.effects), ...breachesOf(next.run, definition)];
      assert.deepEqual(breaches, [], `seed ${seed}, event ${JSON.stringify(event)}, run ${inWords(next.run)}`);
      run = next.run;
    };
    for (let step = 0; step < 30; step += 1) apply(randomEvent(pick, keys));
    for (let step = 0; step < 200 && run.state !== 'finished'; step += 1) cooperative(run).forEach(apply);
    assert.equal(run.state, 'finished', `seed ${seed} ends`);
  }

  function randomEvent(pick: (below: number) => number, keys: readonly string[]): RunEvent {
    const taskKey = keys[pick(keys.length)] ?? 'none';
    const number = 1 + pick(3);
    const attemptId = attemptIdOf(sampleIds.runId, taskKey, number);
    switch (pick(12)) {
      case 0:
      case 1:
        return { type: 'slotGranted', slot: pick(3) };
      case 2:
        return { type: 'sourcesResolved', sources: [{ index: 0, commit: String(pick(10)).repeat(40) }] };
      case 3:
        return pick(8) === 0 ? { type: 'sourcesFailed', reason: { code: 'refNotFound' } } : granted;
      case 4:
        return pick(6) === 0 ? stopped : granted;
      case 5:
        return pick(10) === 0 ? { type: 'queueDeadlinePassed' } : granted;
      case 6:
      case 7:
        return { type: 'attemptStarted', attemptId, taskKey, number, at: 1_500 };
      default:
        return ended(taskKey, outcomes[pick(outcomes.length)] ?? 'failed', number, pick(2) === 0);
    }
  }

  /** What a world that works would bring next. */
  function cooperative(run: Run): readonly RunEvent[] {
    if (run.state === 'queued') return [granted];
    return impliedEffects(run)
      .map((effect): RunEvent => {
        if (effect.type === 'resolveSources') return { type: 'sourcesResolved', sources: [{ index: 0, commit: 'f'.repeat(40) }] };
        return 'attemptId' in effect
          ? ended(effect.attemptId.split('.')[1] ?? '', 'succeeded', Number(effect.attemptId.split('.')[2]))
          : granted;
      })
      .concat(
        run.stages
          .flatMap((stage) => stage.tasks)
          .filter((task) => task.state === 'running')
          .map((task) => ended(task.key, 'succeeded', task.attempt)),
      );
  }
});

/** Numbers below a bound, the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 4_294_967_296) * below);
  };
}
