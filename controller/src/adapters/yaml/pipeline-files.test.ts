import { assert } from 'chai';
import type { PipelineFile } from '@drover/protocol/definition';
import { writePipelineFile } from './pipeline-files.js';
import { readFile } from './read-file.js';

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
  it('is read', () => assert.isTrue(readFile(minimal).ok));

  // prettier-ignore
  const cases: Array<[title: string, text: string, words: RegExp]> = [
    ['a broken indentation, by line and column',  minimal.replace('  name: one', ' name: one\n   x: 1'), /line \d+, column \d+/],
    ['a key twice',                               minimal.replace('name: one', 'name: one\n  name: two'), /line 4, column 3.*unique/i],
    ['a tag of its own',                          minimal.replace('name: one', 'name: !!js/function one'), /tag|resolve/i],
    ['a tag that is local',                       minimal.replace('name: one', 'name: !thing one'),       /tag|resolve/i],
    ['more aliases than anybody needs',           laughs,                                                 /aliases/],
    ['deep nesting',                              `a: ${'['.repeat(60)}${']'.repeat(60)}`,               /deeper/],
    ['an unknown field, by its place',            minimal.replace('mode: serial', 'mode: serial\n      colour: red'), /line 10.*stage 1: “colour” is not a known field/],
    ['a wrong word, by its place',                minimal.replace('serial', 'sideways'),                  /line 9, column 13: stage 1: “mode” must be one of/],
    ['a missing field, by its surroundings',      minimal.replace('      name: Build\n', ''),             /line 7.*stage 1: “name” is required/],
    ['another version of the format',             minimal.replace('drover: 1', 'drover: 2'),              /line 1, column 9.*must be 1/],
    ['nothing',                                   '',                                                     /is not valid/],
    ['two documents',                             `${minimal}---\n${minimal}`,                            /line 12, column 1: The file holds several documents/],
    ['a merge key',                               `x-a: &a { name: n }\n${minimal.replace('  name: one', '  <<: *a\n  name: one')}`, /line 4, column 3: Merge keys/],
    ['an alias without an anchor',                minimal.replace('name: one', 'name: *one'),             /line 3, column 9: The alias \*one has no anchor &one before it/],
    ['an alias that comes before its anchor',     minimal.replace('name: one', 'name: *a\n  description: &a x'), /line 3, column 9: The alias \*a/],
    ['an alias inside of its own anchor',         minimal.replace('sources: []', 'sources: &a [*a]'),     /line 4, column 16: The alias \*a stands inside its own anchor/],
    ['aliases that repeat much',                  `x-a: &a [${'x,'.repeat(5_000)}x]\nx-b: [${'*a,'.repeat(30)}*a]\n${minimal}`, /aliases/],
    ['aliases that repeat a long text',           `x-a: &a ${'x'.repeat(300_000)}\nx-b: [${'*a,'.repeat(30)}*a]\n${minimal}`, /aliases/],
    ['an unknown key that only looks like x-',    `xa: 1\n${minimal}`,                                    /“xa” is not a known field/],
    ['keys x-… below the top',                    minimal.replace('  name: one', '  x-a: 1\n  name: one'), /“x-a” is not a known field/],
  ];
  for (const [title, text, words] of cases) {
    it(`refuses ${title}`, () => {
      const read = readFile(text);
      assert.isFalse(read.ok);
      if (!read.ok) assert.match(`${read.detail} ${read.errors?.[0]?.message}`, words);
    });
  }

  it('lets keys x-… at the top hold anchors', () => {
    const plain = readFile(minimal);
    const text = `x-names: &name one\nx-tasks: &tasks\n  - { key: a, name: A, type: build, job: make }\n${minimal
      .replace('name: one', 'name: *name')
      .replace(/tasks:\n.*\n/, 'tasks: *tasks\n')}`;
    assert.deepEqual(readFile(text), plain);
  });

  it('keeps words that YAML likes to take for something else', () => {
    const file: PipelineFile = fileWith({ name: 'no', description: 'yes: ~ # not a comment', value: '007\n  - true\n\ttab\n' });
    assert.deepEqual(read(writePipelineFile(file)), file);
  });

  it('written and read again is equal, whatever stands in it', () => {
    const random = seeded(20_240_607);
    for (let round = 0; round < 300; round += 1) {
      const file = fileWith({ name: 'x', description: textOf(random, 40).replace(/[\t\n]/g, ' '), value: textOf(random, 200) });
      assert.deepEqual(read(writePipelineFile(file)), file, `round ${round}`);
    }
  });
});

function read(text: string): PipelineFile {
  const result = readFile(text);
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
