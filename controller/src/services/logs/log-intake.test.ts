import { createHash } from 'node:crypto';
import { assert } from 'chai';
import { MemoryLogStorage } from '../../adapters/logs/memory-log-storage.js';
import { logNumber } from '../../adapters/logs/testing.js';
import { integrityInMemory } from '../../testing/integrity.js';
import type { Signal } from '../ports/signals.js';
import { LogService } from './log-intake.js';

describe('B1 the intake of logs', () => {
  const log = logNumber(1);
  let told: Signal[];
  let due: Array<() => void>;
  let intake: LogService;

  beforeEach(() => {
    told = [];
    due = [];
    intake = new LogService({
      storage: new MemoryLogStorage(),
      integrity: integrityInMemory(),
      signals: { publish: (signal) => void told.push(signal), subscribe: () => () => undefined },
      timers: { after: (_delayMs, action) => (due.push(action), () => void due.splice(due.indexOf(action), 1)) },
    });
  });
  afterEach(() => intake.close());

  const print = (offset: number, text: string) => intake.append(log, { offset, bytes: Buffer.from(text), marks: [] });
  const pass = (): void => due.shift()?.();
  const ends = (): number[] => told.flatMap((signal) => (signal.type === 'logGrew' ? [signal.end] : []));

  it('V4 tells of growth at once after a silence, then of what has gathered', async () => {
    await print(0, 'a');
    for (let offset = 1; offset < 10; offset++) await print(offset, 'a');
    assert.deepEqual(ends(), [1]);
    pass();
    assert.deepEqual(ends(), [1, 10]);
    pass();
    assert.lengthOf(due, 0);
    await print(10, 'b');
    assert.deepEqual(ends(), [1, 10, 11]);
  });

  it('says how a log stands while it lives and when it has ended', async () => {
    await print(0, 'one\ntwo');
    assert.deepEqual(await intake.view(log), { sizeBytes: 7, lines: 2, state: 'live' });
    assert.equal(await intake.end(log), 7);
    const sha256 = createHash('sha256').update('one\ntwo').digest('hex');
    const view = await intake.finish(log, { sizeBytes: 7, sha256, cut: true }, []);
    assert.include(view, { state: 'cut', sizeBytes: 7, reportedSizeBytes: 7, sha256 });
    assert.deepEqual(await intake.view(log), view);
  });

  it('calls a log without a proof incomplete', async () => {
    await print(0, 'one');
    assert.include(await intake.finish(log, undefined, []), { state: 'missing', sizeBytes: 3 });
  });
});
