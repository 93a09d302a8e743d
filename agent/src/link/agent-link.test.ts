import { assert } from 'chai';
import { asId, type OfferId } from '@drover/protocol';
import type { ControllerMessage, Hello, HelloReply } from '@drover/protocol/agent';
import { createOutgoing } from '@drover/protocol/outgoing';
import { silentLogger } from '../shared/logger.js';
import { FakeController, welcome } from '../testing/fake-controller.js';
import { HandClock } from '../testing/hand-clock.js';
import { deferred } from '../testing/scripted-hands.js';
import { testAttemptId, testOffer } from '../testing/specs.js';
import { AgentLink } from './agent-link.js';
import { LinkDown } from './port.js';
import type { LinkEnd } from './refusals.js';
import { createSocket } from './socket.js';

const health = { healthy: true, reasons: [], loadPercent: 0, freeMemoryMb: 1, freeDiskMb: 1 };
const hello: Hello = {
  type: 'hello',
  protocolVersion: 1,
  capabilities: [],
  bootNonce: 'nonce-0001',
  slots: 2,
  labels: [],
  health,
  attempts: [],
  facts: {
    productVersion: '0',
    os: 'linux',
    arch: 'x64',
    hostname: 'h',
    cpus: 1,
    memoryMb: 1,
    automaticLabels: [],
    executors: ['shell'],
    isolation: 'none',
  },
};
const decline = { type: 'decline', attemptId: testAttemptId(), offerId: asId<OfferId>('o'), reason: { code: 'agentDraining' } } as const;

describe('G2 the link to the controller', () => {
  let controller: FakeController;
  let link: AgentLink;
  let clock: HandClock;
  let ready: HelloReply[];
  let downs: number;
  let messages: ControllerMessage[];
  let nextReady: ReturnType<typeof deferred<void>>;
  let nextDown: ReturnType<typeof deferred<void>>;
  let ended: ReturnType<typeof deferred<LinkEnd>>;

  afterEach(async () => {
    link.close();
    await controller.close();
  });

  /** A link to a controller that follows this script; its clock stands still, so that it returns when a test says so. */
  async function connect(script: Parameters<typeof FakeController.start>[0] = {}): Promise<void> {
    controller = await FakeController.start(script);
    open(controller.url);
  }

  function open(url: string): void {
    clock = new HandClock();
    ready = [];
    messages = [];
    downs = 0;
    [nextReady, nextDown, ended] = [deferred(), deferred(), deferred()];
    link = new AgentLink(
      {
        url,
        createSocket: async () => createSocket({ url, token: 'machine-token' }, createOutgoing({ environment: {} })),
        clock,
        random: () => 0.5,
        logger: silentLogger,
      },
      {
        hello: () => hello,
        onReady: (reply) => {
          ready.push(reply);
          nextReady.resolve();
        },
        onDown: () => {
          downs += 1;
          nextDown.resolve();
        },
        onMessage: (message) => void messages.push(message),
        onEnd: ended.resolve,
      },
    );
    link.start();
  }

  it('shows its token, says hello first and is ready with the reply', async () => {
    await connect();
    await nextReady.promise;
    assert.deepEqual(controller.tokens, ['Bearer machine-token']);
    assert.deepEqual(controller.received, [hello]);
    assert.isTrue(link.isReady);
  });

  it('sends nothing before the hello is answered', async () => {
    const answer = deferred<void>();
    await connect({ hello: async () => (await answer.promise, welcome()) });
    await controller.until(() => controller.of('hello').length === 1);
    const early = await link.send<'decline'>(decline).catch((error: unknown) => error);
    assert.instanceOf(early, LinkDown);
    answer.resolve();
    await nextReady.promise;
    assert.deepEqual(await link.send<'decline'>(decline), { ok: true });
    assert.deepEqual(
      controller.received.map(({ type }) => type),
      ['hello', 'decline'],
    );
  });

  it('keeps what comes together with the answer to the hello until that is read', async () => {
    await connect();
    await controller.until(() => controller.answered === 1);
    assert.deepEqual(await controller.send(testOffer()), { ok: true });
    assert.deepEqual([ready.length, messages], [1, [testOffer()]]);
  });

  it('comes back after a cut, with a hello on each connection', async () => {
    await connect();
    await nextReady.promise;
    nextReady = deferred();
    controller.cut();
    await nextDown.promise;
    assert.isFalse(link.isReady);
    clock.move(500);
    await nextReady.promise;
    assert.deepEqual([controller.connections, downs, ready.length], [2, 1, 2]);
  });

  it('rejects what was unanswered when the connection ends, and does not send it by itself again', async () => {
    await connect({ decline: () => 'cut' });
    await nextReady.promise;
    nextReady = deferred();
    const outcome = await link.send<'decline'>(decline).catch((error: unknown) => error);
    assert.instanceOf(outcome, LinkDown);
    clock.move(500);
    await nextReady.promise;
    assert.lengthOf(controller.of('decline'), 1);
  });

  it('hands on messages that are valid, and answers the others', async () => {
    await connect();
    await nextReady.promise;
    assert.deepEqual(await controller.send(testOffer()), { ok: true });
    assert.deepEqual(messages, [testOffer()]);
    const refused = await controller.send(JSON.parse('{"type":"offer","attemptId":1}'));
    assert.deepInclude(refused, { ok: false, code: 'invalid' });
    assert.lengthOf(messages, 1);
  });

  it('ends the connection at an invalid answer', async () => {
    await connect({ decline: () => JSON.parse('{"ok":"perhaps"}') });
    await nextReady.promise;
    assert.instanceOf(await link.send<'decline'>(decline).catch((error: unknown) => error), LinkDown);
    assert.isFalse(link.isReady);
  });

  it('refuses to send what is not a message of the protocol', async () => {
    await connect();
    await nextReady.promise;
    const error: unknown = await link.send<'decline'>({ ...decline, attemptId: JSON.parse('"nonsense"') }).catch((fault: unknown) => fault);
    assert.match(String(error), /invalid message decline/);
    assert.notInstanceOf(error, LinkDown);
  });

  it('G13 ends with a clear sentence when the agent was removed', async () => {
    await connect({ hello: () => ({ ok: false, code: 'removed', detail: 'An administrator did.' }) });
    const end = await ended.promise;
    assert.deepInclude(end, { code: 'removed' });
    assert.include(end.text, 'An administrator did.');
    assert.equal(clock.pending, 0);
  });

  it('G13 tries again while its identity is taken, then ends', async () => {
    await connect({ hello: () => ({ ok: false, code: 'identityInUse', detail: 'By pid 7.' }) });
    let isOver = false;
    void ended.promise.then(() => (isOver = true));
    while (!isOver) {
      await settled(() => isOver || clock.pending === 1);
      clock.move(17_000);
    }
    assert.isAtLeast(controller.connections, 2);
    assert.equal((await ended.promise).code, 'identityInUse');
  });

  it('tries again while there is no controller', async () => {
    controller = await FakeController.start();
    const { port } = controller;
    await controller.close();
    open(`http://127.0.0.1:${port}`);
    await settled(() => clock.pending === 1);
    assert.include(link.complaint, 'No connection to');
    controller = await FakeController.start({}, port);
    clock.move(15_000);
    await nextReady.promise;
  });

  it('goes through to a binary frame of the largest size', async () => {
    await connect();
    await nextReady.promise;
    const bytes = Buffer.alloc(65_536, 7);
    const reply = await link.send<'log'>({ type: 'log', attemptId: testAttemptId(), fencing: 1, offset: 0, bytes, marks: [] });
    assert.deepEqual(reply, { ok: true, end: 65_536 });
    assert.isTrue(bytes.equals(controller.of('log')[0]?.bytes ?? Buffer.alloc(0)));
  });
});

/** Lets the event loop turn until `isMet`; the test's time limit ends it otherwise. */
async function settled(isMet: () => boolean): Promise<void> {
  while (!isMet()) await new Promise((resolve) => setImmediate(resolve));
}
