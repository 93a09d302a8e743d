import { assert } from 'chai';
import { LogTail, mostTailBytes, mostTailPlaces } from './log-tail.js';

describe('the newest bytes of a log', () => {
  const place = (offset: number) => ({ offset, line: offset, at: offset * 10 });
  const filled = (): LogTail => {
    const tail = new LogTail();
    tail.add(100, [Buffer.from('abc'), Buffer.from('de')], { before: place(90), places: [place(103)] });
    tail.add(105, [Buffer.from('fgh')], { before: place(103), places: [place(106)] });
    return tail;
  };

  // prettier-ignore
  const cases: ReadonlyArray<[title: string, from: number, to: number, bytes: string | undefined, places: readonly number[] | undefined]> = [
    ['are read over what was added one after the other', 102, 107, 'cdefg',   [90, 103, 106]],
    ['are read to their end',                            106, 108, 'gh',      [106]],
    ['are unknown before their beginning',                99, 107, undefined, undefined],
    ['are unknown behind their end',                     107, 109, undefined, undefined],
    ['say nothing of an empty range',                    103, 103, undefined, undefined],
  ];
  for (const [title, from, to, bytes, places] of cases) {
    it(title, () => {
      assert.equal(filled().read({ from, to })?.toString(), bytes);
      assert.deepEqual(
        filled()
          .placesOf({ from, to })
          ?.map(({ offset }) => offset),
        places,
      );
    });
  }

  it('give way to what does not join on, with the last place before it', () => {
    const tail = filled();
    tail.add(200, [Buffer.from('xyz')], { before: place(106), places: [] });
    assert.isUndefined(tail.read({ from: 104, to: 105 }));
    assert.deepEqual(tail.placesOf({ from: 201, to: 202 }), [place(106)]);
  });

  it('stay few', () => {
    const tail = filled();
    tail.add(108, [Buffer.alloc(mostTailBytes)], { before: place(106), places: [] });
    assert.isUndefined(tail.read({ from: 104, to: 105 }));
    assert.equal(tail.read({ from: 108, to: 108 + mostTailBytes })?.length, mostTailBytes);
    tail.add(108 + mostTailBytes, [Buffer.alloc(mostTailBytes + 1)], { before: undefined, places: [] });
    assert.isUndefined(tail.read({ from: 108, to: 109 }));
  });

  it('stay few where each has a place', () => {
    const tail = filled();
    for (let offset = 108; offset < 108 + 2 * mostTailPlaces; offset++)
      tail.add(offset, [Buffer.from('.')], { before: place(offset - 1), places: [place(offset)] });
    const end = 108 + 2 * mostTailPlaces;
    assert.isUndefined(tail.placesOf({ from: end - mostTailPlaces, to: end }));
    assert.deepEqual(tail.placesOf({ from: end - 2, to: end }), [place(end - 2), place(end - 1)]);
    tail.add(end, [Buffer.from('..')], { before: place(end - 1), places: Array.from({ length: mostTailPlaces }, () => place(end)) });
    assert.isUndefined(tail.placesOf({ from: end, to: end + 1 }));
  });
});
