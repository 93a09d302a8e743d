import { assert } from 'chai';
import type { Reason } from '@drover/protocol';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { ann, Farm, pipelineId, projectId } from '../../testing/engine/farm.js';
import { withRecovery, working } from '../../testing/engine/working-farm.js';
import { createRunSummaries } from '../runs/run-summaries.js';
import { marginMs } from './absence.js';
import { Queue } from './queue.js';
import { Waiting } from './waiting.js';
import { WaitingNews } from './waiting-news.js';

const oneTask = sampleDefinition([{ tasks: ['a'] }]);

/** Status and reason of the newest run, as the list, the history, the run's page and *Why is it waiting?* have them. */
async function shown(farm: Farm) {
  const row = (await createRunSummaries(farm.core).ofPipelines([pipelineId])).get(pipelineId);
  const [inHistory] = (await farm.service.list(pipelineId, {})).items;
  const id = inHistory?.id ?? assert.fail();
  const page = await farm.service.view(ann, id);
  const view = page.ok ? page.value : assert.fail();
  const why = await new Waiting(farm.core).ofRun(id, ann);
  const [task] = view.stages.flatMap(({ tasks }) => tasks);
  assert.deepEqual([row?.newestRun?.status, inHistory?.status], [view.status, view.status]);
  assert.deepEqual([row?.newestRun?.waiting, inHistory?.waiting, task?.waiting], [view.waiting, view.waiting, view.waiting]);
  return {
    status: view.status,
    hasBegun: view.startedAt !== undefined,
    waiting: view.waiting,
    why: why.ok ? why.value.verdict : undefined,
  };
}

describe('L1, V1, V3, G3 what is shown of a run that does not move on', () => {
  it('is queued until its first task begins, with the reason everywhere, and counted so', async () => {
    const farm = await new Farm(oneTask).open();
    const runId = await farm.start();
    assert.deepEqual(await shown(farm), {
      status: 'queued',
      hasBegun: false,
      waiting: { code: 'noAgents' },
      why: { code: 'noAgents' },
    });
    const summaries = createRunSummaries(farm.core);
    assert.include(await summaries.tally('all', 0), { running: 0, queued: 1 });
    const listed = async (status: 'queued' | 'running') => (await farm.service.list(pipelineId, { status })).items.map(({ id }) => id);
    assert.deepEqual([await listed('queued'), await listed('running')], [[runId], []]);

    const agent = await farm.addAgent('drover-1');
    const offline: Reason = { code: 'agentsOffline', parameters: { agents: 'drover-1' } };
    assert.deepEqual(await shown(farm), { status: 'queued', hasBegun: false, waiting: offline, why: offline });
    await agent.connect();
    await agent.accept();
    await farm.time.advance(300);
    assert.deepEqual(await shown(farm), { status: 'running', hasBegun: true, waiting: undefined, why: undefined });
    assert.include(await summaries.tally('all', 0), { running: 1, queued: 0 });
    assert.deepEqual([await listed('queued'), await listed('running')], [[], [runId]]);
    await farm.close();
  });

  for (const [then, code] of [
    ['rerun', 'agentAwayRerun'],
    ['fail', 'agentAwayFail'],
  ] as const) {
    it(`G6 says that its agent is away, since when, and what happens when (${then})`, async () => {
      const { farm, agent } = await working(withRecovery(600, then));
      const since = farm.time.now();
      agent.cut();
      await farm.time.advance(5_000);
      const reason: Reason = { code, parameters: { agent: 'drover-1', since, until: since + 600_000 + marginMs } };
      assert.deepEqual(await shown(farm), { status: 'running', hasBegun: true, waiting: reason, why: reason });
      await agent.connect();
      assert.deepEqual(await shown(farm), { status: 'running', hasBegun: true, waiting: undefined, why: undefined });
      await farm.close();
    });
  }

  it('G3 estimates from the durations of the tasks ahead alone, and is silent where they are unknown', async () => {
    const farm = await new Farm(oneTask).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const [first, second] = [await farm.start(), await farm.start()];
    const estimate = async (runId: string): Promise<number | undefined> => {
      const why = await new Waiting(farm.core).ofRun(runId as typeof first, ann);
      return why.ok ? why.value.estimateMs : undefined;
    };
    await agent.accept();
    assert.isUndefined(await estimate(second), 'the task before it has never run');
    const held = agent.held[0] && (await farm.attempts.read(agent.held[0].attemptId));
    if (held === undefined) assert.fail(`${first} has no attempt`);
    const finishedAt = (held.startedAt ?? assert.fail()) + 60_000;
    farm.core.durations.note({ ...held, state: 'finished', outcome: 'succeeded', finishedAt });
    assert.equal(await estimate(second), finishedAt - farm.time.now());
    await farm.time.advance(90_000);
    assert.isUndefined(await estimate(second), 'the task before it takes longer than usual');
    await farm.close();
  });

  it('lists what waits, page by page, of the projects that somebody may see', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 2, whenFull: 'queue' } })).open();
    const runIds = [await farm.start(), await farm.start(), await farm.start()];
    const queue = new Queue(farm.core);
    const first = await queue.list('all', { page: 1, pageSize: 2 });
    assert.deepEqual(
      first.items.map(({ runId, task, waiting }) => [runId, task?.name, waiting?.code]),
      [
        [runIds[0], 'Task a', 'noAgents'],
        [runIds[1], 'Task a', 'noAgents'],
      ],
    );
    const second = await queue.list(new Set([projectId]), { page: 2, pageSize: 2 });
    assert.deepEqual(
      [second.total, second.items.map(({ runId, task, waiting }) => [runId, task, waiting?.code])],
      [3, [[runIds[2], undefined, 'runsBusy']]],
    );
    assert.deepEqual(await queue.list(new Set(), {}), { items: [], page: 1, pageSize: 20, total: 0, more: false });
    await farm.close();
  });

  it('announces runs that wait when an agent changes what it may take, and nothing for its heartbeats', async () => {
    const farm = await new Farm(oneTask).open();
    const runId = await farm.start();
    const told: string[] = [];
    const news = new WaitingNews({
      board: farm.core.board,
      placer: farm.core.placer,
      signals: { publish: (signal) => told.push('runId' in signal ? signal.runId : ''), subscribe: () => () => undefined },
    });
    const agent = await farm.addAgent('drover-1');
    news.on({ type: 'agentChanged', agentId: agent.agentId });
    news.on({ type: 'agentChanged', agentId: agent.agentId });
    assert.deepEqual(told, [runId]);
    await farm.core.agents.change(agent.agentId, (record) => ({ ...record, enabled: false }));
    news.on({ type: 'agentChanged', agentId: agent.agentId });
    assert.deepEqual(told, [runId, runId]);
    await farm.close();
  });
});
