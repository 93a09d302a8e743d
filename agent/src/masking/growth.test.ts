import { growthOf } from '@drover/protocol/testing';
import { expect } from 'chai';
import { createMasker } from './masker.js';

const key = Array.from({ length: 40 }, (_, index) => `line${index}-0f9d8s7f6g5h4j3k2l1`).join('\n');

/** Secrets and logs of about `n` bytes, each the worst for some part of the masker. */
// prettier-ignore
const logs: Readonly<Record<string, readonly [secret: string, log: (n: number) => string]>> = {
  'text without a secret':              ['p4ssw0rd-of-nobody',  (n) => 'nothing to see here\n'.repeat(n / 20)],
  'secrets in a row':                   ['p4ssw0rd-of-nobody',  (n) => 'p4ssw0rd-of-nobody'.repeat(n / 18)],
  'a secret of one letter, repeated':   ['a'.repeat(1_000),     (n) => 'a'.repeat(n)],
  'secrets that nearly end':            [`${'a'.repeat(1_000)}b`, (n) => 'a'.repeat(n)],
  'secrets that begin in themselves':   ['abababababababac',    (n) => 'ab'.repeat(n / 2)],
  'a letter on each line':              [`${'a'.repeat(100)}b`,  (n) => 'a\n'.repeat(n / 2)],
  'folded and never finished':          ['p4ssw0rd-of-nobody',  (n) => 'p4ss\n  w0rd-of\n'.repeat(n / 15)],
  'ends of line only':                  [key,                   (n) => '\n'.repeat(n)],
  'blanks behind a beginning':          ['p4ssw0rd-of-nobody',  (n) => `p4ss\n${' '.repeat(n)}`],
  'colours between all letters':        ['p4ssw0rd-of-nobody',  (n) => 'p\x1b[1m4\x1b[0ms\x1b[m'.repeat(n / 15)],
  'sequences that never end':           ['p4ssw0rd-of-nobody',  (n) => 'p\x1b]'.repeat(n / 3)],
  'the lines of a key':                 [key,                   (n) => `${key}\n`.repeat(n / key.length)],
};

describe('P3 O1 masking takes time in proportion to the log', function () {
  this.timeout(120_000);

  for (const [title, [secret, log]] of Object.entries(logs))
    it(title, async () => {
      const growth = await growthOf(60_000, (n) => {
        const data = Buffer.from(log(n));
        const masker = createMasker([secret]);
        for (let at = 0; at < data.length; at += 1_000) masker.push(data.subarray(at, at + 1_000));
        masker.flush();
      });
      expect(growth.isLinear, JSON.stringify(growth)).to.equal(true);
    });

  it('and in proportion to the secret', async () => {
    for (const secret of [(n: number) => 'a'.repeat(n), (n: number) => 'ab\n'.repeat(n / 3), (n: number) => `"\\'`.repeat(n / 3)]) {
      const growth = await growthOf(6_000, (n) => void createMasker([secret(n)]));
      expect(growth.isLinear, JSON.stringify(growth)).to.equal(true);
    }
  });
});
