import { assert } from 'chai';
import { contrast, fromHex, hex, lift, onGround } from './contrast.js';
import { indexed, rgb } from './ansi.js';

describe('log colours on their ground', () => {
  for (const [theme, ground] of [
    ['light', 0xfafbf9],
    ['dark', 0x0f120f],
  ] as const) {
    it(`reads at 4.5 to 1 for each of the 240 on ${theme}`, () => {
      for (let index = 16; index < 256; index++) {
        assert.isAtLeast(contrast(lift(indexed(index) & 0xffffff, ground), ground), 4.45, `colour ${index}`);
      }
    });
  }

  it('leaves a colour alone that can be read', () => assert.equal(lift(0x800000, 0xffffff), 0x800000));
  it('knows black on white as 21 to 1', () => assert.closeTo(contrast(0, 0xffffff), 21, 0.01));
  it('reads and writes hex', () =>
    assert.deepEqual([fromHex('#fa0'), fromHex(' #0a0b0c'), hex(0x0a0b0c)], [0xffaa00, 0x0a0b0c, '#0a0b0c']));
  it('lets the text yield on a coloured ground', () => {
    assert.equal(onGround(undefined, 0xffff00), 0);
    assert.isAtLeast(contrast(onGround(rgb(255, 255, 0), 0xeeee00), 0xeeee00), 4.45);
  });
});
