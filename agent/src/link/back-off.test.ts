import { assert } from 'chai';
import type { Refusal } from '@drover/protocol/agent';
import { backOffMs, failuresAfter, longestBackOffMs } from './back-off.js';
import { describeFault, planForRefusal, planForStatus } from './refusals.js';

describe('G2 coming back', () => {
  it('G2 stays brisk for a controller that was there a moment ago, however often it has gone', () => {
    const failures = [failuresAfter(90, 5_000), failuresAfter(90, 100), failuresAfter(1, 100), failuresAfter(90, undefined)];
    assert.deepEqual(failures, [0, 2, 1, 90]);
    assert.isBelow(backOffMs(failuresAfter(90, 100), 0.999), 1_500);
  });

  it('is quick at first, and never waits longer than 5 s', () => {
    assert.isBelow(backOffMs(0, 0.999), 500);
    assert.isBelow(backOffMs(1_000, 0.999), longestBackOffMs);
    assert.isAtLeast(backOffMs(1_000, 0.999), 4_900);
  });

  it('is brisk for half a minute, so that a restarted controller has its agents back within 2 s', () => {
    for (let failures = 0; failures < 40; failures += 1) assert.isBelow(backOffMs(failures, 0.999), 1_500);
    assert.isAtLeast(backOffMs(40, 0.999), 4_900);
  });

  it('spreads over the whole time', () => {
    assert.deepEqual(
      [0, 0.25, 0.5].map((random) => backOffMs(1, random)),
      [0, 250, 500],
    );
  });
});

describe('G2 G13 a refused hello', () => {
  const refusal = (code: Refusal['code'], changes: Partial<Refusal> = {}): Refusal => ({ ok: false, code, detail: 'Because.', ...changes });
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, refusal: Refusal, refusedForMs: number, plan: 'end' | 'retry', says: RegExp]> = [
    ['of a removed agent ends it',                        refusal('removed'),          0,      'end',   /removed from the controller.*Register it again/],
    ['of another protocol version says what to do',       refusal('protocolMismatch'), 0,      'end',   /Because.*speaks versions 1 to 1/],
    ['of a taken identity waits for a cut session to go', refusal('identityInUse'),    1_000,  'retry', /Another process is connected/],
    ['of a taken identity ends it after that',            refusal('identityInUse'),    30_000, 'end',   /Another process is connected.*Stop that one/],
    ['of an unapproved agent waits',                      refusal('notApproved'),      99_999, 'retry', /administrator to approve/],
    ['of a controller that is not ready waits',           refusal('unavailable'),      0,      'retry', /did not take the connection/],
  ];
  for (const [title, given, refusedForMs, type, says] of cases) {
    it(title, () => {
      const plan = planForRefusal(given, refusedForMs);
      assert.equal(plan.type, type);
      assert.match(plan.type === 'end' ? plan.end.text : plan.text, says);
    });
  }

  it('waits as long as the controller asks for', () => {
    assert.deepInclude(planForRefusal(refusal('unavailable', { retryAfterMs: 777 }), 0), { afterMs: 777 });
  });
});

describe('G2 a refused handshake', () => {
  it('is known by its HTTP status', () => {
    const fault = describeFault({ message: 'websocket error', description: { message: 'Unexpected server response: 401' } });
    assert.deepEqual(fault, { status: 401, text: 'websocket error: Unexpected server response: 401' });
    assert.equal(planForStatus(401, 'http://x').type, 'end');
    assert.equal(planForStatus(426, 'http://x').type, 'end');
    assert.equal(planForStatus(503, 'http://x').type, 'retry');
    assert.deepEqual(describeFault(undefined), { text: 'the connection failed' });
  });
});
