import { assert } from 'chai';
import { caps, match, type Press } from './match.js';

const chords = ['mod+k', '?', 'g p', 'j', '/', 'mod+shift+z', 'shift+n'];
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  typing: false,
  ...more,
});

describe('keys', () => {
  // prettier-ignore
  const cases: readonly (readonly [title: string, press: Press, chord: string | undefined])[] = [
    ['a single key',                       press('j'),                                        'j'],
    ['a key that needs shift',             press('?', { shiftKey: true }),                    '?'],
    ['a letter with shift',                press('N', { shiftKey: true }),                    'shift+n'],
    ['⌘ or Ctrl',                          press('k', { ctrlKey: true }),                     'mod+k'],
    ['⌘ and shift',                        press('Z', { metaKey: true, shiftKey: true }),     'mod+shift+z'],
    ['no single key while typing',         press('j', { typing: true }),                      undefined],
    ['⌘ while typing',                     press('k', { metaKey: true, typing: true }),       'mod+k'],
    ['nothing with alt',                   press('j', { altKey: true }),                      undefined],
    ['nothing for an unknown key',         press('x'),                                        undefined],
  ];
  for (const [title, pressed, chord] of cases) it(`find ${title}`, () => assert.equal(match(chords, pressed, undefined, 0).chord, chord));

  it('find two keys after each other, within a moment', () => {
    const { pending } = match(chords, press('g'), undefined, 0);
    assert.equal(match(chords, press('p'), pending, 500).chord, 'g p');
    assert.isUndefined(match(chords, press('p'), pending, 5_000).chord);
  });

  it('are drawn as the machine’s keyboard has them', () => {
    assert.deepEqual(caps('mod+k', true), ['⌘K']);
    assert.deepEqual(caps('mod+k', false), ['Ctrl K']);
    assert.deepEqual(caps('g p', true), ['G', 'P']);
  });
});
