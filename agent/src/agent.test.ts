import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { asId, type OfferId } from '@drover/protocol';
import type { AgentReply, AttemptResult } from '@drover/protocol/agent';
import type { Agent } from './agent.js';
import { FakeController, welcome } from './testing/fake-controller.js';
import { freshFolder } from './testing/folders.js';
import { deferred, ScriptedHands, succeed, type HandsScript, type PlayedStep } from './testing/scripted-hands.js';
import { startScriptedAgent } from './testing/crashes/scripted-agent.js';
import { shellStep, testAttemptId, testOffer, testSpec } from './testing/specs.js';

const granted = (): AgentReply<'accept'> => ({
  ok: true,
  fencing: 5,
  spec: testSpec([shellStep('work'), shellStep('tidy', { always: true })], { graceSeconds: 0 }),
});
const stale = { ok: false, code: 'stale', detail: 'given to another' } as const;
const busy = { ok: false, code: 'unavailable', detail: 'The store is away.', retryAfterMs: 60_000 } as const;
const lease = { attemptId: testAttemptId(), fencing: 5 };

describe('the agent as a whole', () => {
  const folder = freshFolder();
  let controller: FakeController;
  let agent: Agent;
  let hands: ScriptedHands;
  let work: PlayedStep | undefined;
  let workBegan: ReturnType<typeof deferred<void>>;

  afterEach(async () => {
    await agent.close();
    await controller.close();
  });

  /** An agent whose step `work` continues until a test ends it. */
  async function start(script: Parameters<typeof FakeController.start>[0] = {}, plays: HandsScript['plays'] = {}): Promise<void> {
    workBegan = deferred();
    controller = await FakeController.start({ accept: granted, ...script });
    hands = new ScriptedHands({
      plays: {
        work: (step) => {
          work = step;
          step.print('working\n');
          void step.stopped.then(() => step.exit({ kind: 'killed', signal: 'SIGKILL' }));
          workBegan.resolve();
        },
        ...plays,
      },
    });
    agent = await startScriptedAgent({ folder: folder.path, url: controller.url, hands });
    await controller.until(() => controller.answered === 1);
  }

  async function startWork(script: Parameters<typeof FakeController.start>[0] = {}): Promise<void> {
    await start(script);
    await controller.send(testOffer());
    await workBegan.promise;
  }

  const finished = async (): Promise<AttemptResult | undefined> => {
    await controller.until(() => controller.of('finished').length > 0);
    return controller.of('finished')[0]?.result;
  };

  it('G13 takes an offer, runs it after the yes and delivers log and result', async () => {
    await startWork();
    work?.exit(succeed);
    assert.deepInclude(await finished(), { outcome: 'succeeded' });
    assert.deepEqual(controller.of('accept'), [{ type: 'accept', attemptId: testAttemptId(), offerId: asId<OfferId>('offer-1'), slot: 0 }]);
    assert.equal(Buffer.concat(controller.of('log').map(({ bytes }) => bytes)).toString(), 'working\ntidy\n');
    agent.drain();
    await agent.ended;
    assert.deepEqual(await readdir(join(folder.path, 'spool')), []);
  });

  it('runs nothing without the yes', async () => {
    await start({ accept: () => stale });
    await controller.send(testOffer());
    await controller.until(() => controller.of('accept').length === 1);
    agent.drain();
    await agent.ended;
    assert.equal(hands.opened, 0);
  });

  it('G13 asks again with the same offer when the yes got lost, and runs once', async () => {
    await start({ accept: (_message, count) => (count === 1 ? 'cut' : granted()) });
    await controller.send(testOffer()).catch(() => undefined);
    await workBegan.promise;
    assert.deepEqual(
      controller.of('accept').map(({ offerId, slot }) => [offerId, slot]),
      [
        ['offer-1', 0],
        ['offer-1', 0],
      ],
    );
    assert.equal(hands.opened, 1);
    assert.deepEqual(controller.of('hello')[1]?.attempts, []);
  });

  it('G13 takes a new offer of an attempt that it still asks for, in the same slot, and the late no to the old one changes nothing', async () => {
    const late = deferred<void>();
    await start({ accept: async (_message, count) => (count === 1 ? late.promise.then(() => stale) : granted()) });
    await controller.send(testOffer());
    await controller.until(() => controller.of('accept').length === 1);
    await controller.send(testOffer({ offerId: asId<OfferId>('offer-2') }));
    await workBegan.promise;
    late.resolve();
    work?.exit(succeed);
    assert.deepInclude(await finished(), { outcome: 'succeeded' });
    assert.deepEqual(
      controller.of('accept').map(({ offerId, slot }) => [offerId, slot]),
      [
        ['offer-1', 0],
        ['offer-2', 0],
      ],
    );
    assert.equal(hands.opened, 1);
  });

  it('G4 declines what has no free slot, and the same offer twice is one', async () => {
    await start({ hello: () => welcome({ slots: 1 }) });
    await controller.send(testOffer());
    await controller.send(testOffer());
    await workBegan.promise;
    await controller.send(testOffer({ attemptId: testAttemptId('other'), offerId: asId<OfferId>('offer-2') }));
    await controller.until(() => controller.of('decline').length === 1);
    assert.deepInclude(controller.of('decline')[0], {
      offerId: asId<OfferId>('offer-2'),
      reason: { code: 'agentNoFreeSlot', parameters: { slots: 1 } },
    });
    assert.lengthOf(controller.of('accept'), 1);
  });

  it('G4 takes an offer that overtakes the answer to the result whose slot it is to have', async () => {
    const stored = deferred<void>();
    await start({ hello: () => welcome({ slots: 1 }), finished: () => stored.promise.then(() => ({ ok: true })) });
    await controller.send(testOffer());
    await workBegan.promise;
    work?.exit(succeed);
    await finished();
    await controller.send(testOffer({ attemptId: testAttemptId('other'), offerId: asId<OfferId>('offer-2') }));
    stored.resolve();
    await controller.until(() => controller.of('accept').length === 2);
    assert.deepInclude(controller.of('accept')[1], { offerId: asId<OfferId>('offer-2'), slot: 0 });
    assert.lengthOf(controller.of('decline'), 0);
  });

  it('G5 obeys a change of slots and of being enabled at once', async () => {
    await start();
    await controller.send({ type: 'configure', name: 'ox', slots: 3, labels: [], enabled: false });
    await controller.send(testOffer());
    await controller.until(() => controller.of('decline').length === 1);
    assert.equal(controller.of('decline')[0]?.reason.code, 'agentDisabled');
    assert.equal(agent.name, 'ox');
  });

  it('X3 G13 stops an attempt however often it is told, with the reason that came first', async () => {
    await startWork();
    for (const who of ['ana', 'bob'])
      assert.deepEqual(await controller.send({ type: 'stopAttempt', ...lease, reason: { code: 'stopped', parameters: { who } } }), {
        ok: true,
      });
    assert.deepInclude(await finished(), { outcome: 'stopped', reason: { code: 'stopped', parameters: { who: 'ana' } } });
    assert.include(Buffer.concat(controller.of('log').map(({ bytes }) => bytes)).toString(), 'tidy');
  });

  it('X3 ends always steps when it is told to stop at once', async () => {
    const tidying = deferred<void>();
    await start(
      {},
      {
        tidy: (step) => {
          tidying.resolve();
          void step.stopped.then(() => step.exit({ kind: 'killed', signal: 'SIGKILL' }));
        },
      },
    );
    await controller.send(testOffer());
    await workBegan.promise;
    const stop = { type: 'stopAttempt', ...lease, reason: { code: 'stopped', parameters: { who: 'ana' } } } as const;
    await controller.send(stop);
    await tidying.promise;
    await controller.send({ ...stop, atOnce: true });
    const result = await finished();
    assert.deepInclude(result, { outcome: 'stopped' });
    assert.deepEqual(
      result?.steps.map(({ outcome }) => outcome),
      ['stopped', 'stopped'],
    );
  });

  it('G13 answers a stop of what it does not hold', async () => {
    await start();
    assert.deepInclude(await controller.send({ type: 'stopAttempt', ...lease, reason: { code: 'stopped' } }), { ok: false, code: 'stale' });
  });

  it('G6 continues while the link is down, and delivers afterwards what the controller lacks', async () => {
    await startWork({
      hello: ({ attempts }) =>
        welcome({
          attempts: attempts.map((held) => ({ attemptId: held.attemptId, fencing: held.fencing, verdict: 'continue', logEnd: 3 })),
        }),
    });
    await controller.until(() => controller.of('log').length === 1);
    controller.cut();
    work?.print('more\n');
    work?.exit(succeed);
    assert.deepInclude(await finished(), { outcome: 'succeeded' });
    assert.deepInclude(controller.of('hello')[1]?.attempts[0], { ...lease });
    const resent = controller.of('log').slice(1);
    assert.equal(resent[0]?.offset, 3);
    assert.equal(Buffer.concat(resent.map(({ bytes }) => bytes)).toString(), 'king\nmore\ntidy\n');
  });

  it('B1 G8 hands over what is left of a log that lost its end with the power, with the proof of the whole', async () => {
    const goesOn = { attempts: [{ ...lease, verdict: 'continue', logEnd: 3 } as const] };
    await startWork({ hello: (_message, count) => welcome(count === 1 ? {} : goesOn), finished: () => busy });
    work?.exit(succeed);
    const { log } = (await finished()) ?? {};
    await agent.close();
    const at = controller.of('log').length;
    await truncate(join(folder.path, 'spool', `${testAttemptId()}.log`), 10);

    agent = await startScriptedAgent({ folder: folder.path, url: controller.url, hands });
    await controller.until(() => controller.of('finished').length > 1);

    assert.deepEqual(controller.of('finished')[1]?.result.log, log);
    const resent = controller.of('log').slice(at);
    assert.equal(Buffer.concat(resent.map(({ bytes }) => bytes)).toString(), 'king\nti');
  });

  it('G6 drops what was given to another: kills it, forgets log and result', async () => {
    await startWork({ hello: (_message, count) => welcome(count === 1 ? {} : { attempts: [{ ...lease, verdict: 'drop', logEnd: 0 }] }) });
    controller.cut();
    await controller.until(() => controller.of('hello').length === 2);
    agent.drain();
    await agent.ended;
    assert.equal(hands.closed, 1);
    assert.lengthOf(controller.of('finished'), 0);
    assert.deepEqual(await readdir(join(folder.path, 'spool')), []);
  });

  it('G6 drops an attempt whose log is refused as stale', async () => {
    await start({ log: () => stale });
    await controller.send(testOffer());
    await workBegan.promise;
    await controller.until(() => controller.of('log').length === 1);
    agent.drain();
    await agent.ended;
    assert.lengthOf(controller.of('finished'), 0);
  });

  it('B1 delivers the result only after the whole log is stored', async () => {
    const stored = deferred<void>();
    await startWork({ log: async ({ offset, bytes }) => (await stored.promise, { ok: true, end: offset + bytes.length }) });
    work?.exit(succeed);
    await controller.until(() => controller.of('log').length > 0);
    assert.lengthOf(controller.of('finished'), 0);
    stored.resolve();
    assert.deepInclude(await finished(), { outcome: 'succeeded' });
  });

  it('G8 drains: says so, finishes what runs, declines what comes', async () => {
    await startWork();
    agent.drain();
    await controller.until(() => controller.of('draining').length === 1);
    await controller.send(testOffer({ attemptId: testAttemptId('other'), offerId: asId<OfferId>('offer-2') }));
    await controller.until(() => controller.of('decline').length === 1);
    assert.equal(controller.of('decline')[0]?.reason.code, 'agentDraining');
    work?.exit(succeed);
    assert.deepEqual(await agent.ended, { type: 'drained' });
    assert.lengthOf(controller.of('finished'), 1);
  });

  it('G8 does not wait for the controller to end with nothing but an offer in hand: the next start asks again', async () => {
    let isAsked = false;
    await start({ accept: () => ((isAsked = true), 'silence') });
    await controller.send(testOffer());
    await controller.until(() => isAsked);
    agent.drain();
    await controller.close();
    assert.deepEqual(await agent.ended, { type: 'drained' });
    assert.equal(hands.opened, 0);
  });

  it('G8 told to drain before it has come up, ends rather than connect and decline all offers for ever', async () => {
    controller = await FakeController.start();
    agent = await startScriptedAgent({ folder: folder.path, url: controller.url, hands: new ScriptedHands({}), early: (it) => it.drain() });
    assert.deepEqual(await agent.ended, { type: 'drained' });
    assert.equal(controller.answered, 0);
  });

  it('told to end at once, kills what runs and reports it as lost', async () => {
    await startWork();
    agent.abandon();
    assert.deepEqual(await agent.ended, { type: 'drained' });
    assert.deepInclude(controller.of('finished')[0]?.result, {
      outcome: 'lost',
      reason: { code: 'agentCrashed', parameters: { agent: 'tester' } },
    });
  });

  it('ends when it was removed', async () => {
    await start();
    await controller.send({ type: 'removed', detail: 'No longer needed.' }).catch(() => undefined);
    const end = await agent.ended;
    assert.equal(end.type === 'refused' && end.end.code, 'removed');
  });
});
