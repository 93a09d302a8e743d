import { assert } from 'chai';
import { HandClock } from '../../testing/hand-clock.js';
import { testAttemptId } from '../../testing/specs.js';
import { AwayWatch, type LinkLife } from './away-watch.js';

describe('G6 an attempt whose controller is not heard', () => {
  let clock: HandClock;
  let link: { isReady: boolean; lastHeardMs: number };
  let givenUp: number;
  let watch: AwayWatch;

  beforeEach(() => {
    clock = new HandClock();
    link = { isReady: true, lastHeardMs: 0 };
    givenUp = 0;
    watch = new AwayWatch(clock, (): LinkLife => link);
  });

  const add = (waitSeconds: number): void => watch.add(testAttemptId(), { waitSeconds, then: 'rerun' }, () => (givenUp += 1));

  it('is given up before it may be given to another agent', () => {
    add(60);
    link.isReady = false;
    watch.check();
    clock.move(57_999);
    assert.equal(givenUp, 0);
    clock.move(1);
    assert.equal(givenUp, 1);
    assert.equal(clock.pending, 0);
  });

  it('continues as long as signs of life come', () => {
    add(60);
    for (let second = 0; second < 600; second += 5) {
      clock.move(5_000);
      link.lastHeardMs = clock.monotonicMs();
    }
    assert.equal(givenUp, 0);
    clock.move(60_000);
    assert.equal(givenUp, 1);
  });

  it('is given up at once where the policy waits for nothing, but not between two pings', () => {
    add(0);
    clock.move(9_000);
    assert.equal(givenUp, 0);
    link.isReady = false;
    watch.check();
    assert.equal(givenUp, 1);
  });

  it('is no longer watched once it has ended', () => {
    add(60);
    watch.remove(testAttemptId());
    assert.equal(clock.pending, 0);
  });
});
