import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { freshFolder } from '../../testing/folders.js';
import { Burst, burstBytes } from './burst.js';

const pieceBytes = 4_096;

describe('a burst of a terminal', () => {
  const folder = freshFolder();

  /** A descriptor of which one piece was read already. */
  function begun(sizeBytes: number): { readonly all: Buffer; readonly first: Buffer; readonly descriptor: number } {
    const path = join(folder.path, 'output');
    const all = Buffer.from(Array.from({ length: sizeBytes }, (_, index) => index % 251));
    writeFileSync(path, all);
    const descriptor = openSync(path, 'r');
    const first = Buffer.alloc(Math.min(pieceBytes, sizeBytes));
    readSync(descriptor, first);
    return { all, first, descriptor };
  }

  // prettier-ignore
  const cases: ReadonlyArray<[title: string, sizeBytes: number, taken: number]> = [
    ['continues to what one message takes, and no further', 200_000, burstBytes],
    ['ends where there is nothing more at the moment',     50_000, 50_000],
    ['holds no large buffer for little',                   10_000, 10_000],
    ['asks for nothing behind a short piece',               1_000, 1_000],
  ];
  for (const [title, sizeBytes, taken] of cases) {
    it(title, () => {
      const { all, first, descriptor } = begun(sizeBytes);
      const bytes = new Burst(descriptor).extend(first);
      closeSync(descriptor);
      assert.isTrue(bytes.equals(all.subarray(0, taken)));
      assert.isAtMost(bytes.buffer.byteLength, Math.max(2 * taken, pieceBytes * 4));
    });
  }

  it('leaves what it gave away as it is when it reads on', () => {
    const { all, first, descriptor } = begun(200_000);
    const burst = new Burst(descriptor);
    const before = burst.extend(first);
    const next = Buffer.alloc(pieceBytes);
    readSync(descriptor, next);
    const after = burst.extend(next);
    closeSync(descriptor);
    assert.isTrue(Buffer.concat([before, after]).equals(all.subarray(0, 2 * burstBytes)));
  });

  it('leaves a fault to the stream, which meets it next', () => {
    const { first, descriptor } = begun(10_000);
    closeSync(descriptor);
    assert.equal(new Burst(descriptor).extend(first).compare(first), 0);
    assert.equal(new Burst(undefined).extend(first), first);
  });
});
