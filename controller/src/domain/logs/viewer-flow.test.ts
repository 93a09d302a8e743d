import { assert } from 'chai';
import { credited, nextBytes, type FlowLimits, type ViewerFlow } from './viewer-flow.js';

const limits: FlowLimits = { creditBytes: 1_000, messageBytes: 400, tailBytes: 300 };
const flow = (sent: number, taken: number): ViewerFlow => ({ sent, taken });

// prettier-ignore
const cases: Array<[title: string, given: ViewerFlow, end: number, gap: [number, number] | undefined, bytes: [number, number]]> = [
  ['sends what is new',                               flow(100, 100),   250,   undefined,       [100, 250]],
  ['sends at most one message at once',               flow(0, 0),       900,   undefined,       [0, 400]],
  ['sends no more than the credit',                   flow(1_000, 200), 1_500, undefined,       [1_000, 1_200]],
  ['waits without credit, however far the log runs',  flow(1_000, 0),   9_999, undefined,       [1_000, 1_000]],
  ['waits at the end',                                flow(500, 500),   500,   undefined,       [500, 500]],
  ['names a gap to a viewer that fell behind',        flow(1_000, 900), 9_000, [1_000, 8_700],  [8_700, 9_000]],
  ['names a gap to a viewer that joined late',        flow(0, 0),       5_000, [0, 4_700],      [4_700, 5_000]],
];

describe('V4 the flow of a log to one viewer', () => {
  for (const [title, given, end, gap, [from, to]] of cases) {
    it(title, () => {
      const next = nextBytes(given, end, limits);
      assert.deepEqual([next.gap?.from, next.gap?.to], gap ?? [undefined, undefined]);
      assert.deepEqual([next.from, next.to], [from, to]);
      assert.isAtMost(next.flow.sent - next.flow.taken, limits.creditBytes);
    });
  }

  it('takes credit neither back nor in advance', () => {
    assert.deepEqual(credited(flow(500, 300), 200), flow(500, 300));
    assert.deepEqual(credited(flow(500, 300), 900), flow(500, 500));
  });
});
