import { assert } from 'chai';
import { afterAnswer, afterSend, firstWindowBytes, hasRoom, largestWindowBytes, openWindow, type Window } from './window.js';

describe('the window of a connection', () => {
  const frame = 65_536;
  const roundTrip = (window: Window, tookMs: number): Window => afterAnswer(afterSend(window, frame), frame, tookMs);

  it('begins at 64 KB, and is full when that is on its way', () => {
    assert.equal(openWindow.sizeBytes, 65_536);
    assert.isTrue(hasRoom(openWindow));
    assert.isFalse(hasRoom(afterSend(openWindow, frame)));
  });

  it('grows with what a quick link takes, up to its cap', () => {
    let window = openWindow;
    for (let round = 0; round < 100; round += 1) window = roundTrip(window, 20);
    assert.deepEqual(window, { sizeBytes: largestWindowBytes, inFlightBytes: 0 });
  });

  it('stands on a slow link and shrinks on a very slow one', () => {
    const wide = { sizeBytes: 1_000_000, inFlightBytes: 0 };
    assert.equal(roundTrip(wide, 1_000).sizeBytes, 1_000_000);
    assert.equal(roundTrip(wide, 3_000).sizeBytes, 500_000);
    assert.equal(roundTrip(openWindow, 30_000).sizeBytes, firstWindowBytes);
  });
});
