import { growthOf } from '@drover/protocol/testing';
import { assert } from 'chai';
import { LogSearch } from './search.js';

/** Searched texts, and logs of about `n` bytes: each the worst for some part of the search. */
// prettier-ignore
const logs: Readonly<Record<string, readonly [text: string, log: (n: number) => string]>> = {
  'lines without a hit':         ['needle',               (n) => 'nothing to see here\n'.repeat(n / 20)],
  'a hit in each line':          ['here',                 (n) => 'nothing to see here\n'.repeat(n / 20)],
  'one line full of hits':       ['.',                    (n) => '.'.repeat(n)],
  'a text that nearly ends':     [`${'a'.repeat(99)}b`,   (n) => 'a'.repeat(n)],
  'a text that nearly begins':   [`b${'a'.repeat(99)}`,   (n) => 'a'.repeat(n)],
  'a text that begins in itself': ['abababababac',        (n) => 'ab'.repeat(n / 2)],
  'signs of patterns':           ['(a+)+$',               (n) => '(a+)+'.repeat(n / 5)],
  'letters that would grow':     ['i̇stanbul',             (n) => 'İ'.repeat(n / 2)],
  'empty lines':                 ['needle',               (n) => '\n'.repeat(n)],
  'bytes that are no UTF-8':     ['needle',               (n) => '\u00ff'.repeat(n)],
};

describe('V4 O1 searching a log takes time in proportion to it', function () {
  this.timeout(120_000);

  for (const [title, [text, log]] of Object.entries(logs))
    it(title, async () => {
      const encoding = title.includes('no UTF-8') ? 'latin1' : 'utf8';
      let hits = 0;
      const growth = await growthOf(200_000, (n) => {
        const data = Buffer.from(log(n), encoding);
        const search = new LogSearch({ text, ignoreCase: true }, { line: 0, offset: 0 });
        for (let at = 0; at < data.length; at += 4_096) hits += [...search.push(data.subarray(at, at + 4_096))].length;
        hits += [...search.end()].length;
      });
      assert.isTrue(growth.isLinear, JSON.stringify({ ...growth, hits }));
    });
});
