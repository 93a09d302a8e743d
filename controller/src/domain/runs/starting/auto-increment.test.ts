import { assert } from 'chai';
import { increment, takeAutoIncrement } from './auto-increment.js';
import { sampleDefinition, sampleJob } from '../fixtures.js';
import type { DefinitionSnapshot, Step } from '@drover/protocol/definition';

describe('P5 auto-increment', () => {
  // prettier-ignore
  const values: ReadonlyArray<[from: string, to: string]> = [
    ['1.0.0',  '1.0.1'],
    ['1.0.9',  '1.0.10'],
    ['007',    '008'],
    ['099',    '100'],
    ['999',    '1000'],
    ['v1-beta', 'v1-beta'],
    ['',       ''],
    ['rc9',    'rc10'],
    ['99999999999999999999999999', '100000000000000000000000000'],
    ['1.0.٣',  '1.0.٣'],
  ];
  for (const [from, to] of values) it(`follows “${from}” by “${to}”`, () => assert.equal(increment(from), to));

  const upload: Step = { type: 'uploadPackage', name: 'Upload', files: ['*'], package: 'app', version: '${version}' };
  const shell: Step = { type: 'shell', name: 'Say', script: 'echo ${version}' };
  const definition = (steps: Step[], runtime: boolean, typed?: string): DefinitionSnapshot => {
    const base = sampleDefinition([{ tasks: ['a'] }], {
      parameters: [{ type: 'autoIncrement', name: 'version', value: '1.0.0', runtime }],
    });
    return {
      ...base,
      jobs: [{ ...sampleJob, steps, parameters: typed === undefined ? [] : [{ type: 'string', name: 'note', value: typed }] }],
    };
  };

  // prettier-ignore
  const takes: ReadonlyArray<[title: string, definition: DefinitionSnapshot, current: Record<string, string>, typed: Record<string, string>, value: string, next: string | undefined]> = [
    ['takes the default first',                          definition([upload], true),              {},                   {},                   '1.0.0', '1.0.1'],
    ['takes what the run before left',                   definition([upload], true),              { version: '1.0.7' }, {},                   '1.0.7', '1.0.8'],
    ['uses a typed value as it is, and continues from it', definition([upload], true),              { version: '1.0.7' }, { version: '3.9' },   '3.9', '3.10'],
    ['does not grow without runtime setting',            definition([upload], false),             {},                   {},                   '1.0.0', undefined],
    ['does not grow when no task refers to it',          definition([shell], true),               {},                   {},                   '1.0.0', undefined],
    ['grows when a parameter of the job refers to it',   definition([shell], true, 'v${version}'), {},                  {},                   '1.0.0', '1.0.1'],
    ['takes a literal for no reference',                 definition([shell], true, '$${version}'), {},                  {},                   '1.0.0', undefined],
  ];
  for (const [title, from, current, typed, value, next] of takes) {
    it(title, () => {
      const taken = takeAutoIncrement(from, current, typed);
      assert.equal(taken.values['version'], value);
      assert.equal(taken.next['version'], next);
    });
  }
});
