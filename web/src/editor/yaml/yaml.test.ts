import { parse } from '@drover/protocol';
import { PipelineDefinition, PipelineFile } from '@drover/protocol/definition';
import { assert } from 'chai';
import { addStage, blankDefinition } from '../definition.js';
import { fieldsFor, schemasAt, unknownFields, valuesFor, type Schema } from '../schema.js';
import { fromYaml, toYaml } from './yaml-text.js';
import { placeAt } from './yaml-place.js';

const definition = {
  ...addStage(blankDefinition, 0, 'Build', { name: 'Compile', job: 'node' }),
  name: 'web-app',
  parameters: [{ name: 'VERSION', type: 'autoIncrement', value: '1.0.9' }],
} as const satisfies PipelineDefinition;
const schema = JSON.parse(JSON.stringify(PipelineFile)) as Schema;

describe('C5 the draft as text', () => {
  it('comes back equal', () => {
    const read = fromYaml(toYaml(definition));
    assert.isTrue(read.ok);
    if (read.ok) assert.deepEqual(read.definition, definition);
  });

  it('keeps the contract of drover.yaml', () => {
    const read = fromYaml(toYaml(definition));
    assert.isTrue(
      read.ok && parse(PipelineFile, { drover: 1, pipeline: read.definition }).ok && parse(PipelineDefinition, read.definition).ok,
    );
  });

  // prettier-ignore
  const broken: readonly (readonly [title: string, text: string, at: string])[] = [
    ['no YAML',                 'drover: 1\npipeline: @x',                                            '@x'],
    ['no pipeline',             'drover: 1',                                                          'd'],
    ['stages that are no list', 'pipeline:\n  name: a\n  stages: no',                                 'no'],
    ['a task that is a text',   'pipeline:\n  stages:\n    - {key: a, name: a, mode: serial, tasks: [x]}', 'x'],
    ['a stage without tasks',   'pipeline:\n  stages:\n    - {key: a, name: a, mode: serial}',        '{'],
  ];
  for (const [title, text, at] of broken) {
    it(`says where there is ${title}`, () => {
      const read = fromYaml(text);
      assert.isFalse(read.ok);
      if (!read.ok)
        assert.include(
          read.faults.map(({ from }) => text.slice(from, from + at.length)),
          at,
        );
    });
  }
});

describe('completion by the schema', () => {
  const text = toYaml(definition);
  const value = { drover: 1, pipeline: definition };
  const offered = (path: readonly (string | number)[]): readonly string[] =>
    fieldsFor(schemasAt(schema, path, value), []).map(({ label }) => label);

  it('offers the fields of the object that is meant', () => {
    assert.includeMembers([...offered(['pipeline', 'stages', 0])], ['key', 'name', 'mode', 'alwaysRun', 'tasks']);
    assert.notInclude(offered(['pipeline', 'parameters', 0]), 'values');
  });

  it('offers values that can be listed', () =>
    assert.deepEqual(valuesFor(schemasAt(schema, ['pipeline', 'stages', 0, 'mode'], value)), ['serial', 'parallel']));

  it('finds fields that there are not', () => {
    assert.deepEqual(unknownFields(schema, value), []);
    assert.deepEqual(
      unknownFields(schema, { ...value, pipeline: { ...definition, stages: [{ ...definition.stages[0], moed: 'serial' }] } }),
      [['pipeline', 'stages', 0, 'moed']],
    );
  });

  it('knows the place of the cursor', () => {
    const mode = text.indexOf('mode: ') + 'mode: '.length;
    assert.deepInclude(placeAt(text.slice(0, mode), text.slice(mode)), { type: 'value', path: ['pipeline', 'stages', 0, 'mode'] });
    const name = text.indexOf('name: Compile');
    const field = placeAt(`${text.slice(0, name)}la`, `\n${text.slice(name)}`);
    assert.deepInclude(field, { type: 'field', path: ['pipeline', 'stages', 0, 'tasks', 0], typed: 'la' });
  });
});
