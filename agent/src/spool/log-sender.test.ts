import { join } from 'node:path';
import { assert } from 'chai';
import type { AgentReply, LogFrame } from '@drover/protocol/agent';
import { LinkDown, type ControllerLink } from '../link/port.js';
import { silentLogger } from '../shared/logger.js';
import { freshFolder } from '../testing/folders.js';
import { HandClock } from '../testing/hand-clock.js';
import { deferred } from '../testing/scripted-hands.js';
import { testAttemptId } from '../testing/specs.js';
import { LogFile } from './log-file.js';
import { LogSender } from './log-sender.js';
import { largestWindowBytes } from './window.js';

type Reply = AgentReply<'log'>;
interface Sent {
  readonly frame: LogFrame;
  answer(reply: Reply): void;
  lose(): void;
}

/** A link whose frames a test answers by hand. */
class HandLink implements ControllerLink {
  isReady = true;
  readonly sent: Sent[] = [];
  #arrival = deferred<void>();

  send(message: object): Promise<never> {
    if (!isFrame(message)) throw new Error('only log frames are expected');
    const promise = new Promise<Reply>((resolve, reject) =>
      this.sent.push({ frame: message, answer: resolve, lose: () => reject(new LinkDown('lost')) }),
    );
    this.#arrival.resolve();
    return promise as Promise<never>;
  }

  /** The frame with this number, from 0, as soon as it is there. */
  async frame(index: number): Promise<Sent> {
    for (;;) {
      const sent = this.sent[index];
      if (sent) return sent;
      this.#arrival = deferred();
      await this.#arrival.promise;
    }
  }
}

const isFrame = (message: object): message is LogFrame => 'type' in message && message.type === 'log';
const stored = ({ frame }: Sent): Reply => ({ ok: true, end: frame.offset + frame.bytes.length });
const text = ({ frame }: Sent): string => Buffer.from(frame.bytes).toString();

describe('B1 sending logs', () => {
  const folder = freshFolder();
  const attemptId = testAttemptId();
  let clock: HandClock;
  let link: HandLink;
  let sender: LogSender;
  let file: LogFile;
  let wholes: number;
  let stales: number;

  beforeEach(async () => {
    clock = new HandClock();
    link = new HandLink();
    wholes = stales = 0;
    sender = new LogSender({ link, clock, logger: silentLogger, onStored: () => (wholes += 1), onStale: () => (stales += 1) });
    file = await LogFile.create(join(folder.path, 'log'), 10_000_000);
    sender.add(attemptId, 4, file);
    sender.resume(new Map());
  });
  afterEach(() => file.close());

  it('sends the first bytes at once, the next at the pace of a log that nobody watches', async () => {
    await file.append([Buffer.from('first')], clock.now());
    const first = await link.frame(0);
    assert.deepInclude(first.frame, { attemptId, fencing: 4, offset: 0, marks: [[0, clock.now()]] });
    first.answer(stored(first));
    await file.append([Buffer.from('second')], clock.now());
    clock.move(999);
    assert.lengthOf(link.sent, 1);
    clock.move(1);
    assert.equal(text(await link.frame(1)), 'second');
  });

  it('sends every 25 ms while somebody watches, and at once when a step begins', async () => {
    sender.watch(attemptId, true);
    await file.append([Buffer.from('a')], clock.now());
    await link.frame(0);
    await file.append([Buffer.from('b')], clock.now());
    clock.move(24);
    assert.lengthOf(link.sent, 1);
    clock.move(1);
    assert.equal(text(await link.frame(1)), 'b');
    sender.hurry(attemptId);
    await file.append([Buffer.from('c')], clock.now());
    assert.equal(text(await link.frame(2)), 'c');
  });

  it('sends soon what was watched before there was anything of it', async () => {
    sender.remove(attemptId);
    sender.watch(attemptId, true);
    sender.add(attemptId, 4, file);
    await file.append([Buffer.from('a')], clock.now());
    await link.frame(0);
    await file.append([Buffer.from('b')], clock.now());
    clock.move(25);
    assert.equal(text(await link.frame(1)), 'b');
  });

  it('sends 256 KB without waiting, in frames of 64 KB, within the window', async () => {
    await file.append([Buffer.from('x')], clock.now());
    const first = await link.frame(0);
    await file.append([Buffer.alloc(300_000, 'y')], clock.now());
    first.answer(stored(first));
    for (let index = 1; index <= 5; index += 1) {
      const sent = await link.frame(index);
      assert.isAtMost(sent.frame.bytes.length, 65_536);
      sent.answer(stored(sent));
    }
    const end = link.sent.at(-1);
    assert.equal(end && end.frame.offset + end.frame.bytes.length, 300_001);
  });

  it('never has more on its way than the largest window', async () => {
    await file.append([Buffer.alloc(9_000_000, 'z')], clock.now());
    let answered = 0;
    let sentBytes = 0;
    for (let index = 0; answered < 9_000_000; index += 1) {
      const sent = await link.frame(index);
      sentBytes = link.sent.reduce((sum, { frame }) => sum + frame.bytes.length, 0);
      assert.isAtMost(sentBytes - answered, largestWindowBytes + 65_536);
      sent.answer(stored(sent));
      answered += sent.frame.bytes.length;
    }
    await file.seal();
    assert.isAtLeast(wholes, 1);
  });

  it('continues where the controller says its log ends, forwards and backwards', async () => {
    await file.append([Buffer.from('0123456789')], clock.now());
    (await link.frame(0)).lose();
    sender.pause();
    await file.append([Buffer.from('abc')], clock.now());
    sender.resume(new Map([[attemptId, 4]]));
    assert.equal(text(await link.frame(1)), '456789abc');
    sender.pause();
    sender.resume(new Map([[attemptId, 12]]));
    assert.equal(text(await link.frame(2)), 'c');
  });

  it('sends again what the controller did not store', async () => {
    await file.append([Buffer.from('0123456789')], clock.now());
    (await link.frame(0)).answer({ ok: true, end: 3 });
    await Promise.resolve();
    clock.move(1_000);
    assert.equal(text(await link.frame(1)), '3456789');
  });

  it('waits as long as it is asked to, and drops what is stale', async () => {
    await file.append([Buffer.from('abc')], clock.now());
    (await link.frame(0)).answer({ ok: false, code: 'unavailable', detail: 'busy', retryAfterMs: 3_000 });
    await Promise.resolve();
    await Promise.resolve();
    clock.move(2_999);
    assert.lengthOf(link.sent, 1);
    clock.move(1);
    const again = await link.frame(1);
    assert.equal(text(again), 'abc');
    again.answer({ ok: false, code: 'stale', detail: 'given up' });
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(stales, 1);
  });

  it('sets no alarm while there is nothing to send', async () => {
    assert.equal(clock.pending, 0);
    await file.append([Buffer.from('a')], clock.now());
    const sent = await link.frame(0);
    sent.answer(stored(sent));
    await Promise.resolve();
    assert.equal(clock.pending, 0);
  });
});
