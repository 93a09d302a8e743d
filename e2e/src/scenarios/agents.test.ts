import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptIdOf } from '@drover/protocol';
import type { AgentView, RegistrationTokenCreated } from '@drover/protocol/api';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { openToTasks, root, startProgram, privateNotes } from '../testing/programs.js';

const agentMain = join(root, 'agent', 'dist', 'bundle', 'main.js');

describe('G1 G2 G5 G13 agents of real processes', function () {
  this.timeout(90_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start();
  });
  after(() => farm.close());

  it('register with a token that is good for as many uses as it says, and keep their identity to themselves', async () => {
    const name = await farm.addAgent({ name: 'first', labels: ['fast'] });
    const identity = join(farm.agentFolder(name), 'identity.json');
    expect(statSync(identity).mode & 0o077).to.equal(0);
    const view = await agent('first');
    expect(view?.status).to.equal('online');
    expect(view?.labels).to.include.members(['fast', 'linux', 'git', 'node']);
    const { secret } = await token(1);
    const [one, two] = ['a', 'b'].map((suffix) => register(`used-${suffix}`, secret));
    expect([one?.status, two?.status]).to.deep.equal([0, 1]);
    expect(two?.stderr).to.match(/token/i);
  });

  it('tell how they stand, and leave the farm on unregister', async () => {
    const name = await farm.addAgent({ name: 'leaver' });
    const status = execFileSync(process.execPath, [agentMain, 'status', '--data', farm.agentFolder(name)], { encoding: 'utf8' });
    expect(status).to.include('leaver').and.include(farm.url);
    await farm.agents.get(name)?.stop();
    execFileSync(process.execPath, [agentMain, 'unregister', '--data', farm.agentFolder(name)]);
    expect(await agent('leaver')).to.equal(undefined);
  });

  it('are one process for one identity: a second one is refused with a clear message', async () => {
    const name = await farm.addAgent({ name: 'single' });
    const second = spawnSync(process.execPath, [agentMain, 'start', '--data', farm.agentFolder(name)], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(second.status).to.equal(1);
    expect(second.stdout + second.stderr).to.match(/already|another/i);
  });

  it('are not harmed by a copy of their data folder: it is refused and ends nothing of what they run', async () => {
    const name = await farm.addAgent({ name: 'copied', labels: ['copied'] });
    const go = join(openToTasks, 'go-copied');
    const pipeline = await makeScript(farm, `echo begun; until [ -e '${go}' ]; do sleep 0.02; done; echo done`, { labels: ['copied'] });
    const run = await startRun(farm, pipeline.id);
    const live = await farm.live();
    await live.ask({ type: 'watchLog', attemptId: attemptIdOf(run.id, 'work', 1), offset: 0 });
    await live.until('the task prints', (messages) => messages.find(({ type }) => type === 'logBytes'));
    live.close();
    const copy = join(farm.folder, 'copy');
    cpSync(farm.agentFolder(name), copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    const second = spawnSync(process.execPath, [agentMain, 'start', '--data', copy], { encoding: 'utf8', timeout: 60_000 });
    expect(second.stdout + second.stderr).to.match(/already|another/i);
    expect(second.status).to.equal(3);
    writeFileSync(go, '');
    const ended = await farm.finished(run.id);
    expect(ended.status).to.equal('succeeded');
    expect((await farm.log(attemptIdOf(run.id, 'work', 1))).toString()).to.equal('begun\ndone\n');
  });

  it('finish what they run and take nothing new once they are disabled', async () => {
    const name = await farm.addAgent({ name: 'drained', labels: ['drained'], slots: 1 });
    const view = await agent(name);
    const pipeline = await makeScript(farm, 'echo done', { labels: ['drained'] });
    await farm.api.send('PATCH', `/agents/${view?.id}`, { enabled: false });
    const run = await startRun(farm, pipeline.id);
    const waiting = await farm.api.get<{ agents: ReadonlyArray<{ name: string; reason: { code: string } }> }>(
      `/attempts/${run.id}.work.1/waiting`,
    );
    expect(waiting.agents.find((candidate) => candidate.name === 'drained')?.reason.code).to.match(/agentDisabled|agentDraining/);
    await farm.api.send('PATCH', `/agents/${view?.id}`, { enabled: true });
    expect((await farm.finished(run.id)).status).to.equal('succeeded');
  });

  it('come by the one line that the dashboard shows, downloaded from the controller', async () => {
    const { secret, installCommand } = await token(1);
    expect(installCommand).to.include('/install/agent.sh');
    expect(installCommand, 'the list of processes shows no token').to.match(/\| DROVER_TOKEN=\S+ sh -s --$/);
    const home = join(farm.folder, "it's home");
    const bin = join(home, 'bin');
    execFileSync('mkdir', ['-p', home]);
    const installed = spawnSync('sh', ['-c', `${installCommand} --labels curious --bin "$HOME/bin"`], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, DROVER_PRIVATE_NOTES: privateNotes },
      timeout: 60_000,
    });
    expect(installed.status, installed.stdout + installed.stderr).to.equal(0);
    expect(installed.stdout).to.not.include(secret);
    const view = (await farm.api.get<readonly AgentView[]>('/agents')).find(({ status }) => status === 'silent');
    expect(view, installed.stdout).to.not.equal(undefined);
    const command = (word: string) =>
      spawnSync(join(bin, 'drover-agent'), [word], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: '/' } });
    expect(command('status').stdout).to.match(/not running/);
    const current = join(home, '.drover-agent', 'current');
    const beside = readdirSync(join(current, 'node_modules'));
    expect(beside).to.include.members(['node-pty', 'dockerode']);
    for (const bundled of ['@drover', 'socket.io-client', 'commander']) expect(beside).to.not.include(bundled);
    const loaded = spawnSync(process.execPath, ['--input-type=module', '-e', "new (await import('dockerode')).default()"], {
      cwd: current,
      encoding: 'utf8',
    });
    expect(loaded.status, loaded.stderr).to.equal(0);
    const program = startProgram({
      name: 'installed',
      args: [join(current, 'dist', 'main.js'), 'start'],
      env: { HOME: home },
    });
    try {
      await program.line(/connected/i);
      await expectPrivate([farm.agentFolder('first'), join(farm.folder, 'controller'), privateNotes]);
    } finally {
      await program.stop();
    }
    expect(command('unregister').status).to.equal(0);
  });

  it('are told the address by which the person who adds them reached the controller, not its own idea of it', async () => {
    const byAddress = `http://127.0.0.1:${new URL(farm.url).port}`;
    expect(farm.url).to.not.equal(byAddress);
    const answer = await fetch(`${byAddress}/api/v1/registration-tokens`, {
      method: 'POST',
      headers: { cookie: farm.api.cookie, origin: byAddress, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'by address', uses: 1, expiresInHours: 1 }),
    });
    const { installCommand } = (await answer.json()) as RegistrationTokenCreated;
    expect(installCommand).to.include(`${byAddress}/install/agent.sh `);
  });

  /** Architecture, Security: no task reads the master key, the store, or an agent's identity, its own agent's or another's; nobody told this agent of them. */
  async function expectPrivate(folders: readonly string[]): Promise<void> {
    const looks = folders.map((folder) => `find '${folder}' -type f -size +0 2>/dev/null | sed 's/^/found /' || :`);
    const pipeline = await makeScript(farm, [...looks, 'echo looked'].join('\n'), { labels: ['curious'] });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const log = (await farm.log(`${run.id}.work.1`)).toString();
    expect(log).to.equal('looked\n');
    for (const folder of folders) expect(readdirSync(folder)).to.not.deep.equal([]);
  }

  const agent = async (name: string) => (await farm.api.get<readonly AgentView[]>('/agents')).find((view) => view.name === name);
  const token = (uses: number) =>
    farm.api.post<RegistrationTokenCreated>('/registration-tokens', { name: 'test token', uses, expiresInHours: 1 });
  const register = (name: string, secret: string) =>
    spawnSync(process.execPath, [agentMain, 'register', '--url', farm.url, '--name', name, '--data', farm.agentFolder(name)], {
      encoding: 'utf8',
      env: { ...process.env, DROVER_TOKEN: secret, DROVER_PRIVATE_NOTES: privateNotes },
    });
});
