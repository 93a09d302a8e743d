import { assert } from 'chai';
import { placeEveryBytes, scan, emptyLog } from '../../domain/logs/places.js';
import { LogRefused, type LogStorage } from '../../services/logs/log-storage.js';
import { logNumber, randomFrom, sealWith, wholeLog } from './testing.js';

export interface StorageUnderTest {
  readonly storage: LogStorage;
  /** Opens the same storage again, as after a restart. Absent where nothing outlives the process. */
  readonly reopen?: () => Promise<LogStorage>;
}

/** What every log storage promises. `open` gives an empty one; it is closed after each test. */
export function describeLogStorage(
  title: string,
  open: () => Promise<StorageUnderTest>,
  close: () => Promise<void>,
  { outlivesRestart = true }: { readonly outlivesRestart?: boolean } = {},
): void {
  describe(`B1 ${title}`, () => {
    const log = logNumber(1);
    const frame = (offset: number, text: string, marks: Array<[number, number]> = []) => ({ offset, bytes: Buffer.from(text), marks });
    let storage: LogStorage;
    let reopen: StorageUnderTest['reopen'];

    beforeEach(async () => {
      ({ storage, reopen } = await open());
    });
    afterEach(close);

    it('answers each append with the stored end', async () => {
      assert.deepEqual(await storage.append(log, frame(0, 'one\n')), { end: 4 });
      assert.deepEqual(await storage.append(log, frame(4, 'two\n')), { end: 8 });
      assert.equal(String(await wholeLog(storage, log)), 'one\ntwo\n');
    });

    it('skips the part of a frame that it has', async () => {
      await storage.append(log, frame(0, 'abcdef'));
      assert.deepEqual(await storage.append(log, frame(2, 'cdefgh')), { end: 8 });
      assert.deepEqual(await storage.append(log, frame(0, 'abc')), { end: 8 });
      assert.equal(String(await wholeLog(storage, log)), 'abcdefgh');
    });

    it('appends nothing behind a gap and says where the log ends', async () => {
      await storage.append(log, frame(0, 'abc'));
      assert.deepEqual(await storage.append(log, frame(5, 'fgh')), { end: 3 });
      assert.equal(String(await wholeLog(storage, log)), 'abc');
    });

    it('is empty before anything was written', async () => {
      assert.deepEqual(await storage.stat(log), { sizeBytes: 0, lines: 0 });
      assert.equal((await wholeLog(storage, log)).length, 0);
      assert.deepEqual(await storage.placeOfLine(log, 10), { offset: 0, line: 0 });
    });

    it('counts an unfinished last line', async () => {
      await storage.append(log, frame(0, 'one\ntwo'));
      assert.deepEqual(await storage.stat(log), { sizeBytes: 7, lines: 2 });
    });

    it('reads any range, clipped to what is there', async () => {
      await storage.append(log, frame(0, '0123456789'));
      assert.equal(String(await wholeLog(storage, log, 3, 6)), '345');
      assert.equal(String(await wholeLog(storage, log, 8, 99)), '89');
      assert.equal(String(await wholeLog(storage, log, 20, 30)), '');
    });

    it('stores what was printed from frames that are doubled, overlap, come late and are sent side by side', async () => {
      for (let seed = 1; seed <= 12; seed++) {
        const attempt = logNumber(seed);
        const printed = randomText(seed, 3_000);
        await sendShuffled(storage, attempt, printed, seed);
        assert.isTrue((await wholeLog(storage, attempt)).equals(printed), `seed ${seed}`);
        assert.equal((await storage.stat(attempt)).lines, linesIn(printed), `seed ${seed}`);
      }
    });

    it('keeps moments that can be found by place', async () => {
      await storage.append(
        log,
        frame(0, 'a\nb\n', [
          [0, 1_000],
          [2, 2_000],
        ]),
      );
      await storage.append(
        log,
        frame(2, 'b\nc\nd\n', [
          [4, 3_000],
          [6, 4_000],
        ]),
      );
      assert.deepEqual(await storage.places(log, { from: 3, to: 6 }, 100), [
        { offset: 2, line: 1, at: 2_000 },
        { offset: 4, line: 2, at: 3_000 },
      ]);
    });

    it('notes places often enough to find any line of a long log by reading little', async () => {
      const printed = Buffer.concat(Array.from({ length: 40 }, (_, index) => randomText(index + 50, 20_000)));
      for (let offset = 0; offset < printed.length; offset += 60_000) {
        await storage.append(log, { offset, bytes: printed.subarray(offset, offset + 60_000), marks: [] });
      }
      const starts = lineStarts(printed);
      for (const line of [1, 2, 777, 5_000, starts.length - 1]) {
        const place = await storage.placeOfLine(log, line);
        const start = starts[line] ?? 0;
        assert.isBelow(place.line, line);
        assert.isAtMost(start - place.offset, placeEveryBytes + 60_000);
        assert.equal(scan(emptyLog, printed.subarray(0, place.offset)).cursor.line, place.line);
      }
    });

    it('calls a log complete whose size and checksum agree', async () => {
      const printed = randomText(7, 500);
      await storage.append(log, { offset: 0, bytes: printed, marks: [] });
      const view = await sealWith(storage, log, printed);
      assert.include(view, { state: 'complete', sizeBytes: printed.length, lines: linesIn(printed) });
      assert.deepEqual((await storage.stat(log)).seal, view);
    });

    it('says that bytes are missing, and keeps its first verdict', async () => {
      await storage.append(log, frame(0, 'abc'));
      const view = await sealWith(storage, log, Buffer.from('abcdef'));
      assert.include(view, { state: 'missing', sizeBytes: 3, reportedSizeBytes: 6 });
      assert.deepEqual(await sealWith(storage, log, Buffer.from('abc')), view);
    });

    it('takes nothing more once sealed, but still answers a resend', async () => {
      await storage.append(log, frame(0, 'abc'));
      await sealWith(storage, log, Buffer.from('abc'));
      assert.deepEqual(await storage.append(log, frame(0, 'abc')), { end: 3 });
      const refusal = await storage.append(log, frame(3, 'd')).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.instanceOf(refusal, LogRefused);
      assert.equal(String(await wholeLog(storage, log)), 'abc');
    });

    it('seals behind the appends that came before', async () => {
      const appended = [storage.append(log, frame(0, 'ab')), storage.append(log, frame(2, 'cd'))];
      assert.include(await sealWith(storage, log, Buffer.from('abcd')), { state: 'complete' });
      await Promise.all(appended);
    });

    it('removes a log, also twice', async () => {
      await storage.append(log, frame(0, 'abc'));
      await storage.remove(log);
      await storage.remove(log);
      assert.deepEqual(await storage.stat(log), { sizeBytes: 0, lines: 0 });
    });

    const afterRestart = outlivesRestart ? it : () => undefined;
    afterRestart('tells the same of any range of what it has just taken as after a restart', async () => {
      assert.exists(reopen);
      let end = 0;
      for (let count = 1; count <= 40; count++) {
        const text = `${'x'.repeat((count * 37) % 500)}\n`;
        ({ end } = await storage.append(log, frame(end, text, [[end, 1_000 + count * 20]])));
      }
      const ranges = [0, 1, end - 3_000, end - 700, end - 1].flatMap((from) => [from + 1, from + 600, end].map((to) => ({ from, to })));
      const told = (asked: LogStorage) =>
        Promise.all(
          ranges.map(async (range) => ({
            text: String(await wholeLog(asked, log, range.from, range.to)),
            places: await asked.places(log, range, 100),
          })),
        );
      const before = await told(storage);
      assert.deepEqual(before, await told(await reopen()));
    });

    afterRestart('continues where it was after a restart, with the same checksum', async () => {
      assert.exists(reopen);
      const printed = randomText(3, 9_000);
      await storage.append(log, { offset: 0, bytes: printed.subarray(0, 100_000), marks: [[0, 5_000]] });
      const again = await reopen();
      assert.deepEqual(await again.append(log, { offset: 0, bytes: printed, marks: [] }), { end: printed.length });
      assert.include(await sealWith(again, log, printed), { state: 'complete', lines: linesIn(printed) });
      assert.isTrue((await wholeLog(again, log)).equals(printed));
      assert.equal((await again.places(log, { from: 10, to: 11 }, 1))[0]?.at, 5_000);
      const sealed = await reopen();
      assert.include((await sealed.stat(log)).seal, { state: 'complete' });
      assert.isTrue((await wholeLog(sealed, log)).equals(printed));
    });
  });
}

async function sendShuffled(storage: LogStorage, log: ReturnType<typeof logNumber>, printed: Buffer, seed: number): Promise<void> {
  const random = randomFrom(seed);
  let end = 0;
  while (end < printed.length) {
    const sent = Array.from({ length: 1 + random(4) }, () => {
      const offset = Math.max(0, Math.min(printed.length - 1, end + random(6_000) - 4_000));
      return storage.append(log, {
        offset,
        bytes: printed.subarray(offset, offset + 1 + random(9_000)),
        marks: [[offset, 1_000 + offset]],
      });
    });
    for (const answer of await Promise.all(sent)) {
      if (answer.end < end) throw new Error(`the end went back from ${end} to ${answer.end}`);
      end = answer.end;
    }
  }
}

function randomText(seed: number, lines: number): Buffer {
  const random = randomFrom(seed);
  return Buffer.from(Array.from({ length: lines }, () => 'x'.repeat(random(40)) + (random(9) === 0 ? 'ü' : '')).join('\n'));
}

const linesIn = (bytes: Buffer): number => lineStarts(bytes).filter((start) => start < bytes.length).length;

function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}
