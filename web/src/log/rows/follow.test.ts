import { assert } from 'chai';
import { follow, type Follow, type FollowEvent } from './follow.js';

const on: Follow = { following: true };
const off = (unseen = 0): Follow => ({ following: false, unseen });
const scrolled = (up: boolean, atEnd: boolean): FollowEvent => ({ type: 'scrolled', up, atEnd });

// prettier-ignore
const cases: [title: string, state: Follow, event: FollowEvent, next: Follow][] = [
  ['stops when scrolled up',                       on,      scrolled(true, false),           off()],
  ['continues when nudged at the end',             on,      scrolled(true, true),            on],
  ['resumes at the end',                           off(9),  scrolled(false, true),           on],
  ['does not resume on the way up',                off(9),  scrolled(true, true),            off(9)],
  ['counts what was not seen',                     off(3),  { type: 'appended', lines: 4 },  off(7)],
  ['counts nothing while following',               on,      { type: 'appended', lines: 4 },  on],
  ['resumes at a key',                             off(9),  { type: 'toggled' },             on],
  ['stops at a key',                               on,      { type: 'toggled' },             off()],
  ['resumes at the button',                        off(9),  { type: 'resumed' },             on],
  ['stops when a line is jumped to',               on,      { type: 'left' },                off()],
  ['keeps its count when jumped once more',        off(5),  { type: 'left' },                off(5)],
];

describe('V4 following', () => {
  for (const [title, state, event, next] of cases) it(title, () => assert.deepEqual(follow(state, event), next));
});
