import { assert } from 'chai';
import { simulate } from '../../testing/engine/simulation.js';

/** More with DROVER_SIMULATIONS; one of them again with DROVER_SEED. */
const histories = Number(process.env['DROVER_SIMULATIONS'] ?? 60);
const only = process.env['DROVER_SEED'];

describe('the engine in random histories', () => {
  it('keeps its invariants and ends every run, whatever fails, dies, or is lost on the way', async function () {
    this.timeout(Math.max(60_000, histories * 500));
    const seeds = only === undefined ? Array.from({ length: histories }, (_, index) => index + 1) : [Number(only)];
    for (const seed of seeds) assert.deepEqual(await simulate(seed), [], `replay with DROVER_SEED=${seed}`);
  });
});
