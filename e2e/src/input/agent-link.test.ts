import { agentLinkPath, linkEvent, type ControllerMessage } from '@drover/protocol/agent';
import { expect } from 'chai';
import type { Socket } from 'socket.io-client';
import { Farm } from '../testing/farm.js';
import { simulatedFacts } from '../testing/simulated/simulated-machine.js';
import { poisons } from './harness/poison.js';
import { poisoned } from './harness/poisoned.js';
import { connect } from './harness/sockets.js';
import { expectNothingInside, forEach } from './harness/walk.js';
import { makeWorld, type World } from './harness/world.js';

interface Reply {
  readonly ok: boolean;
  readonly code?: string;
  readonly detail?: string;
  readonly end?: number;
  readonly fencing?: number;
}

const reason = { code: 'agentUnhealthy' };
const attemptId = '01arz3ndektsv4rrffq69g5fav.work.1';
const sha256 = '0'.repeat(64);
const step = {
  index: 0,
  name: 'x',
  state: 'finished',
  outcome: 'succeeded',
  exitCode: 0,
  startedAt: 1,
  finishedAt: 1,
  startOffset: 0,
  endOffset: 1,
  fact: 'x',
};
const result = {
  outcome: 'succeeded',
  reason,
  exitCode: 0,
  startedAt: 1,
  finishedAt: 1,
  steps: [step],
  log: { sizeBytes: 1, sha256, cut: false },
  warnings: [reason],
};
const health = { healthy: true, reasons: [reason], loadPercent: 1, freeMemoryMb: 1, freeDiskMb: 1 };
const hello = {
  type: 'hello',
  protocolVersion: 1,
  capabilities: ['x'],
  bootNonce: 'process-of-the-test',
  slots: 1,
  labels: ['a'],
  facts: simulatedFacts,
  health,
  attempts: [],
};
/** Every kind of message, each with all of its fields. */
const messages: readonly object[] = [
  { ...hello, attempts: [{ attemptId, fencing: 1, state: 'running', logEnd: 0 }] },
  { type: 'accept', attemptId, offerId: 'x', slot: 0 },
  { type: 'decline', attemptId, offerId: 'x', reason },
  { type: 'log', attemptId, fencing: 1, offset: 0, bytes: Buffer.from('x'), marks: [[0, 1]] },
  { type: 'progress', attemptId, fencing: 1, steps: [step] },
  { type: 'finished', attemptId, fencing: 1, result },
  { type: 'health', health },
  { type: 'draining', draining: true },
  { type: 'nonsense', attemptId },
];
/** A connection is closed after a hundred invalid messages. */
const inOneConnection = 90;
/** Fields whose poison may be a proper value: a name of the machine, the text of a fact. */
const free = /\/(?:productVersion|os|arch|hostname|capabilities|bootNonce|name|fact|loadPercent|code|parameters|draining|healthy)\b/;

describe('O1 G13 bad messages of an agent are refused by name, and change nothing', function () {
  this.timeout(60_000);
  let farm: Farm;
  let world: World;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
  });
  after(() => farm.close());

  const open = () => connect(farm.url, agentLinkPath, { authorization: `Bearer ${world.agentToken}` });
  const isWell = async () => expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);

  it('before its hello: whatever it says', async () => {
    const socket = await open();
    for (const message of messages.slice(1)) expect(await say(socket, message)).to.include({ ok: false, code: 'invalid' });
    socket.disconnect();
    await isWell();
  });

  it('after its hello: poison in every field, and in place of a message', async () => {
    const small = poisons.filter(([name]) => name !== 'a long text' && name !== 'a deep list');
    const bad = [
      ...small.map(([name, document]) => ({ name, pointer: '', document })),
      ...messages
        .flatMap((message) => [...poisoned(message, small)])
        .filter(({ pointer }) => !free.test(pointer) && !pointer.startsWith('/bytes')),
    ];
    for (let from = 0; from < bad.length; from += inOneConnection) {
      const socket = await open();
      await expectWelcome(socket);
      await forEach(bad.slice(from, from + inOneConnection), async ({ name, pointer, document }) => {
        const reply = await say(socket, document);
        const place = `${name} in ${pointer}: ${JSON.stringify(document)?.slice(0, 200)} → ${JSON.stringify(reply)}`;
        if (isProper(name, pointer)) return;
        expect(reply.ok, place).to.equal(false);
        expect(reply.detail, place).to.be.a('string').and.not.equal('');
        expectNothingInside(reply.detail ?? '', place);
      });
      socket.disconnect();
    }
    expect(bad.length).to.be.greaterThan(500);
    await isWell();
  });

  it('B1 log frames at odd offsets, of others, or too large: nothing of them is stored, and the true ones are', async () => {
    const socket = await open();
    const offered = new Promise<Extract<ControllerMessage, { type: 'offer' }>>((resolve) => {
      socket.on(linkEvent, (message: ControllerMessage) => message.type === 'offer' && resolve(message));
    });
    await expectWelcome(socket);
    const offer = await offered;
    const granted = await say(socket, { type: 'accept', attemptId: offer.attemptId, offerId: offer.offerId, slot: 0 });
    expect(granted.ok, JSON.stringify(granted)).to.equal(true);
    const frame = { type: 'log', attemptId: offer.attemptId, fencing: granted.fencing, offset: 0, bytes: Buffer.from('abc\n'), marks: [] };

    for (const [what, change, expected] of [
      ['before the beginning', { offset: -1 }, { ok: false, code: 'invalid' }],
      ['past what a number can hold', { offset: 2 ** 60 }, { ok: false, code: 'invalid' }],
      ['between two bytes', { offset: 0.5 }, { ok: false, code: 'invalid' }],
      ['no number', { offset: Number.NaN }, { ok: false, code: 'invalid' }],
      ['far behind the end', { offset: Number.MAX_SAFE_INTEGER }, { ok: true, end: 0 }],
      ['one byte behind the end', { offset: 1 }, { ok: true, end: 0 }],
      ['a frame too large', { bytes: Buffer.alloc(65_537) }, { ok: false, code: 'invalid' }],
      ['text for bytes', { bytes: 'abc' }, { ok: false, code: 'invalid' }],
      ['numbers for bytes', { bytes: [1, 2, 3] }, { ok: false, code: 'invalid' }],
      ['marks that are no pairs', { marks: [[0, 1, 2]] }, { ok: false, code: 'invalid' }],
      ['marks without end', { marks: Array.from({ length: 1_001 }, () => [0, 1]) }, { ok: false, code: 'invalid' }],
      ['an older fencing number', { fencing: (granted.fencing ?? 0) + 1 }, { ok: false, code: 'stale' }],
      ['another attempt', { attemptId }, { ok: false, code: 'stale' }],
    ] as const) {
      expect(await say(socket, { ...frame, ...change }), what).to.include(expected);
    }
    expect((await farm.log(offer.attemptId)).length).to.equal(0);
    expect(await say(socket, frame)).to.include({ ok: true, end: 4 });
    expect(await say(socket, { ...frame, offset: 2, bytes: Buffer.from('c\nd') })).to.include({ ok: true, end: 5 });
    expect((await farm.log(offer.attemptId)).toString()).to.equal('abc\nd');
    socket.disconnect();
  });

  it('too large a message closes that connection, and the agent may come back', async () => {
    const socket = await open();
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit(linkEvent, { type: 'health', filler: 'x'.repeat(2_000_000) });
    await closed;
    const again = await open();
    await expectWelcome(again);
    again.disconnect();
  });
});

const say = (socket: Socket, message: unknown): Promise<Reply> => socket.timeout(10_000).emitWithAck(linkEvent, message) as Promise<Reply>;

async function expectWelcome(socket: Socket): Promise<void> {
  const reply = await say(socket, hello);
  expect(reply.ok, JSON.stringify(reply)).to.equal(true);
}

/** Poison that is a value like any other at such a place. */
const isProper = (name: string, pointer: string): boolean =>
  (name === 'true' && pointer.endsWith('/cut')) || (name === 'a negative number' && pointer.endsWith('/exitCode'));
