import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { play } from './history.js';
import { mutants } from './mutants/all.js';

/** Half a minute of one core; 100,000 with `npm run test:simulation`. */
const histories = Number(process.env['DROVER_SIMULATIONS'] ?? 500);
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the simulation of whole farms', function () {
  this.timeout(Math.max(120_000, histories * 3_000));

  it('finds every invariant kept and every run ended, whatever fails, dies, or is lost on the way', async () => {
    for (let seed = 1; seed <= histories; seed += 1) {
      const { breaches } = await play(seed);
      assert.deepEqual(breaches, [], `its history: npm run test:simulation -- --seed ${seed}`);
    }
  });

  it('plays the same history for the same seed, told or not', async () => {
    for (const seed of [3, 14, 72, 159]) {
      // in the third controllers die with writes on their way
      const told = await play(seed, { isTold: true });
      assert.equal((await play(seed)).fingerprint, told.fingerprint);
      assert.deepEqual((await play(seed, { isTold: true })).timeline, told.timeline);
    }
  });

  it('knows more than 20 faults to plant, each of which fits one place of the product', () => {
    assert.isAtLeast(mutants.length, 20);
    for (const { name, file, find } of mutants)
      assert.lengthOf(readFileSync(`${root}${file}`, 'utf8').split(find), 2, `“${name}” fits one place of ${file}`);
  });
});
