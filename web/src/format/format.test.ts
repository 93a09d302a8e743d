import { assert } from 'chai';
import { noteServerTime, serverNow } from './clock.js';
import { count, duration, durations, size } from './amounts.js';
import { comingTime, relativeTime, type Tongue } from './times.js';

const { second, minute, hour, day } = durations;

describe('durations, sizes and counts', () => {
  // prettier-ignore
  const lasting: readonly (readonly [number, string])[] = [[0, '0s'], [-5, '0s'], [999, '0s'], [48 * second, '48s'], [262 * second, '4m 22s'], [60 * minute, '1h 00m'], [64 * minute, '1h 04m'], [30 * hour, '30h 00m']];
  for (const [ms, text] of lasting) it(`writes ${ms} ms as ${text}`, () => assert.equal(duration(ms), text));

  // prettier-ignore
  const sizes: readonly (readonly [number, string])[] = [[0, '0 B'], [999, '999 B'], [1_000, '1.0 kB'], [38_400_000, '38.4 MB'], [999_999, '1.0 MB'], [104_857_600, '105 MB'], [3_000_000_000, '3.0 GB']];
  for (const [bytes, text] of sizes) it(`writes ${bytes} bytes as ${text}`, () => assert.equal(size(bytes), text));

  it('cuts counts above ten thousand', () => assert.deepEqual([10_000, 10_001].map(count), ['10000', '10k+']));
});

describe('moments', () => {
  const now = Date.UTC(2026, 10, 18, 12);
  // prettier-ignore
  const past: readonly (readonly [number, Tongue, string])[] = [
    [second, 'en', 'now'], [20 * second, 'en', '20 s ago'], [2 * minute, 'en', '2 min ago'], [7 * hour, 'en', '7 h ago'], [day, 'en', 'yesterday'], [3 * day, 'en', '3 days ago'],
    [2 * minute, 'zh-CN', '2分钟前'], [day, 'zh-CN', '昨天'],
  ];
  for (const [ago, tongue, text] of past) it(`says ${text} (${tongue})`, () => assert.equal(relativeTime(now - ago, now, tongue), text));

  it('gives the date after a week', () => assert.equal(relativeTime(now - 20 * day, now, 'en'), '29 Oct 2026'));
  it('speaks of what comes', () => assert.equal(comingTime(now + 5 * day, now, 'en'), 'in 5 days'));
});

describe('the controller’s clock', () => {
  afterEach(() => noteServerTime(new Date().toUTCString()));

  it('is followed when it is far off, not when it is near', () => {
    const now = Date.now();
    noteServerTime(new Date(now + minute).toUTCString(), now);
    assert.closeTo(serverNow() - Date.now(), minute, 1_500);
    noteServerTime(new Date(now + second).toUTCString(), now);
    assert.closeTo(serverNow() - Date.now(), 0, 5);
  });

  it('ignores what is no date', () => {
    noteServerTime('soon');
    assert.closeTo(serverNow() - Date.now(), 0, 5);
  });
});
