import { asId, attemptIdOf, type AgentId, type AttemptId, type OfferId, type RunId, type TokenId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import { queuedAttempt } from '../../domain/attempts/queued.js';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { advance } from '../../domain/runs/advance.js';
import { sampleDefinition, sampleIds, sampleRun, sampleStart } from '../../domain/runs/fixtures.js';
import { nextRecord, recordOf, type RunRecord } from '../../domain/runs/record.js';
import type { EngineStores } from '../../services/engine/engine-ports.js';

const definition = sampleDefinition([{ tasks: ['a', 'b'] }]);
const { pipelineId, projectId } = sampleIds;
const runIdOf = (number: number): RunId => asId<RunId>(`01hzy00000000000000000r${String(number).padStart(3, '0')}`);

const runRecord = (number: number, idempotencyKey?: string): RunRecord =>
  recordOf(sampleRun(definition, { runId: runIdOf(number), number, startedAt: number * 1_000 }), {
    revision: 1,
    lastWriteId: 'w1',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });

const inSlot = (record: RunRecord, slot: number): RunRecord =>
  nextRecord(record, advance(record.run, { type: 'slotGranted', slot }, { definition, now: 5 }).run, `slot ${slot}`);

function attemptRecord(taskKey: string, number = 1): AttemptRecord {
  const run = sampleRun(definition);
  return queuedAttempt({ run, definition, attemptId: attemptIdOf(run.runId, taskKey, number), taskKey, number }, 1_000) ?? assert.fail();
}

const agentRecord = (id: string, name: string): AgentRecord => ({
  _id: asId<AgentId>(id),
  schemaVersion: 1,
  name,
  nameKey: name.toLowerCase(),
  tokenHash: `hash of ${id}`,
  approved: true,
  enabled: true,
  slots: 2,
  givenLabels: [],
  facts: {
    productVersion: '0',
    os: 'linux',
    arch: 'x64',
    hostname: name,
    cpus: 1,
    memoryMb: 1,
    automaticLabels: ['linux'],
    executors: ['shell'],
    isolation: 'none',
  },
  local: false,
  registeredAt: 1,
  revision: 1,
});

const claim = (slot: number, lastWriteId: string) => ({
  state: 'running' as const,
  active: true,
  agentId: asId<AgentId>('agent-1'),
  offerId: asId<OfferId>('o'),
  slot,
  fencing: 1,
  lastWriteId,
});

/** What every implementation of the engine's stores must keep. `open` gives empty ones; `putPipeline` stands for the service that owns pipelines. */
export function engineStoresContract(
  open: () => Promise<{ readonly stores: EngineStores; readonly putPipeline: (record: PipelineRecord) => Promise<void> }>,
): void {
  let stores: EngineStores;
  let putPipeline: (record: PipelineRecord) => Promise<void>;
  beforeEach(async () => void ({ stores, putPipeline } = await open()));

  describe('runs', () => {
    it('are inserted once, by id and by idempotency key', async () => {
      assert.equal(await stores.runs.insert(runRecord(1, 'key')), 'inserted');
      assert.equal(await stores.runs.insert(runRecord(1, 'key')), 'exists');
      assert.equal(await stores.runs.insert(runRecord(2, 'key')), 'exists');
      assert.equal(await stores.runs.insert({ ...runRecord(3), number: 1 }), 'exists');
      assert.equal((await stores.runs.byKey(pipelineId, 'key'))?._id, runIdOf(1));
      assert.deepEqual(await stores.runs.read(runIdOf(1)), runRecord(1, 'key'));
    });

    it('are replaced under the revision before', async () => {
      const first = runRecord(1);
      await stores.runs.insert(first);
      const next = inSlot(first, 0);
      assert.equal(await stores.runs.replace(next), 'written');
      assert.equal(await stores.runs.replace({ ...next, lastWriteId: 'other' }), 'stale');
      assert.equal((await stores.runs.read(first._id))?.lastWriteId, 'slot 0');
    });

    it('X4 hold a slot of their pipeline one at a time, and give it back with their end', async () => {
      const [first, second] = [runRecord(1), runRecord(2)];
      await stores.runs.insert(first);
      await stores.runs.insert(second);
      const running = inSlot(first, 0);
      assert.equal(await stores.runs.replace(running), 'written');
      assert.equal(await stores.runs.replace(inSlot(second, 0)), 'slotTaken');
      assert.equal(await stores.runs.insert(inSlot(runRecord(3), 0)), 'exists');
      assert.equal(await stores.runs.replace(inSlot(second, 1)), 'written');
      const stop = {
        type: 'attemptFinished',
        attemptId: attemptIdOf(first._id, 'a', 1),
        taskKey: 'a',
        number: 1,
        outcome: 'failed',
        finishedAt: 9,
        rerun: false,
      } as const;
      assert.equal(
        await stores.runs.replace(nextRecord(running, advance(running.run, stop, { definition, now: 9 }).run, 'end')),
        'written',
      );
      await stores.runs.insert(runRecord(3));
      assert.equal(await stores.runs.replace(inSlot(runRecord(3), 0)), 'written');
      assert.sameMembers(
        (await stores.runs.unfinished()).map((record) => record.number),
        [2, 3],
      );
    });

    it('V1 are listed newest first, by time and state, with their number in all', async () => {
      for (let number = 1; number <= 5; number += 1) await stores.runs.insert(runRecord(number));
      await stores.runs.replace(inSlot(runRecord(4), 0));
      const page = async (filter: object, skip = 0) => {
        const { records, total } = await stores.runs.page({ pipelineId, ...filter }, { skip, limit: 2 });
        return [records.map((record) => record.number), total];
      };
      assert.deepEqual(await page({}), [[5, 4], 5]);
      assert.deepEqual(await page({}, 4), [[1], 5]);
      assert.deepEqual(await page({ from: 2_000, to: 4_000 }), [[3, 2], 2]);
      assert.deepEqual(await page({ shown: 'running' }), [[], 0]);
      assert.deepEqual(await page({ shown: 'queued' }), [[5, 4], 5]);
      assert.deepEqual(
        (await stores.runs.newest(pipelineId, 2)).map((record) => record.number),
        [5, 4],
      );
      assert.equal((await stores.runs.byNumber(pipelineId, 3))?._id, runIdOf(3));
      assert.equal(await stores.runs.count({ projects: [projectId], shown: ['queued'] }), 5);
      assert.equal(await stores.runs.count({ projects: [projectId], shown: ['running', 'stopping'] }), 0);
      assert.equal(await stores.runs.count({ projects: 'all', outcome: 'failed', finishedSince: 0 }), 0);
      assert.equal(await stores.runs.lastStart(projectId), 5_000);
    });
  });

  describe('attempts', () => {
    it('are inserted once, no matter who comes second', async () => {
      const [a, b] = [attemptRecord('a'), attemptRecord('b')];
      assert.deepEqual([...(await stores.attempts.insert([a]))], [a._id]);
      assert.deepEqual([...(await stores.attempts.insert([{ ...a, priority: 9 }, b]))], [b._id]);
      assert.deepEqual(await stores.attempts.read(a._id), a);
    });

    it('change only under the expected state and fencing number', async () => {
      const { _id } = attemptRecord('a');
      await stores.attempts.insert([attemptRecord('a')]);
      assert.equal(await stores.attempts.change(_id, { states: ['running'], fencing: 0 }, claim(0, 'w')), 'stale');
      assert.equal(await stores.attempts.change(_id, { states: ['queued'], fencing: 1 }, claim(0, 'w')), 'stale');
      assert.equal(await stores.attempts.change(_id, { states: ['queued'], fencing: 0 }, claim(0, 'w')), 'changed');
      assert.equal(await stores.attempts.change(_id, { states: ['queued'], fencing: 0 }, claim(1, 'x')), 'stale');
      assert.include(await stores.attempts.read(_id), { state: 'running', slot: 0, lastWriteId: 'w' });
    });

    it('G4 hold a slot of their agent one at a time', async () => {
      const [a, b] = [attemptRecord('a'), attemptRecord('b')];
      await stores.attempts.insert([a, b]);
      const queued = { states: ['queued'], fencing: 0 } as const;
      assert.equal(await stores.attempts.change(a._id, queued, claim(0, 'w')), 'changed');
      assert.equal(await stores.attempts.change(b._id, queued, claim(0, 'x')), 'slotTaken');
      await stores.attempts.change(
        a._id,
        { states: ['running'], fencing: 1 },
        { state: 'finished', active: false, outcome: 'succeeded', finishedAt: 2, lastWriteId: 'y' },
      );
      assert.equal(await stores.attempts.change(b._id, queued, claim(0, 'z')), 'changed');
    });

    it('answer each of many changes that are made at once for itself', async () => {
      const records = [attemptRecord('a'), attemptRecord('b'), attemptRecord('a', 2), attemptRecord('b', 2)];
      await stores.attempts.insert(records);
      const wanted = [claim(0, 'w0'), claim(0, 'w1'), claim(1, 'w2'), claim(2, 'w3')];
      const answers = await Promise.all(
        records.map(({ _id }, index) =>
          stores.attempts.change(_id, { states: ['queued'], fencing: index === 2 ? 7 : 0 }, wanted[index] ?? assert.fail()),
        ),
      );
      assert.deepEqual(answers, ['changed', 'slotTaken', 'stale', 'changed']);
      const stored = await Promise.all(records.map(({ _id }) => stores.attempts.read(_id)));
      assert.deepEqual(
        stored.map((record) => [record?.state, record?.slot]),
        [
          ['running', 0],
          ['queued', undefined],
          ['queued', undefined],
          ['running', 2],
        ],
      );
    });

    it('are not folded until they have ended and it was said', async () => {
      const [a, b] = [attemptRecord('a'), attemptRecord('b')];
      await stores.attempts.insert([a, b]);
      await stores.attempts.change(
        a._id,
        { states: ['queued'], fencing: 0 },
        { state: 'finished', active: false, outcome: 'stopped', finishedAt: 2, lastWriteId: 'y' },
      );
      await stores.attempts.markFolded([a._id, b._id, asId<AttemptId>('none')]);
      assert.deepEqual(
        (await stores.attempts.unfolded()).map((record) => record._id),
        [b._id],
      );
      assert.sameMembers(
        (await stores.attempts.ofRun(a.runId)).map((record) => record._id),
        [a._id, b._id],
      );
    });

    it('are listed for the agent that holds them, until their end', async () => {
      const [a, b] = [attemptRecord('a'), attemptRecord('b')];
      await stores.attempts.insert([a, b]);
      await stores.attempts.change(a._id, { states: ['queued'], fencing: 0 }, claim(0, 'x'));
      const held = async () => (await stores.attempts.activeOf(asId<AgentId>('agent-1'))).map((record) => record._id);
      assert.deepEqual(await held(), [a._id]);
      await stores.attempts.change(
        a._id,
        { states: ['running'], fencing: 1 },
        { state: 'finished', active: false, outcome: 'succeeded', finishedAt: 2, lastWriteId: 'y' },
      );
      assert.deepEqual(await held(), []);
    });
  });

  describe('agents', () => {
    it('have names and tokens of their own', async () => {
      assert.equal(await stores.agents.insert(agentRecord('1', 'Build')), 'inserted');
      assert.equal(await stores.agents.insert(agentRecord('2', 'build')), 'nameTaken');
      assert.equal(await stores.agents.insert(agentRecord('2', 'other')), 'inserted');
      assert.equal(await stores.agents.replace({ ...agentRecord('2', 'build'), revision: 2 }), 'nameTaken');
      assert.equal(await stores.agents.replace({ ...agentRecord('2', 'third'), revision: 2 }), 'written');
      assert.equal(await stores.agents.replace({ ...agentRecord('2', 'fourth'), revision: 2 }), 'stale');
      await stores.agents.remove(asId<AgentId>('1'));
      assert.deepEqual(
        (await stores.agents.all()).map((record) => record.name),
        ['third'],
      );
    });

    it('G1 register with tokens that are used so often and no more, however many come at once', async () => {
      const userId = asId<UserId>('ann');
      const token = {
        _id: asId<TokenId>('t1'),
        schemaVersion: 1 as const,
        name: 'lab',
        hash: 'h',
        projectId,
        usesLeft: 3,
        expiresAt: 100,
        createdAt: 1,
        createdBy: { userId, name: 'Ann' },
      };
      await stores.registrationTokens.insert(token);
      assert.isUndefined(await stores.registrationTokens.use('h', 100));
      const used = await Promise.all(Array.from({ length: 10 }, () => stores.registrationTokens.use('h', 50)));
      assert.lengthOf(
        used.filter((one) => one !== undefined),
        3,
      );
      await stores.registrationTokens.giveBack(token._id);
      assert.equal((await stores.registrationTokens.read(token._id))?.usesLeft, 1);
      assert.lengthOf(await stores.registrationTokens.list(projectId), 1);
      await stores.registrationTokens.remove(token._id);
      assert.lengthOf(await stores.registrationTokens.list('all'), 0);
    });

    it('are watched over by controllers whose sign of life grows', async () => {
      await stores.heartbeats.beat('c1', 1);
      await stores.heartbeats.beat('c1', 2);
      assert.deepEqual(await stores.heartbeats.read('c1'), { beat: 2 });
      await stores.heartbeats.remove('c1');
      assert.isUndefined(await stores.heartbeats.read('c1'));
    });
  });

  it('timelines are appended to once, and read in order', async () => {
    const event = (id: string) => ({ _id: id, runId: runIdOf(1), at: 1, type: 'runStarted' });
    await stores.runEvents.append([event('r.2')]);
    await stores.runEvents.append([event('r.1'), event('r.2')]);
    assert.deepEqual(
      (await stores.runEvents.ofRun(runIdOf(1))).map(({ _id }) => _id),
      ['r.1', 'r.2'],
    );
  });

  it('L3 those who ran a pipeline are remembered once, by their newest name', async () => {
    const runner = { _id: 'p:u', projectId, pipelineId, userId: asId<UserId>('u'), name: 'Ann' };
    await stores.runners.remember(runner);
    await stores.runners.remember({ ...runner, name: 'Anna' });
    assert.deepEqual(
      (await stores.runners.all()).map(({ name }) => name),
      ['Anna'],
    );
  });

  const owner = asId<UserId>('ann');
  const record: PipelineRecord = {
    _id: pipelineId,
    schemaVersion: 1,
    projectId,
    nameKey: 'orders',
    version: 1,
    definition: definition.pipeline,
    secrets: {},
    nextNumber: 1,
    autoIncrement: {},
    pendingStarts: [],
    createdAt: 1,
    createdBy: owner,
    changedAt: 1,
    changedBy: owner,
  };
  const pendingNow = async () =>
    (await stores.pipelines.withPending()).flatMap(({ pendingStarts }) => pendingStarts.map(({ runId }) => runId));

  it('P5 a pipeline gives each number once, and keeps starts until they are settled', async () => {
    await putPipeline(record);
    const start = { pending: { ...sampleStart, number: 1 }, autoIncrement: { version: '1.0.1' } };
    const answers = await Promise.all(Array.from({ length: 5 }, () => stores.pipelines.number(record, start)));
    assert.lengthOf(
      answers.filter((answer) => answer !== undefined),
      1,
    );
    assert.isUndefined(await stores.pipelines.number({ ...record, nextNumber: 2, version: 7 }, start));
    assert.include(await stores.pipelines.read(pipelineId), { nextNumber: 2 });
    assert.deepEqual(
      (await stores.pipelines.withPending()).map(({ pendingStarts, autoIncrement }) => [
        pendingStarts.map(({ runId }) => runId),
        autoIncrement,
      ]),
      [[[sampleStart.runId], { version: '1.0.1' }]],
    );
    await stores.pipelines.settle(pipelineId, [sampleStart.runId]);
    assert.deepEqual(await stores.pipelines.withPending(), []);
  });

  it('X2 a pipeline takes notes of starts out as it gives the next number, and those only whose runs are said to be stored', async () => {
    await putPipeline(record);
    const start = (number: number) => ({ pending: { ...sampleStart, runId: runIdOf(number), number }, autoIncrement: {} });
    const first = (await stores.pipelines.number((await stores.pipelines.read(pipelineId)) ?? assert.fail(), start(1))) ?? assert.fail();
    const second = (await stores.pipelines.number(first, start(2))) ?? assert.fail();
    assert.deepEqual(await pendingNow(), [runIdOf(1), runIdOf(2)]);
    const third = await stores.pipelines.number(second, { ...start(3), inserted: new Set([runIdOf(1), runIdOf(9)]) });
    assert.equal(third?.nextNumber, 4);
    assert.deepEqual(await pendingNow(), [runIdOf(2), runIdOf(3)]);
    assert.deepEqual(await stores.pipelines.read(pipelineId), third);
    assert.isUndefined(await stores.pipelines.number(second, start(4)), 'of a record that is not the newest no note can get lost');
    await stores.pipelines.settle(pipelineId, [runIdOf(2), runIdOf(3)]);
    assert.deepEqual((await stores.pipelines.read(pipelineId))?.pendingStarts, []);
  });

  it('a pipeline gives no number to a reader of a mark of the sample that is gone: something that it calls was changed', async () => {
    await putPipeline(record);
    const start = { pending: { ...sampleStart, number: 1 }, autoIncrement: {} };
    assert.isUndefined(await stores.pipelines.number({ ...record, sample: true }, start));
    assert.isDefined(await stores.pipelines.number(record, start));
  });

  it('X2 a pipeline gives no number to a reader of notes that were taken out since: it would write them back', async () => {
    await putPipeline(record);
    const start = (number: number) => ({ pending: { ...sampleStart, runId: runIdOf(number), number }, autoIncrement: {} });
    const first = (await stores.pipelines.number((await stores.pipelines.read(pipelineId)) ?? assert.fail(), start(1))) ?? assert.fail();
    const second = (await stores.pipelines.number(first, start(2))) ?? assert.fail();
    await stores.pipelines.settle(pipelineId, [runIdOf(1)]);
    assert.isUndefined(await stores.pipelines.number(second, start(3)));
    assert.deepEqual(await pendingNow(), [runIdOf(2)]);
    assert.isDefined(await stores.pipelines.number((await stores.pipelines.read(pipelineId)) ?? assert.fail(), start(3)));
    assert.deepEqual(await pendingNow(), [runIdOf(2), runIdOf(3)]);
  });
}
