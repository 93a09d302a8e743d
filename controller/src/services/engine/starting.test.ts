import { asId, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import { settle } from '../../adapters/memory/time.js';
import { ann, Farm, pipelineId, projectId } from '../../testing/engine/farm.js';
import type { Fault } from '../../testing/engine/failing-stores.js';

const definition = sampleDefinition([{ tasks: ['a'] }]);

describe('starting a run', () => {
  it('P9 numbers runs from 1, each number once, however many start at once', async () => {
    const farm = await new Farm(definition).open();
    const started = await Promise.all(Array.from({ length: 20 }, () => farm.service.start(ann, pipelineId, {})));
    const numbers = started.map((result) => (result.ok ? result.value.number : 0)).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    await farm.close();
  });

  it('answers the same run to the same idempotency key, and refuses the key for another request', async () => {
    const farm = await new Farm(definition).open();
    const [first, second] = await Promise.all([
      farm.service.start(ann, pipelineId, {}, 'key'),
      farm.service.start(ann, pipelineId, {}, 'key'),
    ]);
    const third = await farm.service.start(ann, pipelineId, {}, 'key');
    const other = await farm.service.start(ann, pipelineId, { tasks: ['a'] }, 'key');
    assert.deepEqual(
      [second, third].map((result) => result.ok && result.value.id),
      [first.ok && first.value.id, first.ok && first.value.id],
    );
    assert.equal(other.ok ? '' : other.code, 'idempotencyMismatch');
    await farm.close();
  });

  it('X2 brings back no note of a start that was taken out while the next start was prepared', async () => {
    let reads = 0;
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    const farm = await new Farm(definition, {
      onCall: (call) => (call === 'pipelines.read' && (reads += 1) === 2 ? late : undefined),
    }).open();
    await farm.start();
    const second = farm.service.start(ann, pipelineId, {});
    await farm.time.advance(1_000);
    answer();
    const started = await second;
    assert.equal(started.ok && started.value.number, 2);
    await farm.time.advance(1_000);
    assert.deepEqual(farm.pipelines.records.get(pipelineId)?.pendingStarts, []);
    await farm.close();
  });

  it('X2 takes a note out that the store kept, once it releases it, and asks it ever more rarely', async () => {
    let settles = 0;
    const farm = await new Farm(definition, {
      onCall: (call) => (call === 'pipelines.settle' && (settles += 1) <= 5 ? 'before' : undefined),
    }).open();
    await farm.start();
    await farm.time.advance(30_000);
    assert.deepEqual([settles, farm.pipelines.records.get(pipelineId)?.pendingStarts.length], [4, 1]);
    await farm.time.advance(60_000);
    assert.deepEqual([settles, farm.pipelines.records.get(pipelineId)?.pendingStarts.length], [6, 0]);
    await farm.close();
  });

  it('X2 lets the next start take out the notes that the store kept', async () => {
    const farm = await new Farm(definition, { onCall: (call) => (call === 'pipelines.settle' ? 'before' : undefined) }).open();
    await farm.start();
    await farm.time.advance(1_000);
    const second = await farm.start();
    assert.deepEqual(
      farm.pipelines.records.get(pipelineId)?.pendingStarts.map(({ runId }) => runId),
      [second],
    );
    await farm.close();
  });

  it('X2 closes while the store keeps a note, and asks no more for it', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const late = new Promise<void>((_resolve, reject) => (refuse = reject));
    const farm = await new Farm(definition, { onCall: (call) => (call === 'pipelines.settle' ? late : undefined) }).open();
    await farm.start();
    await farm.time.advance(1_000);
    await farm.close();
    const { pendingTimers } = farm.time;
    refuse(new Error('the store is away'));
    await settle();
    assert.equal(farm.time.pendingTimers, pendingTimers);
  });

  it('G7 puts in several acknowledged starts after a crash, and ends none of their tasks', async () => {
    let isDown = true;
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 3, whenFull: 'queue' } }), {
      onCall: (call) => (call === 'runs.insert' && isDown ? 'never' : undefined),
    }).open();
    for (let count = 0; count < 3; count += 1) {
      void farm.service.start(ann, pipelineId, {});
      await settle();
    }
    isDown = false;
    await farm.crash();
    const { records } = await farm.runs.page({ pipelineId }, { skip: 0, limit: 10 });
    assert.deepEqual(await Promise.all(records.map(({ _id }) => farm.line(_id))), [
      'queued: a queued',
      'queued: a queued',
      'queued: a queued',
    ]);
    await farm.close();
  });

  it('X4 lets no later run pass one that was acknowledged but not inserted when the controller died', async () => {
    let inserts = 0;
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } }), {
      onCall: (call) => (call === 'runs.insert' && (inserts += 1) === 1 ? 'never' : undefined),
    }).open();
    void farm.service.start(ann, pipelineId, {});
    await settle();
    await farm.start();
    await farm.crash();
    const { records } = await farm.runs.page({ pipelineId }, { skip: 0, limit: 10 });
    assert.deepEqual(
      records.map(({ number, state }) => [number, state]),
      [
        [2, 'queued'],
        [1, 'running'],
      ],
    );
    await farm.close();
  });

  /** A controller has started when the note of a start, which the one before it wrote last, comes to the store. */
  async function withLateNote(): Promise<Farm> {
    let inserts = 0;
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } }), {
      onCall: (call) => (call === 'runs.insert' && (inserts += 1) === 1 ? 'never' : undefined),
    }).open();
    const before = (await farm.pipelines.read(pipelineId)) ?? assert.fail();
    void farm.service.start(ann, pipelineId, {});
    await settle();
    const noted = (await farm.pipelines.read(pipelineId)) ?? assert.fail();
    farm.pipelines.put(before);
    await farm.crash();
    farm.pipelines.put(noted);
    return farm;
  }

  it('I4 begins a run that a dead controller noted late', async () => {
    const farm = await withLateNote();
    await farm.time.advance(60_000);
    const { records } = await farm.runs.page({ pipelineId }, { skip: 0, limit: 10 });
    assert.deepEqual(
      records.map(({ number, state }) => [number, state]),
      [[1, 'running']],
    );
    await farm.close();
  });

  it('X4 lets no later run pass one that a dead controller noted late', async () => {
    const farm = await withLateNote();
    await farm.start();
    const { records } = await farm.runs.page({ pipelineId }, { skip: 0, limit: 10 });
    assert.deepEqual(
      records.map(({ number, state }) => [number, state]),
      [
        [2, 'queued'],
        [1, 'running'],
      ],
    );
    await farm.close();
  });

  for (const limit of [0, 1])
    it(`X3 gives nothing to a run that is stopped before its insertion was answered, with ${limit} before it`, async () => {
      let inserts = 0;
      let answer: () => void = () => undefined;
      const late = new Promise<void>((resolve) => (answer = resolve));
      const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } }), {
        onCall: (call) => (call === 'runs.insert' && (inserts += 1) === limit + 1 ? late : undefined),
      }).open();
      const before = limit === 0 ? undefined : await farm.start();
      const starting = farm.service.start(ann, pipelineId, {});
      await settle();
      const stopped = (await farm.runs.byNumber(pipelineId, limit + 1))?._id ?? asId<RunId>('');
      await farm.service.stop(ann, stopped);
      await settle();
      if (before !== undefined) await farm.service.stop(ann, before);
      answer();
      await starting;
      const next = await farm.start();
      assert.match(await farm.line(stopped), /^stopped/);
      assert.equal(await farm.line(next), 'queued: a queued');
      await farm.close();
    });

  it('X3 gives nothing to a run that is stopped after one of two starts with its key has put it in, before the other was answered', async () => {
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    const inserts: Fault[] = ['before', late];
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 2, whenFull: 'queue' } }), {
      onCall: (call) => (call === 'runs.insert' ? inserts.shift() : undefined),
    }).open();
    const first = farm.service.start(ann, pipelineId, {}, 'key');
    await settle();
    const second = farm.service.start(ann, pipelineId, {}, 'key');
    await settle();
    await farm.time.advance(50);
    const started = await first;
    const runId = started.ok ? started.value.id : assert.fail();
    await farm.service.stop(ann, runId);
    await settle();
    answer();
    await second;
    assert.match(await farm.line(runId), /^stopped/);
    for (const next of [await farm.start(), await farm.start()]) assert.equal(await farm.line(next), 'queued: a queued');
    await farm.close();
  });

  it('X4 never runs more than the limit, and continues in the order of the numbers', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 2, whenFull: 'queue' } })).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runIds: RunId[] = [];
    for (let count = 0; count < 5; count += 1) runIds.push(await farm.start());
    const states = (): Promise<string[]> => Promise.all(runIds.map(async (id) => (await farm.line(id)).split(' ').at(-1) ?? ''));
    assert.deepEqual(await states(), ['queued', 'queued', 'notRun', 'notRun', 'notRun']);
    await agent.accept();
    await agent.finish();
    assert.deepEqual(await states(), ['succeeded', 'queued', 'queued', 'notRun', 'notRun']);
    await agent.work();
    assert.deepEqual(await states(), ['succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded']);
    await farm.close();
  });

  it('X4 refuses none that the limit has room for, however many start at once', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 2, whenFull: 'refuse' } })).open();
    const started = await Promise.all([1, 2, 3].map(() => farm.service.start(ann, pipelineId, {})));
    assert.deepEqual(
      started.map((result) => (result.ok ? 'started' : result.code)),
      ['started', 'started', 'queueRefused'],
    );
    await farm.close();
  });

  it('X4 lets a run begin that a second start with the same key put in, while the store did not take the first', async () => {
    let failures = 1;
    const onCall = (call: string): Fault => (call === 'runs.insert' && (failures -= 1) >= 0 ? 'before' : undefined);
    const farm = await new Farm(definition, { onCall }).open();
    const first = farm.service.start(ann, pipelineId, {}, 'key');
    await settle();
    const second = await farm.service.start(ann, pipelineId, {}, 'key');
    await farm.time.advance(1_000);
    assert.isTrue((await first).ok);
    assert.equal(second.ok && (await farm.line(second.value.id)), 'queued: a queued');
    await farm.close();
  });

  it('X4 refuses when the policy says so', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'refuse' } })).open();
    const [first, second] = await Promise.all([farm.service.start(ann, pipelineId, {}), farm.service.start(ann, pipelineId, {})]);
    assert.isTrue(first.ok);
    assert.equal(second.ok ? '' : second.code, 'queueRefused');
    await farm.close();
  });

  it('X10 ends a run that waited too long in the queue, with that reason', async () => {
    const farm = await new Farm(
      sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' }, queueLimitSeconds: 60 }),
    ).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    await farm.start();
    await agent.accept();
    const second = await farm.start();
    await farm.time.advance(61_000);
    const view = await farm.service.view(ann, second);
    assert.deepEqual(view.ok && [view.value.status, view.value.reason], [
      'timedOut',
      { code: 'queueTimeLimit', parameters: { limitSeconds: 60 } },
    ]);
    await farm.close();
  });

  it('X10 ends a task that waited too long for an agent, with that reason', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { queueLimitSeconds: 60 })).open();
    const runId = await farm.start();
    await farm.time.advance(61_000);
    assert.equal(await farm.line(runId), 'failed: a timedOut');
    await farm.close();
  });

  // prettier-ignore
  const refusals: ReadonlyArray<[title: string, request: object, path: string]> = [
    ['a task that is not there',                  { tasks: ['zz'] },                                             '/tasks/0'],
    ['a parameter that is not there',             { parameters: { NOPE: '1' } },                                 '/parameters/NOPE'],
    ['P2 a parameter without runtime setting',    { parameters: { FIXED: '1' } },                                '/parameters/FIXED'],
    ['P4 another value of an enum',               { parameters: { LEVEL: 'huge' } },                             '/parameters/LEVEL'],
    ['a source that is not there',                { sources: [{ index: 0, ref: { type: 'branch', name: 'x' } }] }, '/sources/0/index'],
  ];
  for (const [title, request, path] of refusals) {
    it(`X1 refuses ${title}, saying where`, async () => {
      const parameters = [
        { type: 'string' as const, name: 'FIXED', value: 'a' },
        { type: 'enum' as const, name: 'LEVEL', values: ['low', 'high'], value: 'low', runtime: true },
      ];
      const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { parameters })).open();
      const answer = await farm.service.start(ann, pipelineId, request);
      assert.deepEqual(answer.ok ? [] : answer.errors?.map((fault) => fault.path), [path]);
      await farm.close();
    });
  }

  it('refuses a run that would take more than a megabyte', async () => {
    const parameters = Array.from({ length: 100 }, (_, index) => ({
      type: 'string' as const,
      name: `P${index}`,
      value: 'x'.repeat(11_000),
    }));
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { parameters })).open();
    const answer = await farm.service.start(ann, pipelineId, {});
    assert.equal(answer.ok ? '' : answer.code, 'payloadTooLarge');
    await farm.close();
  });

  it('P5 gives runs that start at once different values, and continues from a typed one', async () => {
    const upload = { type: 'uploadPackage' as const, name: 'Upload', files: ['*'], package: 'app', version: '${version}' };
    const base = sampleDefinition([{ tasks: ['a'] }], {
      parameters: [{ type: 'autoIncrement', name: 'version', value: '1.0.9', runtime: true }],
    });
    const farm = await new Farm({ ...base, jobs: [{ ...sampleJob, steps: [upload] }] }).open();
    const valueOf = async (request: object): Promise<string | undefined> => {
      const view = await farm.service.view(ann, await farm.start(request));
      return view.ok ? view.value.parameters.find((parameter) => parameter.name === 'version')?.value : undefined;
    };
    assert.deepEqual(new Set(await Promise.all([valueOf({}), valueOf({})])), new Set(['1.0.9', '1.0.10']));
    assert.equal(await valueOf({ parameters: { version: '2.7' } }), '2.7');
    assert.equal(await valueOf({}), '2.8');
    await farm.close();
  });

  const crashes: ReadonlyArray<[call: string, fault: 'before' | 'after']> = [
    ['pipelines.number', 'after'],
    ['runs.insert', 'before'],
    ['runs.insert', 'after'],
    ['runs.replace', 'before'],
    ['runs.replace', 'after'],
    ['attempts.insert', 'before'],
    ['attempts.insert', 'after'],
  ];
  for (const [call, fault] of crashes) {
    it(`G7 finishes a start although the controller died ${fault} ${call}`, async () => {
      let isArmed = true;
      const farm = await new Farm(definition, { onCall: (name) => (name === call && isArmed ? fault : undefined) }).open();
      void farm.service.start(ann, pipelineId, {}, 'key').catch(() => undefined);
      await settle();
      isArmed = false;
      await farm.crash();
      const agent = await farm.addAgent('drover-1');
      await agent.connect();
      const runId = await farm.start({}, 'key');
      await agent.work();
      assert.equal(await farm.line(runId), 'succeeded: a succeeded');
      const { total } = await farm.runs.page({ pipelineId }, { skip: 0, limit: 10 });
      assert.equal(total, 1);
      await farm.close();
    });
  }

  it('C2 keeps the pipeline’s project on the run', async () => {
    const farm = await new Farm(definition).open();
    assert.equal((await farm.runs.read(await farm.start()))?.projectId, projectId);
    await farm.close();
  });
});
