import { assert } from 'chai';
import { showDirections } from './directions.js';
import { markedProps } from './jsx-runtime.js';

const turned = 'main\u202Eniam';
const shown = 'main⟨U+202E⟩niam';

describe('V4 hidden directions of text', () => {
  it('are shown, all twelve', () => {
    for (const code of [0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])
      assert.equal(showDirections(`a${String.fromCharCode(code)}b`), `a⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩b`);
  });
  it('leave other text as it is', () => assert.equal(showDirections('שלום 漢字 😀 a\tb'), 'שלום 漢字 😀 a\tb'));

  it('are shown in what an element holds and is called', () => {
    assert.deepEqual(markedProps('a', { href: turned, title: turned, 'aria-label': turned, children: turned }), {
      href: turned,
      title: shown,
      'aria-label': shown,
      children: shown,
    });
    assert.deepEqual(markedProps('b', { children: ['in ', [turned, 1, null]] }), { children: ['in ', [shown, 1, null]] });
  });

  it('stay in an input, which is marked itself', () => {
    assert.deepEqual(markedProps('input', { value: turned }), { value: turned, title: shown, 'data-directions': '' });
  });

  it('cost a text without them nothing', () => {
    const props = { title: 'a', children: ['b', ['c']] };
    assert.strictEqual(markedProps('b', props), props);
  });
});
