import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { english } from './en/index.js';
import { chinese } from './zh/index.js';

const sources = new URL('..', import.meta.url).pathname;

interface Tree {
  readonly [key: string]: string | Tree;
}

const flatten = (tree: Tree, prefix = ''): readonly (readonly [string, string])[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as const] : flatten(value, `${prefix}${key}.`),
  );

/** Plural forms are one text: English has `_one` and `_other`, Chinese only `_other`. */
const singular = (key: string): string => key.replace(/_(one|other)$/, '');
const keysOf = (tree: Tree): readonly string[] => [...new Set(flatten(tree).map(([key]) => singular(key)))].sort();
const placeholders = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{\{?(\w+)\}?\}/g)].map(([, name]) => name ?? ''))].sort();

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** All code but the dictionaries themselves and tests. */
const code = filesBelow(sources)
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !/i18n\/(en|zh)\//.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe('O3 the two languages', () => {
  it('have the same texts', () => assert.deepEqual(keysOf(chinese), keysOf(english)));

  it('have the same facts in each text', () => {
    const translated = new Map(flatten(chinese));
    for (const [key, text] of flatten(english)) {
      if (key.endsWith('_one')) continue;
      const plain = (all: readonly string[]): readonly string[] => (key.endsWith('_other') ? all.filter((name) => name !== 'count') : all);
      assert.deepEqual(plain(placeholders(translated.get(key) ?? '')), plain(placeholders(text)), key);
    }
  });

  it('have no text that nothing shows', () => {
    const literals = new Set([...code.matchAll(/['"`]([a-zA-Z]+(?:\.\w+)+)['"`]/g)].map(([, key]) => key ?? ''));
    const prefixes = [...code.matchAll(/`((?:[a-zA-Z]+\.)+\w*)\$\{/g)].map(([, prefix]) => prefix ?? '');
    const whole = [...code.matchAll(/\bt\('(\w+)', \{ returnObjects/g)].map(([, area]) => `${area ?? ''}.`);
    const unused = keysOf(english).filter((key) => !literals.has(key) && ![...prefixes, ...whole].some((prefix) => key.startsWith(prefix)));
    assert.deepEqual(unused, []);
  });

  it('have no text that is empty', () => {
    for (const [key, text] of [...flatten(english), ...flatten(chinese)]) assert.notEqual(text.trim(), '', key);
  });
});
