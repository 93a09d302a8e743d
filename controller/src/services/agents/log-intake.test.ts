import { asId, type AttemptId, type ProjectId, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import { LogRefused } from '../logs/log-storage.js';
import type { LogIntake } from '../ports/logs.js';
import { LogFeed, LogsUnderWay } from './log-intake.js';

const attemptId = asId<AttemptId>('r1.a.1');
const log = { projectId: asId<ProjectId>('p1'), runId: asId<RunId>('r1'), attemptId };
const frame = (offset: number) => ({ type: 'log' as const, attemptId, fencing: 1, offset, bytes: new Uint8Array(10), marks: [] });

class SlowLogs implements Pick<LogIntake, 'append'> {
  readonly begun: number[] = [];
  readonly #answers: Array<(answer: { readonly end: number } | Error) => void> = [];

  append(_log: unknown, { offset }: { readonly offset: number }): Promise<{ readonly end: number }> {
    this.begun.push(offset);
    return new Promise((resolve, reject) => this.#answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))));
  }

  answer(answer: { readonly end: number } | Error): void {
    this.#answers.shift()?.(answer);
  }
}

function feedOver(logs: SlowLogs): { readonly feed: LogFeed; readonly underWay: LogsUnderWay } {
  const underWay = new LogsUnderWay();
  const rest = { end: unused, finish: unused, view: unused, remove: unused };
  return { feed: new LogFeed({ append: (...args) => logs.append(...args), ...rest }, underWay), underWay };
}
const unused = (): never => assert.fail('not used here');

describe('log frames of agents', () => {
  it('reach the store without waiting for each other, so that they share a flush', async () => {
    const logs = new SlowLogs();
    const { feed, underWay } = feedOver(logs);
    const answers = [feed.append(log, frame(0)), feed.append(log, frame(10))];
    assert.deepEqual(logs.begun, [0, 10]);
    let isSettled = false;
    const settled = underWay.settled(attemptId).then(() => (isSettled = true));
    logs.answer({ end: 10 });
    await answers[0];
    assert.isFalse(isSettled);
    logs.answer({ end: 20 });
    assert.deepEqual(await Promise.all(answers), [
      { ok: true, end: 10 },
      { ok: true, end: 20 },
    ]);
    await settled;
  });

  it('tells the agent to forget what a closed log does not take, and to come back with what could not be stored', async () => {
    const logs = new SlowLogs();
    const { feed, underWay } = feedOver(logs);
    for (const [code, answer] of [
      ['sealed', 'stale'],
      ['storageFull', 'unavailable'],
      ['unavailable', 'unavailable'],
    ] as const) {
      const reply = feed.append(log, frame(0));
      logs.answer(new LogRefused(code, attemptId, 0));
      assert.include(await reply, { ok: false, code: answer });
    }
    await underWay.settled(attemptId);
  });
});
