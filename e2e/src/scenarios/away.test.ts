import type { AgentView, Page, PipelineRow, QueueItem, RunSummary, RunView, WaitingView } from '@drover/protocol/api';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

interface Shown {
  readonly status: string;
  readonly code: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  /** Of *Why is it waiting?* */
  readonly headline: string | undefined;
  readonly inQueue: string | undefined;
}

describe('V1 V3 G3 G6 what REST says of a run that does not move on', function () {
  this.timeout(90_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start();
  });
  after(() => farm?.close());

  const agentCalled = async (name: string): Promise<AgentView> => {
    const found = (await farm.api.get<readonly AgentView[]>('/agents')).find((agent) => agent.name === name);
    if (found === undefined) throw new Error(`no agent is called ${name}`);
    return found;
  };

  /** Status and reason of a run wherever they are shown. */
  async function shown({ id, pipelineId }: RunView): Promise<Shown> {
    const page = await farm.api.get<RunView>(`/runs/${id}`);
    const [inHistory] = (await farm.api.get<Page<RunSummary>>(`/pipelines/${pipelineId}/runs`)).items;
    const row = (await farm.api.get<Page<PipelineRow>>('/pipelines?pageSize=100')).items.find((pipeline) => pipeline.id === pipelineId);
    const why = await farm.api.raw('GET', `/runs/${id}/waiting`);
    const headline = why.ok ? ((await why.json()) as WaitingView).verdict.code : undefined;
    const queued = (await farm.api.get<Page<QueueItem>>('/queue?pageSize=100')).items.find(({ runId }) => runId === id);
    const again = await farm.api.get<RunView>(`/runs/${id}`);
    if (again.revision !== page.revision || again.waiting?.code !== page.waiting?.code) return shown(page); // it went on between the answers
    const all = [page, inHistory, row?.newestRun].map((run) => [run?.status, run?.waiting?.code]);
    expect(all[1], 'history').to.deep.equal(all[0]);
    expect(all[2], 'list').to.deep.equal(all[0]);
    return {
      status: page.status,
      code: page.waiting?.code,
      parameters: page.waiting?.parameters,
      headline,
      inQueue: queued?.waiting?.code,
    };
  }

  /** Asks until it is so; the last answer, if it never is, is told by the test's timeout. */
  async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (isSo(answer)) return answer;
    }
  }

  it('an agent that is gone for good: since when, and what happens when, also after a restart of the controller', async () => {
    await farm.addAgent({ name: 'goner', labels: ['goner'], slots: 1 });
    const pipeline = await makeScript(farm, 'sleep 600', { labels: ['goner'] });
    const run = await startRun(farm, pipeline.id);
    await until(
      () => shown(run),
      ({ status }) => status === 'running',
    );
    const before = Date.now();
    const program = farm.agents.get('goner');
    program?.kill('SIGKILL');
    await program?.ended;
    const away = await until(
      () => shown(run),
      ({ code }) => code !== undefined,
    );
    expect(away).to.include({ status: 'running', code: 'agentAwayRerun', headline: 'agentAwayRerun' });
    expect(away.parameters).to.include({ agent: 'goner' });
    const since = Number(away.parameters?.['since']);
    expect(since).to.be.within(before - 1_000, Date.now());
    expect(Number(away.parameters?.['until'])).to.be.greaterThan(since);
    await farm.controller.stop();
    await farm.restartController();
    const later = await until(
      () => shown(run),
      ({ code }) => code !== undefined,
    );
    expect(later).to.include({ status: 'running', code: 'agentAwayRerun', headline: 'agentAwayRerun' });
    expect(Math.abs(Number(later.parameters?.['since']) - since), 'it is away since it went').to.be.lessThan(1_000);
    await farm.api.post(`/runs/${run.id}/stop`, {});
    await farm.api.send('DELETE', `/agents/${(await agentCalled('goner')).id}`);
    await farm.finished(run.id);
  });

  it('nobody can take it: it is queued, with the reason in list, history, page and queue', async () => {
    await farm.addAgent({ name: 'other', labels: ['other'], slots: 1 });
    const run = await startRun(farm, (await makeScript(farm, 'true', { labels: ['unheard-of'] })).id);
    const waits = await until(
      () => shown(run),
      ({ code }) => code === 'noAgentMatches',
    );
    expect(waits).to.deep.include({ status: 'queued', headline: 'noAgentMatches', inQueue: 'noAgentMatches' });
    await farm.api.post(`/runs/${run.id}/stop`, {});
    await farm.finished(run.id);
  });

  it('the fitting agent is disabled, busy or offline: the headline says which, and an idle disabled agent does not drain', async () => {
    await farm.addAgent({ name: 'only', labels: ['only'], slots: 1 });
    const { id } = await agentCalled('only');
    const idle = await farm.api.send<AgentView>('PATCH', `/agents/${id}`, { enabled: false });
    expect(idle.status).to.equal('disabled');
    const sleeps = await makeScript(farm, 'sleep 600', { labels: ['only'] });
    const first = await startRun(farm, sleeps.id);
    const disabled = await until(
      () => shown(first),
      ({ code }) => code !== undefined && code !== 'resolvingSources',
    );
    expect(disabled).to.deep.include({ status: 'queued', code: 'agentsDisabled', headline: 'agentsDisabled', inQueue: 'agentsDisabled' });
    await farm.api.send('PATCH', `/agents/${id}`, { enabled: true });
    await until(
      () => shown(first),
      ({ status }) => status === 'running',
    );
    const second = await startRun(farm, (await makeScript(farm, 'true', { labels: ['only'] })).id);
    const busy = await until(
      () => shown(second),
      ({ code }) => code === 'slotsBusy',
    );
    expect(busy).to.deep.include({ status: 'queued', headline: 'allSlotsBusy', inQueue: 'slotsBusy' });
    await farm.api.post(`/runs/${first.id}/stop`, {});
    await farm.finished(first.id);
    await farm.finished(second.id);
    await farm.agents.get('only')?.stop();
    const third = await startRun(farm, (await makeScript(farm, 'true', { labels: ['only'] })).id);
    const offline = await until(
      () => shown(third),
      ({ code }) => code === 'agentsOffline',
    );
    expect(offline).to.deep.include({
      status: 'queued',
      headline: 'agentsOffline',
      inQueue: 'agentsOffline',
      parameters: { agents: 'only' },
    });
    await farm.startAgent('only');
    expect((await farm.finished(third.id)).status).to.equal('succeeded');
  });
});
