import { assert } from 'chai';
import type { PipelineFile } from '@drover/protocol/definition';
import { yamlPipelineFiles } from './pipeline-files.js';

const minimal = `drover: 1
pipeline:
  name: one
  sources: []
  parameters: []
  stages:
    - key: build
      name: Build
      mode: serial
      tasks:
        - { key: a, name: A, type: build, job: make }
`;
const laughs = `a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}]\nc: &c [${'*b, '.repeat(60)}]\n`;

describe('C5 drover.yaml', () => {
  it('is read', () => assert.isTrue(yamlPipelineFiles.read(minimal).ok));

  // prettier-ignore
  const cases: Array<[title: string, text: string, words: RegExp]> = [
    ['a broken indentation, by line and column',  minimal.replace('  name: one', ' name: one\n   x: 1'), /line \d+, column \d+/],
    ['a key twice',                               minimal.replace('name: one', 'name: one\n  name: two'), /line 4, column 3.*unique/i],
    ['a tag of its own',                          minimal.replace('name: one', 'name: !!js/function one'), /tag|resolve/i],
    ['a tag that is local',                       minimal.replace('name: one', 'name: !thing one'),       /tag|resolve/i],
    ['more aliases than anybody needs',           laughs,                                                 /aliases/],
    ['deep nesting',                              `a: ${'['.repeat(60)}${']'.repeat(60)}`,               /deeper/],
    ['an unknown field, by its place',            minimal.replace('mode: serial', 'mode: serial\n      colour: red'), /line 10.*\/pipeline\/stages\/0\/colour is not a known field/],
    ['a wrong word, by its place',                minimal.replace('serial', 'sideways'),                  /line 9, column 13: \/pipeline\/stages\/0\/mode must be one of/],
    ['a missing field, by its surroundings',      minimal.replace('      name: Build\n', ''),             /line 7.*\/pipeline\/stages\/0\/name is required/],
    ['another version of the format',             minimal.replace('drover: 1', 'drover: 2'),              /line 1, column 9.*must be 1/],
    ['nothing',                                   '',                                                     /is not valid/],
    ['two documents',                             `${minimal}---\n${minimal}`,                            /document/i],
  ];
  for (const [title, text, words] of cases) {
    it(`refuses ${title}`, () => {
      const read = yamlPipelineFiles.read(text);
      assert.isFalse(read.ok);
      if (!read.ok) assert.match(`${read.detail} ${read.errors?.[0]?.message}`, words);
    });
  }

  it('keeps words that YAML likes to take for something else', () => {
    const file: PipelineFile = fileWith({ name: 'no', description: 'yes: ~ # not a comment', value: '007\n  - true\n\ttab\n' });
    assert.deepEqual(read(yamlPipelineFiles.write(file)), file);
  });

  it('written and read again is equal, whatever stands in it', () => {
    const random = seeded(20_240_607);
    for (let round = 0; round < 300; round += 1) {
      const file = fileWith({ name: 'x', description: textOf(random, 40).replace(/[\t\n]/g, ' '), value: textOf(random, 200) });
      assert.deepEqual(read(yamlPipelineFiles.write(file)), file, `round ${round}`);
    }
  });
});

function read(text: string): PipelineFile {
  const result = yamlPipelineFiles.read(text);
  if (!result.ok) throw new Error(`${result.detail}\n${text}`);
  return result.value;
}

const fileWith = ({ name, description, value }: { name: string; description: string; value: string }): PipelineFile => ({
  drover: 1,
  pipeline: {
    name,
    description,
    sources: [],
    parameters: [{ name: 'A', type: 'string', value }],
    stages: [
      {
        key: 's',
        name: '1.0',
        mode: 'parallel',
        tasks: [{ key: 'null', name: 'true', type: 'build', job: '0x1f', parameters: { B: value } }],
      },
    ],
  },
  jobs: [
    {
      name: '0x1f',
      kind: 'build',
      parameters: [],
      steps: [{ name: '1e3', type: 'shell', script: value }],
      labels: ['off', '1_000'],
      executor: { type: 'shell' },
    },
  ],
});

/** A small generator of numbers below 1; the same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const alphabet = Array.from(' \t\n-:#?*&!|>%@`"\'{}[],=~.0129abcYesNonullтест漢字😀$\\/<<');
const textOf = (random: () => number, length: number): string =>
  Array.from({ length: Math.floor(random() * length) }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join('');
