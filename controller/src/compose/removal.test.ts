import { asId, attemptIdOf, type DefinitionId, type JobId, type PipelineId, type ProjectId, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import mongoose, { type Connection } from 'mongoose';
import { createRemains, createRemovalStore, removalRecords } from '../adapters/store/removal/removal-store.js';
import { runsToExpire } from '../domain/runs/retention.js';
import { Removals, type RemovalPorts } from '../services/removal/removals.js';
import { expireRuns } from '../services/removal/retention.js';
import { describeDatabases } from '../testing/databases.js';

const projectId = asId<ProjectId>('p1');
const [kept, gone] = ['kept', 'gone'].map((name) => asId<RunId>(name)) as [RunId, RunId];
const day = 86_400_000;

describeDatabases('C3 what was deleted', (database) => {
  let connection: Connection;
  let logs: Set<string>;
  let lost: string[];
  const now = 1_000 * day;
  before(async () => {
    connection = await mongoose.createConnection(database().uri('removal')).asPromise();
    await removalRecords(connection).ensureIndexes();
  });
  after(() => connection.close());

  const collection = (name: string) => connection.collection<{ readonly _id: string; readonly [field: string]: unknown }>(name);
  const names = ['runs', 'attempts', 'runEvents', 'runners', 'favourites', 'pipelines', 'projects', 'jobs', 'endpoints', 'agents', 'registrationTokens', 'removals']; // prettier-ignore
  const contents = async () =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await collection(name).find({}).toArray()).map(({ _id }) => _id).sort()] as const))); // prettier-ignore

  /** A pipeline with runs, each with two attempts and their logs. */
  async function fill(pipelineId: string, runs: readonly string[], more: object = {}): Promise<void> {
    await collection('pipelines').insertOne({ _id: pipelineId, projectId, definition: { name: pipelineId }, secrets: { KEY: 'sealed' }, ...more }); // prettier-ignore
    await collection('runners').insertOne({ _id: `${pipelineId}:ann`, pipelineId });
    await collection('favourites').insertOne({ _id: `ann.${pipelineId}`, pipelineId });
    for (const [index, _id] of runs.entries()) {
      const run = { projectId, pipelineId, number: index + 1, definitionId: `d-${pipelineId}`, finishedAt: (index + 1) * day };
      await collection('runs').insertOne({ _id, ...run, state: 'finished' });
      for (const number of [1, 2]) {
        const attemptId = attemptIdOf(asId<RunId>(_id), 'work', number);
        await collection('attempts').insertOne({ _id: attemptId, runId: _id, projectId });
        logs.add(attemptId);
      }
      await collection('runEvents').insertOne({ _id: `${_id}.1`, runId: _id });
    }
  }

  beforeEach(async () => {
    for (const name of names) await collection(name).deleteMany({});
    logs = new Set();
    lost = [];
  });

  const open = (more: Partial<RemovalPorts> = {}): Removals => {
    const remember = async (id: string) => void lost.push(id);
    return new Removals({
      removals: createRemovalStore(removalRecords(connection)),
      remains: createRemains(connection),
      removeLog: async ({ attemptId }) => void logs.delete(attemptId),
      packagesOf: async () => (lost.includes('package') ? [] : [asId('package')]),
      removePackage: remember,
      removeJob: async (jobId: JobId) => void (await collection('jobs').deleteOne({ _id: jobId })),
      removeEndpoint: async (id) => void (await collection('endpoints').deleteOne({ _id: id })),
      removeAgent: remember,
      removeToken: remember,
      runGone: () => undefined,
      runsSettled: () => Promise.resolve(),
      collect: async (id: DefinitionId, isReferred) => ((await isReferred()) ? true : (lost.push(id), true)),
      signals: { publish: () => undefined, subscribe: () => () => undefined },
      clock: { now: () => now },
      timers: { after: () => () => undefined },
      crashPoints: { reach: () => undefined },
      log: { debug() {}, info() {}, warn() {}, error() {}, with: () => assert.fail() },
      ...more,
    });
  };

  it('a run goes with its logs, attempts and timeline; another one and the snapshot that it follows stay', async () => {
    await fill('a', [kept, gone]);
    const removals = open();
    assert.deepEqual(await removals.run(gone), { ok: true, value: undefined });
    await removals.idle();
    const left = await contents();
    assert.deepEqual([left['runs'], left['runEvents'], left['removals']], [[kept], ['kept.1'], []]);
    assert.deepEqual(left['attempts'], ['kept.work.1', 'kept.work.2']);
    assert.deepEqual([...logs].sort(), left['attempts']);
    assert.deepEqual(lost, []);
    await removals.run(kept);
    await removals.idle();
    assert.deepEqual(lost, ['d-a'], 'nobody follows the snapshot any more');
  });

  it('a run that is not finished is refused and stays', async () => {
    await fill('a', [kept]);
    await collection('runs').updateOne({ _id: kept }, { $set: { state: 'running' } });
    const removals = open();
    const answer = await removals.run(kept);
    assert.isFalse(answer.ok);
    await removals.idle();
    assert.deepEqual((await contents())['runs'], [kept]);
    assert.equal(logs.size, 2);
  });

  it('a pipeline goes with its runs, their logs, its secrets, who ran it and whose favourite it was', async () => {
    await fill('a', ['r1', 'r2', 'r3'], { deletedAt: now });
    await fill('b', [kept]);
    const removals = open();
    await removals.pipeline({ _id: asId('a'), name: 'a' });
    await removals.idle();
    const left = await contents();
    assert.deepEqual(
      [left['pipelines'], left['runs'], left['runners'], left['favourites'], left['removals']],
      [['b'], [kept], ['b:ann'], ['ann.b'], []],
    );
    assert.deepEqual([...logs].sort(), ['kept.work.1', 'kept.work.2']);
    assert.deepEqual(lost, ['d-a']);
  });

  it('a project goes with everything that it owns', async () => {
    await collection('projects').insertOne({ _id: projectId, name: 'P', deletedAt: now });
    await fill('a', ['r1']);
    await fill('b', ['r2'], { deletedAt: now });
    for (const name of ['jobs', 'endpoints', 'agents', 'registrationTokens']) {
      await collection(name).insertOne({ _id: `${name}-own`, projectId });
      await collection(name).insertOne({ _id: `${name}-other`, projectId: 'p2' });
    }
    const removals = open();
    await removals.project({ _id: projectId, name: 'P' });
    await removals.idle();
    const left = await contents();
    for (const name of ['projects', 'pipelines', 'runs', 'attempts', 'runEvents', 'removals']) assert.deepEqual(left[name], [], name);
    assert.deepEqual([left['jobs'], left['endpoints']], [['jobs-other'], ['endpoints-other']]);
    assert.includeMembers(lost, ['package', 'agents-own', 'registrationTokens-own']);
    assert.equal(logs.size, 0);
  });

  for (const point of ['controller.removal.noted', 'controller.removal.logs', 'controller.removal.parts'] as const)
    it(`continues at the next start when the controller dies at ${point}`, async () => {
      await fill('a', ['r1', 'r2'], { deletedAt: now });
      await fill('b', [kept, gone]);
      const dying = open({
        crashPoints: {
          reach: (name) => {
            if (name === point) throw new Error('killed');
          },
        },
      });
      await dying.run(gone).catch(() => undefined);
      await dying.pipeline({ _id: asId('a'), name: 'a' });
      await dying.idle();
      const next = open();
      await next.resume();
      await next.idle();
      const left = await contents();
      assert.deepEqual([left['pipelines'], left['runs'], left['removals']], [['b'], [kept], []]);
      assert.deepEqual([...logs].sort(), ['kept.work.1', 'kept.work.2']);
    });

  it('one thing that cannot be removed does not hold up the others, and is tried again', async () => {
    await fill('a', ['broken', 'r2'], { deletedAt: now });
    await fill('b', [kept, gone]);
    let isBroken = true;
    const retries: Array<() => void> = [];
    const removals = open({
      removeLog: async ({ runId, attemptId }) => {
        if (isBroken && runId === asId<RunId>('broken')) throw new Error('the disk refuses');
        logs.delete(attemptId);
      },
      timers: { after: (_ms, retry) => (retries.push(retry), () => undefined) },
    });
    await removals.pipeline({ _id: asId('a'), name: 'a' });
    await removals.run(gone);
    await removals.idle();
    assert.deepEqual((await contents())['attempts'], ['broken.work.1', 'broken.work.2', 'kept.work.1', 'kept.work.2', 'r2.work.1', 'r2.work.2']); // prettier-ignore
    isBroken = false;
    retries.at(-1)?.();
    await removals.idle();
    const left = await contents();
    assert.deepEqual([left['pipelines'], left['runs'], left['removals']], [['b'], [kept], []]);
  });

  it('more than one batch of what waits is gone through once', async () => {
    const store = createRemovalStore(removalRecords(connection));
    const noted = Array.from({ length: 120 }, (_, index) => ({ _id: `definition:${index}`, schemaVersion: 1, name: `${index}`, requestedAt: index >> 4, kind: 'definition', definitionId: asId<DefinitionId>(`${index}`) }) as const); // prettier-ignore
    await store.note(noted);
    const asked: string[] = [];
    const removals = open({ collect: async (id) => (asked.push(id), false) });
    removals.tryAgain();
    await removals.idle();
    assert.deepEqual(asked.map(Number).sort((a, b) => a - b), [...noted.keys()]); // prettier-ignore
  });

  it('a snapshot goes with the last run that follows it, also when the controller died as the run was noted', async () => {
    await fill('b', [gone]);
    const dying = open({ crashPoints: { reach: () => assert.fail() } });
    await dying.run(gone).catch(() => undefined);
    const next = open();
    await next.resume();
    await next.idle();
    assert.deepEqual([(await contents())['removals'], lost], [[], ['d-b']]);
  });

  it('V1 expiring ends when the controller closes', async () => {
    await fill('a', ['r1', 'r2']);
    const removals = open();
    await removals.close();
    const heads = async () => [{ _id: asId<PipelineId>('a') }];
    const count = await expireRuns({
      removals,
      remains: { ...createRemains(connection), expired: async () => assert.fail('asked for more') },
      pipelines: { heads, byId: async () => undefined } as unknown as Parameters<typeof expireRuns>[0]['pipelines'],
      settings: { read: async () => ({ agentApproval: false, logLimitBytes: 1, allowedFolders: [] }) },
      clock: { now: () => now },
      log: { debug() {}, info() {}, warn() {}, error() {}, with: () => assert.fail() },
    });
    assert.equal(count, 0);
  });

  it('is taken up at a start where an earlier version only hid it', async () => {
    await fill('a', ['r1'], { deletedAt: 5 });
    const removals = open();
    await removals.resume();
    await removals.idle();
    assert.deepEqual((await contents())['pipelines'], []);
  });

  it('is listed while it lasts, with the runs that are left', async () => {
    await fill('a', ['r1', 'r2'], { deletedAt: now });
    let tell: (value: unknown) => void = () => undefined;
    const seen = new Promise((resolve) => (tell = resolve));
    const removals = open({
      removeLog: async ({ attemptId }) => {
        logs.delete(attemptId);
        if (attemptId === 'r2.work.1') tell(await removals.overview());
      },
    });
    await removals.pipeline({ _id: asId('a'), name: 'a' });
    const overview = await seen;
    assert.deepInclude((overview as { things: object[] }).things[0], { kind: 'pipeline', name: 'a', runsLeft: 1 });
    await removals.idle();
    assert.deepEqual(await removals.overview(), { total: 0, things: [] });
  });

  it('V1 expired runs are the oldest beyond the number that is kept, and those older than the age but for the newest', async () => {
    await fill(
      'a',
      Array.from({ length: 30 }, (_, index) => `r${index + 1}`),
    );
    const remains = createRemains(connection);
    const expired = async (policy: { days?: number; runs?: number }, limit = 100) =>
      (await remains.expired(asId('a'), runsToExpire(policy, undefined, 31 * day), limit)).map(({ number }) => number);
    const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
    assert.deepEqual(await expired({}), []);
    assert.deepEqual(await expired({ runs: 25 }), upTo(5));
    assert.deepEqual(await expired({ runs: 25 }, 2), [1, 2]);
    assert.deepEqual(await expired({ days: 25 }), upTo(5), 'run 6 ended 25 days ago');
    assert.deepEqual(await expired({ days: 1 }), upTo(10), 'the newest 20 stay');
    assert.deepEqual(await expired({ days: 1, runs: 5 }), upTo(25));
    assert.deepEqual(await expired({ runs: 30, days: 40 }), []);
    assert.deepEqual((await remains.expired(asId('none'), runsToExpire({ runs: 1 }, undefined, now), 5)), []); // prettier-ignore
  });
});
