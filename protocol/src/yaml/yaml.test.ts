import { expect } from 'chai';
import { growthOf } from '../testing/growth.js';
import { readYaml } from './index.js';

const many = (n: number, of: (index: number) => string): string => Array.from({ length: n }, (_, index) => of(index)).join('');

/** Texts of about `n` characters, each the worst for some part of a YAML reader. */
// prettier-ignore
const texts: Readonly<Record<string, (n: number) => string>> = {
  'distinct keys':           (n) => many(n / 10, (index) => `k${index}: v\n`),
  'distinct keys in braces': (n) => `{ ${many(n / 10, (index) => `k${index}: v,\n`)} }`,
  'one key many times':      (n) => `a:\n${'  b: 1\n'.repeat(n / 7)}`,
  'double quotes':           (n) => '"'.repeat(n),
  'quotes and blanks':       (n) => '" '.repeat(n / 2),
  'broken escapes':          (n) => `a: "${'\\x'.repeat(n / 2)}"`,
  'opening brackets':        (n) => '['.repeat(n),
  'closing brackets':        (n) => ']'.repeat(n),
  'opening braces':          (n) => '{'.repeat(n),
  'dashes':                  (n) => '- '.repeat(n / 2),
  'question marks':          (n) => '? '.repeat(n / 2),
  'keys in keys':            (n) => 'a: '.repeat(n / 3),
  'deeper and deeper':       (n) => many(Math.sqrt(2 * n), (index) => `${' '.repeat(index)}a:\n`),
  'commas':                  (n) => `[${','.repeat(n)}`,
  'anchors':                 (n) => '&a '.repeat(n / 3),
  'anchors and aliases':     (n) => many(n / 16, (index) => `- &a${index} 1\n- *a${index}\n`),
  'aliases':                 (n) => `a: &a 1\nb:\n${'- *a\n'.repeat(n / 5)}`,
  'aliases of aliases':      (n) => many(n / 60, (index) => `l${index}: &l${index} [${`*l${index - 1},`.repeat(10)}]\n`).replace('*l-1', 'x'),
  'tags':                    (n) => '! '.repeat(n / 2),
  'directives':              (n) => '%YAML 1.2\n'.repeat(n / 10),
  'documents':               (n) => '---\n'.repeat(n / 4),
  'comments':                (n) => `a:\n${'  # c\n'.repeat(n / 6)}  b: 1`,
  'empty lines':             (n) => '\n'.repeat(n),
  'blanks':                  (n) => `a: b${' '.repeat(n)}c`,
  'digits':                  (n) => `a: ${'1'.repeat(n)}x`,
  'a folded text':           (n) => `a: >\n${' x\n   y\n'.repeat(n / 8)}`,
};

describe('C5 O1 reading YAML', function () {
  this.timeout(120_000);

  for (const [title, text] of Object.entries(texts)) {
    it(`takes time in proportion to the text: ${title}`, async () => {
      const size = title.includes('keys') ? 80_000 : 20_000; // comparing keys is cheap: it takes many to show
      const growth = await growthOf(size, (n) => readYaml(text(n)));
      expect(growth.isLinear, JSON.stringify(growth)).to.equal(true);
    });
  }

  it('says where a fault is', () => {
    const reading = readYaml('a: 1\nb: *c\n');
    expect(reading.ok).to.equal(false);
    if (!reading.ok)
      expect(reading.faults.map(({ from, code }) => ({ code, ...reading.positionOf(from) }))).to.deep.equal([
        { code: 'aliasUnknown', line: 2, column: 4 },
      ]);
  });

  it('gives names that mean something to JavaScript as own fields', () => {
    const reading = readYaml('__proto__: { a: 1 }\nconstructor: 2\n');
    expect(reading.ok && Object.keys(reading.value as object)).to.deep.equal(['__proto__', 'constructor']);
  });

  it('lets a quoted “<<” be a key like any other', () => {
    const reading = readYaml('"<<": 1');
    expect(reading.ok && reading.value).to.deep.equal({ '<<': 1 });
  });
});
