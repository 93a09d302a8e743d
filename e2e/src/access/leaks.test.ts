import type { AgentView, Pipeline, RunView } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';
import { expect } from 'chai';
import { makeUser, makeWorld, password, registerAgent, type World } from '../input/harness/world.js';
import { Api } from '../testing/api.js';
import { job, oneTask, shell } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Live } from '../testing/live.js';
import { tokenOf } from './people.js';

describe('A4 what somebody may not see does not leak', function () {
  this.timeout(60_000);
  let farm: Farm;
  let world: World;
  let stranger: Api;
  let own: Pipeline;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
    stranger = await person('stranger');
    const project = await stranger.post<{ id: string }>('/projects', { name: 'of the stranger' });
    await stranger.post(`/projects/${project.id}/jobs`, { definition: job('script', [shell('true')]) });
    own = await stranger.post<Pipeline>(`/projects/${project.id}/pipelines`, { definition: oneTask('own', 'script') });
  });
  after(() => farm.close());

  async function person(name: string, role?: string): Promise<Api> {
    await makeUser(farm, name);
    if (role !== undefined) await farm.api.post(`/projects/${world.project.id}/members`, { name, roles: [role] });
    return Api.firstSignIn(farm.url, name, password);
  }
  const secretsOf = ({ ids, project }: World): readonly string[] => [project.name, ...Object.values(ids).filter((id) => id.length > 20)];
  const expectNothingOf = (text: string, place: string) => {
    for (const secret of secretsOf(world)) expect(text, place).to.not.include(secret);
  };

  it('through lists, counts, filters and searches', async () => {
    for (const path of [
      '/projects',
      `/projects?search=${world.project.name}`,
      '/pipelines',
      '/pipelines?search=script',
      `/pipelines?projectId=${world.project.id}`,
      '/pipelines?person=admin',
      '/pipelines?sort=lastStart&order=descending',
      '/agents',
      '/farm',
      '/registration-tokens',
      '/me/tokens',
      '/sessions',
    ]) {
      const response = await stranger.raw('GET', path);
      expectNothingOf(await response.text(), path);
    }
    expect(await stranger.get('/pipelines/tally')).to.deep.equal({ running: 0, queued: 0, failedToday: 0 });
    expect(await stranger.get('/farm')).to.include({ agents: 0, slots: 0, queuedTasks: 0 });
    expect(await stranger.get(`/pipelines?projectId=${world.project.id}`)).to.include({ total: 0 });
  });

  it('through what refers to it: copies, imports, endpoints, names', async () => {
    const projectId = own.projectId;
    const definition = oneTask('copy', 'script');
    for (const [path, body] of [
      [`/projects/${projectId}/pipelines`, { definition, copyOf: world.pipeline.id }],
      [`/projects/${projectId}/pipelines/import`, { yaml: yamlOf('copy'), pipelineId: world.pipeline.id }],
    ] as const) {
      const hidden = await stranger.raw('POST', path, json(body));
      const absent = await stranger.raw(
        'POST',
        path,
        json(JSON.parse(JSON.stringify(body).replaceAll(world.pipeline.id, '01arz3ndektsv4rrffq69g5fav'))),
      );
      const texts = [await hidden.text(), await absent.text()].map((text) => text.replace(/"requestId":"[^"]*"/, ''));
      expect(hidden.status, texts[0]).to.equal(absent.status).and.to.be.within(400, 499);
      expect(texts[0]).to.equal(texts[1]);
    }
    const refs = await stranger.raw('POST', `/projects/${projectId}/refs`, json({ url: 'https://git.example/a.git', endpoint: 'host' }));
    expect(refs.status).to.equal(400);
  });

  it('G3 through the reasons why a task waits', async () => {
    const run = await stranger.post<RunView>(`/pipelines/${own.id}/runs`, {});
    const waiting = await stranger.raw('GET', `/attempts/${run.id}.work.1/waiting`);
    const text = await waiting.text();
    expect(waiting.status, text).to.equal(200);
    expectNothingOf(text, 'waiting');
    expect(text).to.not.include('agent-');
    expect(await farm.api.get(`/attempts/${run.id}.work.1/waiting`))
      .to.have.property('agents')
      .with.lengthOf(1);
  });

  it('through live events: runs, agents that come and go, the farm', async () => {
    const live = await Live.open(stranger);
    const heard: LiveMessage[] = [];
    const { runId = '', attemptId = '', projectId = '', pipelineId = '' } = world.ids;
    for (const request of [
      { type: 'watchRun', runId },
      { type: 'watchLog', attemptId, offset: 0 },
      { type: 'watchRuns', projectId },
      { type: 'watchRuns', pipelineId },
    ]) {
      expect(await live.ask(request as Parameters<Live['ask']>[0]), JSON.stringify(request)).to.include({ ok: false, code: 'notFound' });
    }
    for (const type of ['watchRuns', 'watchAgents', 'watchFarm'] as const) expect(await live.ask({ type })).to.include({ ok: true });

    await farm.api.post(`/pipelines/${pipelineId}/runs`, {});
    const made = await farm.api.post<{ secret: string }>('/registration-tokens', { name: 'gone', projectId, uses: 1, expiresInHours: 1 });
    const { agentId } = await registerAgent(farm, made.secret, 'comes-and-goes');
    await farm.api.send('PATCH', `/agents/${agentId}`, { labels: ['x'] });
    await farm.api.send('DELETE', `/agents/${agentId}`);

    const open = await farm.api.post<{ secret: string }>('/registration-tokens', { name: 'open', uses: 1, expiresInHours: 1 });
    const seen = await registerAgent(farm, open.secret, 'of-the-farm');
    await farm.api.send('DELETE', `/agents/${seen.agentId}`);
    const run = await stranger.post<RunView>(`/pipelines/${own.id}/runs`, {});
    await live.until('the own run and the end of the farm’s agent', (messages) => {
      heard.splice(0, heard.length, ...messages);
      return (
        (messages.some((message) => message.type === 'runSummary' && message.run.id === run.id) &&
          messages.some((message) => message.type === 'agentGone' && message.agentId === seen.agentId)) ||
        undefined
      );
    });
    expectNothingOf(JSON.stringify(heard), 'live');
    expect(JSON.stringify(heard)).to.not.include(agentId);
    live.close();
  });

  it('to one who was a member: taken off the project, they hear no more of it', async () => {
    const leaving = await person('leaving', 'viewer');
    const live = await Live.open(leaving);
    const { pipelineId = '', projectId = '' } = world.ids;
    expect(await live.ask({ type: 'watchRuns', pipelineId: world.pipeline.id })).to.include({ ok: true });
    expect(await live.ask({ type: 'watchRuns' })).to.include({ ok: true });
    const members = await farm.api.get<ReadonlyArray<{ userId: string; name: string }>>(`/projects/${projectId}/members`);
    await farm.api.send('DELETE', `/projects/${projectId}/members/${members.find(({ name }) => name === 'leaving')?.userId ?? ''}`);
    await farm.api.post(`/pipelines/${pipelineId}/runs`, {});
    const mine = await leaving.post<{ id: string }>('/projects', { name: 'of the leaver' });
    await leaving.post(`/projects/${mine.id}/jobs`, { definition: job('script', [shell('true')]) });
    const made = await leaving.post<Pipeline>(`/projects/${mine.id}/pipelines`, { definition: oneTask('own', 'script') });
    await leaving.post(`/pipelines/${made.id}/runs`, {});
    const told = await live.until('the own run', (messages) =>
      messages.some((message) => message.type === 'runSummary' && message.run.pipelineId === made.id)
        ? JSON.stringify(messages)
        : undefined,
    );
    expectNothingOf(told, 'live');
    live.close();
  });

  it('A5 to one whose session, token or power has ended: the socket is closed', async () => {
    const signedOut = (live: Live) => live.until('the end', (messages) => messages.some(({ type }) => type === 'signedOut') || undefined);
    const users = async () => farm.api.get<ReadonlyArray<{ id: string; name: string }>>('/users');
    const idOf = async (name: string) => (await users()).find((user) => user.name === name)?.id ?? '';

    const disabled = await Live.open(await person('disabled', 'viewer'));
    await farm.api.send('PATCH', `/users/${await idOf('disabled')}`, { disabled: true });
    await signedOut(disabled);

    const demoted = await person('demoted');
    await farm.api.send('PATCH', `/users/${await idOf('demoted')}`, { administrator: true });
    const powerful = await Live.open(demoted);
    expect(await powerful.ask({ type: 'watchRun', runId: world.ids['runId'] as RunView['id'] })).to.include({ ok: true });
    await farm.api.send('PATCH', `/users/${await idOf('demoted')}`, { administrator: false });
    await signedOut(powerful);

    const { authorization = '' } = await tokenOf(farm, { cookie: stranger.cookie, origin: farm.url }, 'read');
    const byToken = await Live.open({ base: farm.url, cookie: '', authorization });
    const [newest] = await stranger.get<ReadonlyArray<{ id: string }>>('/me/tokens');
    await stranger.send('DELETE', `/me/tokens/${newest?.id ?? ''}`);
    await signedOut(byToken);
    expect((await fetch(`${farm.url}/api/v1/me`, { headers: { authorization } })).status).to.equal(401);
    for (const live of [disabled, powerful, byToken]) live.close();
  });

  it('to an agent of another project: it sees itself only', async () => {
    const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', {
      name: 'own',
      projectId: own.projectId,
      uses: 1,
      expiresInHours: 1,
    });
    const { token, agentId } = await registerAgent(farm, secret, 'of-the-stranger');
    const self = (await (
      await fetch(`${farm.url}/api/v1/agent/self`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as AgentView;
    expect(self.id).to.equal(agentId);
    const upload = await fetch(`${farm.url}/api/v1/agent/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        attemptId: world.ids['attemptId'],
        fencing: 1,
        directory: '',
        name: 'x',
        version: '1',
        fileName: 'x',
        sizeBytes: 1,
        sha256: '0'.repeat(64),
      }),
    });
    expect(upload.status).to.equal(409);
    expectNothingOf((await upload.text()).replaceAll(world.ids['attemptId'] ?? '', ''), 'upload');
  });
});

const json = (body: unknown) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const yamlOf = (name: string): string => `drover: 1\npipeline: ${JSON.stringify(oneTask(name, 'script'))}\n`;
