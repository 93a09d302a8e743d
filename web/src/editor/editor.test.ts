import { assert } from 'chai';
import {
  addStage,
  addTask,
  blankDefinition,
  changeTask,
  copyStage,
  copyTask,
  keyFor,
  moveStage,
  moveTask,
  removeTask,
  stepOf,
  type PipelineDefinition,
} from './definition.js';
import { checkDefinition } from './check.js';
import { edit, redo, settle, startHistory, undo } from './history.js';
import { fromServer, liesInDraft, stillTrue, tabOf, withRefusals } from './problems.js';
import { closest, completionAt, insertReference, referencesIn } from './references.js';

const task = { name: 'Compile', job: 'node' };
const two = addTask(addStage(addStage(blankDefinition, 0, 'Build', task), 1, 'Test', task), 0, { name: 'Lint', job: 'node' });
const names = (definition: PipelineDefinition): string[] => definition.stages.map(({ tasks }) => tasks.map(({ name }) => name).join(' '));
const allKeys = (definition: PipelineDefinition): string[] =>
  definition.stages.flatMap(({ key, tasks }) => [`stage ${key}`, ...tasks.map((one) => one.key)]);

describe('W1, W2 editing stages and tasks', () => {
  it('gives every stage and task a key of its own, also to copies', () => {
    const copied = copyTask(copyStage(two, 0), { stage: 0, task: 0 });
    assert.equal(new Set(allKeys(copied)).size, allKeys(copied).length);
    assert.deepEqual(
      copied.stages.map(({ name }) => name),
      ['Build', 'Build 2', 'Test'],
    );
  });

  it('makes keys of names in any script', () => {
    assert.equal(keyFor('Server image!', new Set()), 'server-image');
    assert.equal(keyFor('构建', new Set(['part'])), 'part-2');
  });

  // prettier-ignore
  const moves: readonly (readonly [title: string, from: [number, number], to: [number, number], names: string[]])[] = [
    ['down in its stage',      [0, 0], [0, 1], ['Lint Compile', 'Compile']],
    ['to the end of another',  [0, 1], [1, 1], ['Compile', 'Compile Lint']],
    ['past an end, to the end', [0, 0], [1, 9], ['Lint', 'Compile Compile']],
  ];
  for (const [title, from, to, expected] of moves) {
    it(`moves a task ${title}`, () =>
      assert.deepEqual(names(moveTask(two, { stage: from[0], task: from[1] }, { stage: to[0], task: to[1] })), expected));
  }

  it('never loses or doubles a task, wherever it is moved', () => {
    for (let stage = -1; stage < 4; stage += 1) {
      for (let place = -2; place < 5; place += 1)
        assert.sameMembers(allKeys(moveTask(two, { stage: 0, task: 0 }, { stage, task: place })), allKeys(two));
    }
  });

  it('does not reorder the tasks of a parallel stage by keys, but lets them leave it', () => {
    const parallel = { ...two, stages: two.stages.map((stage) => ({ ...stage, mode: 'parallel' as const })) };
    assert.isUndefined(stepOf(parallel, { stage: 0, task: 0 }, 'ArrowDown'));
    assert.deepEqual(stepOf(parallel, { stage: 0, task: 1 }, 'ArrowRight'), { stage: 1, task: 1 });
  });

  it('takes a part away that is set to nothing', () => {
    const limited = changeTask(two, { stage: 0, task: 0 }, { timeoutSeconds: 60 });
    assert.deepEqual(changeTask(limited, { stage: 0, task: 0 }, { timeoutSeconds: undefined }), two);
  });

  it('keeps order when a stage is moved and ignores places that are not there', () => {
    assert.deepEqual(
      moveStage(two, 0, 1).stages.map(({ name }) => name),
      ['Test', 'Build'],
    );
    assert.deepEqual(moveStage(two, 0, 2), two);
  });
});

describe('undo and redo', () => {
  it('takes edits of one field in a row as one', () => {
    const typed = ['a', 'ab', 'abc'].reduce((history, text) => edit(history, text, 'name'), startHistory(''));
    assert.equal(undo(typed).present, '');
    assert.equal(redo(undo(typed)).present, 'abc');
  });

  it('starts over with what was stored, and keeps what was typed while it was being stored', () => {
    const sent = edit(startHistory('a'), 'ab');
    assert.deepEqual(settle(sent, 'ab', 'ab '), startHistory('ab '));
    const typedOn = edit(sent, 'abc');
    assert.strictEqual(settle(typedOn, 'ab', 'ab '), typedOn);
  });

  it('forgets what was undone once something else is edited', () => {
    assert.deepEqual(edit(undo(edit(startHistory(1), 2)), 3).future, []);
  });
});

describe('P7 references', () => {
  it('finds references and leaves literals', () => {
    assert.deepEqual(referencesIn('a ${ONE} $${TWO} $$${THREE} ${'), ['ONE']);
  });

  // prettier-ignore
  const carets: readonly (readonly [text: string, typed: string | undefined])[] = [
    ['$', ''], ['x ${CO', 'CO'], ['$VER', 'VER'], ['$${', undefined], ['plain', undefined], ['${A} ', undefined],
  ];
  for (const [text, typed] of carets)
    it(`completes ${JSON.stringify(text)} as ${String(typed)}`, () => assert.equal(completionAt(text, text.length)?.typed, typed));

  it('puts a reference in once, also over one that is open', () => {
    assert.deepEqual(insertReference('v${VE} x', 5, 'VERSION'), { text: 'v${VERSION} x', caret: 11 });
  });

  it('guesses what was meant', () => {
    assert.equal(closest('VERSON', ['TARGET', 'VERSION']), 'VERSION');
    assert.isUndefined(closest('NOTHING', ['TARGET', 'VERSION']));
  });
});

describe('W8 problems', () => {
  const codes = (definition: PipelineDefinition, jobs: readonly string[] = ['node']): string[] =>
    checkDefinition(
      definition,
      jobs.map((name) => ({ name, kind: 'build', parameters: [], steps: [], labels: [], executor: { type: 'shell' } })),
    ).map((problem) => `${problem.path} ${'code' in problem ? problem.code : problem.message}`);

  it('finds none in a pipeline that is whole', () => assert.deepEqual(codes({ ...two, name: 'web-app' }), []));

  it('names the place of each', () => {
    assert.deepEqual(codes(blankDefinition), ['/name nameNeeded', '/stages stageNeeded']);
    assert.deepEqual(codes({ ...two, name: '-x' }, []), [
      '/name nameRule',
      '/stages/0/tasks/0/job jobUnknown',
      '/stages/0/tasks/1/job jobUnknown',
      '/stages/1/tasks/0/job jobUnknown',
    ]);
    assert.deepEqual(codes({ ...removeTask(two, { stage: 1, task: 0 }), name: 'a' }), ['/stages/1/tasks taskNeeded']);
  });

  it('knows parameters, predefined ones and those of aliases', () => {
    const referring = changeTask(
      { ...two, name: 'a', sources: [{ type: 'git', alias: 'web', url: '/srv/a', defaultBranch: 'main' }] },
      { stage: 0, task: 0 },
      { parameters: { A: '${COMMIT_ID} ${web_TAG} ${VERSON}' } },
    );
    assert.deepEqual(codes(referring), ['/stages/0/tasks/0/parameters/A unknownReference']);
  });

  // prettier-ignore
  const parameters: readonly (readonly [title: string, parameter: PipelineDefinition['parameters'][number], code: string])[] = [
    ['a predefined name',        { name: 'COMMIT_ID', type: 'string' },                              '/parameters/0/name predefinedName'],
    ['a name with a dash',       { name: 'a-b', type: 'string' },                                    '/parameters/0/name parameterRule'],
    ['the full-width comma (P4)', { name: 'A', type: 'enum', values: ['a，b'], value: 'a，b' },         '/parameters/0/values enumComma'],
    ['a value twice',            { name: 'A', type: 'enum', values: ['a', 'a'], value: 'a' },         '/parameters/0/values enumValues'],
    ['a default that is none',   { name: 'A', type: 'enum', values: ['a', 'b'], value: 'c' },         '/parameters/0/value enumDefault'],
    ['an empty auto-increment',  { name: 'A', type: 'autoIncrement', value: '' },                     '/parameters/0/value valueNeeded'],
  ];
  for (const [title, parameter, code] of parameters)
    it(`refuses ${title}`, () => assert.deepEqual(codes({ ...two, name: 'a', parameters: [parameter] }), [code]));

  it('places the controller’s problems and drops those that were edited away', () => {
    const found = fromServer([
      { path: '/definition/stages/0/name', message: 'is taken' },
      { path: '/definition/name', message: 'is taken' },
    ]);
    const now = { ...two, name: 'other' };
    assert.deepEqual(stillTrue(found, two, now), [{ path: '/stages/0/name', message: 'is taken' }]);
    assert.deepEqual(
      found.map(({ path }) => tabOf(path)),
      ['workflow', 'basics'],
    );
  });

  it('shows refusals and lets only faults of the draft forbid saving', () => {
    const own = checkDefinition({ ...two, name: '' }, []);
    const shown = withRefusals(own, [
      { path: '/name', message: 'The name is taken.' },
      { path: '/stages/0/tasks/0/parameters/A', message: 'The job has no parameter A.' },
    ]);
    assert.deepEqual(shown.map(({ path }) => path).sort(), [...own.map(({ path }) => path), '/stages/0/tasks/0/parameters/A'].sort());
    assert.deepEqual(
      shown.filter(liesInDraft).map(({ path }) => path),
      ['/name'],
    );
  });
});
