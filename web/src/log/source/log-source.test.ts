import type { AttemptView, LogLine, LogLines } from '@drover/protocol/api';
import { assert } from 'chai';
import { LogSource } from './log-source.js';
import type { LogPorts } from './ports.js';

const lineBytes = 10;
const totalLines = 5_000;
const line = (number: number): LogLine => ({ number, offset: number * lineBytes, text: `line ${number}` });

/** An attempt that has ended, with two steps of which the second begins in the middle of its log. */
const attempt = {
  id: 'a',
  steps: [
    { index: 0, name: 'one', state: 'finished', outcome: 'succeeded', startOffset: 0, endOffset: 25_000 },
    { index: 1, name: 'two', state: 'finished', outcome: 'succeeded', startOffset: 25_000, endOffset: 50_000 },
  ],
  log: { state: 'complete', lines: totalLines, sizeBytes: totalLines * lineBytes },
} as unknown as AttemptView;

/** Answers that come when the test lets them. */
function slowPorts() {
  const held: Array<() => void> = [];
  const ports: LogPorts = {
    lines: (from, count) =>
      new Promise<LogLines>((resolve) => {
        const lines = Array.from({ length: Math.max(0, Math.min(count, totalLines - from)) }, (_, index) => line(from + index));
        held.push(() => resolve({ from, lines, totalLines, sizeBytes: totalLines * lineBytes }));
      }),
    search: () => Promise.reject(new Error('nothing is searched')),
    watch: () => () => undefined,
    credit: () => undefined,
    listen: () => () => undefined,
    nextFrame: () => undefined,
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    ports,
    /** Answers one question after the other until none is asked. */
    async answerAll(): Promise<void> {
      for (await turn(); held.length > 0; await turn()) held.shift()?.();
    },
  };
}

describe('V4 a log whose answers are late', () => {
  it('opens only once the places of all steps are known, also when its attempt changes meanwhile', async () => {
    const { ports, answerAll } = slowPorts();
    const source = new LogSource(attempt, ports);
    const opened: number[] = [];
    source.onChange = () => {
      if (source.ready) opened.push(source.spans()[1]?.firstLine ?? -1);
    };
    source.update(attempt); // a newer record, before the first answer
    assert.isFalse(source.ready);
    await answerAll();
    assert.isTrue(source.ready);
    assert.deepEqual(new Set(opened), new Set([2_500]));
    source.close();
  });
});
