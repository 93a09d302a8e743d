import type { PipelineDefinition } from '@drover/protocol/definition';
import { assert } from 'chai';
import { chosenTasks, refOf, runtimeParameters, stageState, startBody, toggleStage, toggleTask, untouched } from './choice.js';

const task = (key: string) => ({ key, name: key, type: 'build' as const, job: 'j' });
const definition: PipelineDefinition = {
  name: 'p',
  sources: [{ type: 'git', url: 'https://x', defaultBranch: 'main' }],
  parameters: [
    { name: 'A', type: 'string', value: 'x', runtime: true },
    { name: 'B', type: 'string' },
    { name: 'V', type: 'autoIncrement', value: '1.0.0', runtime: true },
    { name: 'S', type: 'secret', runtime: true },
  ],
  stages: [
    { key: 'one', name: 'One', mode: 'serial', tasks: [task('a'), task('b')] },
    { key: 'two', name: 'Two', mode: 'serial', alwaysRun: true, tasks: [task('c')] },
  ],
};
const fresh = { refs: {}, next: undefined };
const [one, two] = definition.stages;
if (one === undefined || two === undefined) throw new Error('the stages are there');

describe('X1 what a run is started with', () => {
  it('sends nothing that was not touched', () => assert.deepEqual(startBody(definition, untouched, fresh), {}));
  it('leaves tasks out', () => assert.deepEqual(startBody(definition, toggleTask(one, 'a', untouched), fresh), { tasks: ['b', 'c'] }));
  it('fills a stage that lacks a task, then empties it', () => {
    const some = toggleTask(one, 'a', untouched);
    assert.equal(stageState(one, some).state, 'some');
    assert.equal(stageState(one, toggleStage(one, some)).state, 'all');
    assert.deepEqual(chosenTasks(definition, toggleStage(one, toggleStage(one, some))), ['c']);
  });
  it('keeps what always runs', () =>
    assert.deepEqual([toggleStage(two, untouched), toggleTask(two, 'c', untouched)], [untouched, untouched]));
  it('P5 does not send an untouched auto-increment, and sends a typed one', () => {
    assert.deepEqual(startBody(definition, { ...untouched, values: { V: '1.0.0', A: 'x' } }, fresh), {});
    assert.deepEqual(startBody(definition, { ...untouched, values: { V: '2.0.0' } }, fresh), { parameters: { V: '2.0.0' } });
    const grown = { refs: {}, next: { V: '1.0.7' } };
    assert.deepEqual(startBody(definition, { ...untouched, values: { V: '1.0.7' } }, grown), {});
    assert.deepEqual(startBody(definition, { ...untouched, values: { V: '1.0.0' } }, grown), { parameters: { V: '1.0.0' } });
  });
  it('sends a value that was emptied, and no empty secret', () =>
    assert.deepEqual(startBody(definition, { ...untouched, values: { A: '', S: '' } }, fresh), { parameters: { A: '' } }));
  it('offers only what may change at the start', () =>
    assert.deepEqual(
      runtimeParameters(definition).map(({ name }) => name),
      ['A', 'V', 'S'],
    ));
  it('tells branches, tags and commits apart', () => {
    const known = { branches: [{ name: 'main' }, { name: 'abcdef1' }], tags: [{ name: 'v1' }] };
    assert.deepEqual(
      ['main', 'v1', 'abcdef1', '8f3c1d2', 'new'].map((name) => refOf(name, known).type),
      ['branch', 'tag', 'branch', 'commit', 'branch'],
    );
  });
  it('sends another branch, not the default one', () => {
    assert.deepEqual(startBody(definition, { ...untouched, refs: { 0: 'main' } }, fresh), {});
    assert.deepEqual(startBody(definition, { ...untouched, refs: { 0: ' dev ' } }, fresh), {
      sources: [{ index: 0, ref: { type: 'branch', name: 'dev' } }],
    });
  });
});
