import { assert } from 'chai';
import { showDirections } from './directions.js';

describe('L1 characters that turn the direction of text', () => {
  it('are shown', () => {
    for (const code of [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])
      assert.equal(showDirections(`a${String.fromCharCode(code)}b`), `a⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩b`);
  });
  it('leave other text as it is', () => assert.equal(showDirections('שלום 漢字 😀 a\tb'), 'שלום 漢字 😀 a\tb'));
});
