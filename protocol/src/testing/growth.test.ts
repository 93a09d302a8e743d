import { expect } from 'chai';
import { growthOf } from './growth.js';

describe('the measurement of growth', () => {
  it('tells linear work from quadratic', async () => {
    const loop = (times: number): void => {
      for (let sum = 0, i = 0; i < times; i += 1) sum += i % 7;
    };
    expect((await growthOf(20_000_000, loop)).isLinear).to.equal(true);
    expect((await growthOf(4_000, (n) => loop(n * n))).isLinear).to.equal(false);
  });
});
