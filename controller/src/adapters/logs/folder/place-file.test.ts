import { assert } from 'chai';
import type { LogPlace } from '../../../domain/logs/places.js';
import { decodePlaces, encodePlaces, placeBytes } from './place-file.js';

const places: readonly LogPlace[] = [
  { offset: 0, line: 0, at: 1_800_000_000_123 },
  { offset: 65_540, line: 1_024 },
  { offset: 131_072, line: 16_624, at: 1_800_000_001_000 },
  { offset: 2 ** 40, line: 2 ** 33, at: 1 },
];
const beginning: LogPlace = { offset: 0, line: 0 };

/** As versions before this one wrote them. */
function encodeOld(some: readonly LogPlace[]): Buffer {
  const bytes = Buffer.alloc(some.length * placeBytes);
  some.forEach(({ offset, line, at = 0 }, index) => {
    for (const [place, value] of [offset, line, at].entries()) bytes.writeDoubleLE(value, index * placeBytes + place * 8);
  });
  return bytes;
}

describe('A9 places beside a log', () => {
  it('are read as they were written, also by the version before', () => {
    assert.deepEqual(decodePlaces(encodePlaces(places)), places);
    assert.deepEqual(decodePlaces(encodeOld(places)), places);
    assert.deepEqual(decodePlaces(Buffer.concat([encodeOld(places.slice(0, 2)), encodePlaces(places.slice(2)), Buffer.alloc(7)])), places);
  });

  it('of which a disk changed any bit lead to the beginning of the log, and never elsewhere', () => {
    for (const place of places) {
      for (let bit = 0; bit < placeBytes * 8; bit += 1) {
        const bytes = encodePlaces([place]);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        assert.deepInclude(decodePlaces(bytes)[0], beginning, `bit ${bit} of ${JSON.stringify(place)}`);
      }
    }
  });
});
