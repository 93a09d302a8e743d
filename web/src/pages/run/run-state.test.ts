import type { RunView, TaskView } from '@drover/protocol/api';
import { assert } from 'chai';
import { activeStage, chosenTask, headline, neighbourTask, tabOf, type Status } from './run-state.js';

const task = (key: string, status: Status, attemptId?: string): TaskView =>
  ({ key, name: key, type: 'build', status, selected: true, attempts: 1, ...(attemptId === undefined ? {} : { attemptId }) }) as TaskView;
const run = (...stages: { key: string; status: Status; tasks: TaskView[] }[]): RunView =>
  ({
    stages: stages.map((stage) => ({ ...stage, name: stage.key, mode: 'parallel' })),
    sources: [{ index: 0, url: 'u', ref: { type: 'branch', name: 'main' }, message: 'Fix rounding\n\nlong' }],
  }) as unknown as RunView;
const nothing = { task: null, stage: null };

describe('V3 the task that a run shows', () => {
  const failed = run(
    { key: 'build', status: 'succeeded', tasks: [task('a', 'succeeded', 'x')] },
    { key: 'verify', status: 'failed', tasks: [task('b', 'running', 'y'), task('c', 'failed', 'z')] },
  );
  // prettier-ignore
  const cases: [title: string, run: RunView, asked: { task: string | null; stage: string | null }, key: string][] = [
    ['is the one that is asked for',           failed, { task: 'a', stage: null },        'a'],
    ['is the first that failed',               failed, nothing,                           'c'],
    ['is of the stage that is asked for',      failed, { task: null, stage: 'build' },    'a'],
    ['falls back when what is asked for is gone', failed, { task: 'gone', stage: 'gone' }, 'c'],
    ['is what runs',                           run({ key: 's', status: 'running', tasks: [task('a', 'succeeded', 'x'), task('b', 'running', 'y')] }), nothing, 'b'],
    ['is what waits for an agent',             run({ key: 's', status: 'queued', tasks: [task('a', 'succeeded', 'x'), task('b', 'queued')] }), nothing, 'b'],
    ['is the last that ran',                   run({ key: 's', status: 'succeeded', tasks: [task('a', 'succeeded', 'x'), task('b', 'succeeded', 'y'), task('c', 'skipped')] }), nothing, 'b'],
    ['is the first when none ran',             run({ key: 's', status: 'notRun', tasks: [task('a', 'notRun'), task('b', 'notRun')] }), nothing, 'a'],
  ];
  for (const [title, given, asked, key] of cases) it(title, () => assert.equal(chosenTask(given, asked)?.task.key, key));

  it('has none in a run without stages', () => assert.isUndefined(chosenTask(run(), nothing)));
  it('names the run by the first line of its commit', () => assert.equal(headline(failed), 'Fix rounding'));
  it('finds the stage where something happens', () => assert.equal(activeStage(failed)?.key, 'verify'));
  it('walks with the arrow keys', () => {
    const walk = (key: string, from = 'b'): string | undefined => neighbourTask(failed, from, key);
    assert.deepEqual(
      [walk('ArrowDown'), walk('ArrowUp'), walk('ArrowLeft', 'c'), walk('ArrowRight', 'a'), walk('ArrowRight'), walk('x')],
      ['c', undefined, 'a', 'b', undefined, undefined],
    );
  });
  it('opens the log where a tab is unknown', () =>
    assert.deepEqual([tabOf('packages'), tabOf('nonsense'), tabOf(undefined)], ['packages', 'log', 'log']));
});
