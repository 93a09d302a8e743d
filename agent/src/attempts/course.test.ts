import { assert } from 'chai';
import type { Step } from '@drover/protocol/definition';
import { shellStep } from '../testing/specs.js';
import {
  beginCourse,
  closed,
  interrupted,
  lostRecords,
  nextStep,
  settledRecords,
  stepBegan,
  stepEnded,
  type Course,
  type StepVerdict,
} from './course.js';

const moment = { now: 1_000, offset: 10 };
const failed: StepVerdict = { outcome: 'failed', exitCode: 2, reason: { code: 'stepFailed', parameters: { step: 'x', exitCode: 2 } } };
const good: StepVerdict = { outcome: 'succeeded', exitCode: 0 };
const stop = { outcome: 'stopped', reason: { code: 'stopped', parameters: { who: 'ana' } } } as const;

/** Runs a course to its end with these verdicts by name; says which steps began. */
function play(
  steps: readonly Step[],
  verdicts: Readonly<Record<string, StepVerdict>>,
  before: (course: Course, name: string) => Course = (course) => course,
): { began: string[]; course: Course } {
  let course = beginCourse(steps);
  const began: string[] = [];
  for (let index = nextStep(course); index !== undefined; index = nextStep(course)) {
    const name = steps[index]?.name ?? '';
    began.push(name);
    course = before(stepBegan(course, index, moment), name);
    course = stepEnded(course, verdicts[name] ?? good, moment);
  }
  return { began, course };
}

describe('J3 the course of steps', () => {
  const always = shellStep('always', { always: true });
  const tolerant = shellStep('tolerant', { continueOnError: true });
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, steps: Step[], failing: string[], began: string[], outcome: string | undefined]> = [
    ['runs all steps in order',                         [shellStep('a'), shellStep('b'), always],  [],                    ['a', 'b', 'always'],        undefined],
    ['ends at a failing step but for always steps',     [shellStep('a'), shellStep('b'), always],  ['a'],                 ['a', 'always'],             'failed'],
    ['continues past a failure that is to be tolerated', [tolerant, shellStep('b')],                ['tolerant'],          ['tolerant', 'b'],           undefined],
    ['fails by an always step too',                     [shellStep('a'), always],                  ['always'],            ['a', 'always'],             'failed'],
  ];
  for (const [title, steps, failing, began, outcome] of cases) {
    it(title, () => {
      const played = play(steps, Object.fromEntries(failing.map((name) => [name, failed])));
      assert.deepEqual(played.began, began);
      assert.equal(played.course.ending?.outcome, outcome);
    });
  }

  it('X3 runs always steps after a stop, and nothing once it is closed', () => {
    const steps = [shellStep('a'), shellStep('b'), always, shellStep('c', { always: true })];
    const stopped = play(steps, { a: { outcome: 'stopped' } }, (course, name) => (name === 'a' ? interrupted(course, stop) : course));
    assert.deepEqual(stopped.began, ['a', 'always', 'c']);
    const ended = play(steps, { a: { outcome: 'stopped' } }, (course, name) =>
      name === 'always' ? closed(course) : name === 'a' ? interrupted(course, stop) : course,
    );
    assert.deepEqual(ended.began, ['a', 'always']);
    assert.equal(ended.course.ending?.reason.code, 'stopped');
  });

  it('keeps the first reason, and the exit code that belongs to it', () => {
    const { course } = play([shellStep('a'), always], {
      a: failed,
      always: { outcome: 'failed', exitCode: 9, reason: { code: 'internal' } },
    });
    assert.deepInclude(course.ending, { outcome: 'failed', exitCode: 2 });
  });

  it('B2 tells a failed upload beside the outcome', () => {
    const warning = { code: 'uploadFailed', parameters: { package: 'p', detail: 'd' } } as const;
    const { course } = play([shellStep('a'), always], { a: failed, always: { outcome: 'failed', reason: warning, warning } });
    assert.equal(course.ending?.reason.code, 'stepFailed');
    assert.deepEqual(course.warnings, [warning]);
  });

  it('states every step in the end: finished, or skipped', () => {
    const { course } = play([shellStep('a'), shellStep('b'), always], { a: failed });
    assert.deepEqual(
      settledRecords(course).map(({ index, state, outcome }) => [index, state, outcome]),
      [
        [0, 'finished', 'failed'],
        [1, 'skipped', 'skipped'],
        [2, 'finished', 'succeeded'],
      ],
    );
  });

  it('G8 calls what ran during a crash lost', () => {
    const running = stepBegan(beginCourse([shellStep('a')]), 0, moment).records;
    assert.deepInclude(lostRecords(running, { now: 5_000, offset: 99 })[0], { state: 'finished', outcome: 'lost', endOffset: 99 });
  });
});
