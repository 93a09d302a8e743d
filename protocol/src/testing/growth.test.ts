import { expect } from 'chai';
import { growthOf } from './growth.js';

describe('the measurement of growth', () => {
  it('tells linear work from what grows faster', async () => {
    const loop = (times: number): void => {
      for (let sum = 0, i = 0; i < times; i += 1) sum += i % 7;
    };
    expect((await growthOf(10_000_000, loop)).isLinear).to.equal(true);
    expect((await growthOf(200, (n) => loop(n ** 3))).isLinear).to.equal(false);
  });
});
