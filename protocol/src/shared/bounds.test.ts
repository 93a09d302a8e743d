import { expect } from 'chai';
import * as agent from '../agent/index.js';
import * as api from '../api/index.js';
import * as definition from '../definition/index.js';
import * as live from '../live/index.js';

/** Longest text that a pattern is tried on. */
const longestText = 250_000;

interface Part {
  readonly place: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Every part of a schema, by its place. */
function* partsOf(value: unknown, place: string): Generator<Part> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { place, schema: value as Part['schema'] };
  for (const [name, part] of Object.entries(value)) yield* partsOf(part, `${place}/${name}`);
}

const parts: readonly Part[] = Object.entries({ agent, api, definition, live }).flatMap(([name, module]) =>
  Object.entries(module).flatMap(([exported, value]) => (typeof value === 'object' ? [...partsOf(value, `${name}/${exported}`)] : [])),
);
const isOfFixedLength = (pattern: string): boolean => !/[*+]/.test(pattern.replace(/\[[^\]]*\]/g, 'x'));

describe('O1 schemas bound what they make a checker do', () => {
  it('a pattern is tried on texts of bounded length only', () => {
    const unbounded = parts.filter(
      ({ schema: { pattern, maxLength } }) =>
        typeof pattern === 'string' && !isOfFixedLength(pattern) && !(typeof maxLength === 'number' && maxLength <= longestText),
    );
    expect(unbounded.map(({ place }) => place)).to.deep.equal([]);
  });

  it('entries that must differ are texts, which are looked up and not compared with each other', () => {
    const compared = parts.filter(
      ({ schema: { uniqueItems, items } }) => uniqueItems === true && (items as { type?: unknown } | undefined)?.type !== 'string',
    );
    expect(compared.map(({ place }) => place)).to.deep.equal([]);
  });

  it('looks at schemas', () => expect(parts.filter(({ schema }) => schema['pattern'] !== undefined).length).to.be.greaterThan(50));
});
