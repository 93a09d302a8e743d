import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Api } from '../testing/api.js';
import { makeScript, startRun } from '../testing/definitions.js';
import { Docker, dockerMissing } from '../testing/docker.js';
import { root } from '../testing/programs.js';
import type { AttemptView, Project, RunView } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';

const port = 17_080;
const stepLimitMs = 60_000;
/** Containers give no sign of their own: they are asked so often. */
const askEveryMs = 100;

describe('O5 the images and the compose file', function () {
  this.timeout(600_000); // where nothing is built yet, everything is
  let docker: Docker | undefined;
  after(() => docker?.close());

  it('are accepted by compose, and refused without a master key', function () {
    const compose = composeCommand();
    if (compose === undefined) {
      skipBecause(this, 'docker compose');
    }
    const config = (env: NodeJS.ProcessEnv) =>
      spawnSync(compose[0] ?? '', [...compose.slice(1), '-f', join(root, 'docker-compose.yml'), 'config'], {
        env: { PATH: process.env['PATH'], ...env },
        encoding: 'utf8',
      });
    const accepted = config({ DROVER_MASTER_KEY: 'x' });
    expect(accepted.status, accepted.stderr).to.equal(0);
    expect(accepted.stdout).to.include('replicaSet=drover');
    expect(config({}).status).to.not.equal(0);
  });

  it('are built on a stand-in base for an ordinary user, and a farm of the two runs a task', async function () {
    const missing = dockerMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    execFileSync(process.execPath, [join(root, 'scripts', 'images.mjs')], { stdio: 'pipe' });
    docker = await Docker.start();
    await docker.importImage('stand-in:base', [process.execPath, ...nativeModules()]);
    for (const part of ['controller', 'agent']) {
      await docker.docker(
        'build',
        '--network',
        'none',
        '--build-arg',
        'BASE=stand-in:base',
        '-f',
        join(root, part, 'Dockerfile'),
        '-t',
        `drover-${part}:test`,
        root,
      );
      expect(await docker.docker('inspect', '-f', '{{.Config.User}}', `drover-${part}:test`)).to.equal('10001:10001');
    }
    const key = randomBytes(32).toString('base64');
    await docker.docker(
      'run',
      '-d',
      '--name',
      'controller',
      '--network',
      'host',
      '--cap-drop',
      'ALL',
      '-e',
      `DROVER_MASTER_KEY=${key}`,
      '-e',
      `DROVER_PORT=${port}`,
      '-e',
      'DROVER_HOST=127.0.0.1',
      '-e',
      'DROVER_ALLOW_UNISOLATED=true', // on the host's network of this test the agent stands beside the controller
      'drover-controller:test',
    );
    const url = `http://127.0.0.1:${port}`;
    await untilReady(`${url}/readyz`, docker);
    const api = await Api.firstSignIn(
      url,
      'admin',
      (await docker.docker('exec', 'controller', 'cat', '/var/lib/drover/admin-password')).trim(),
    );
    expect((await api.get<readonly Project[]>('/projects')).length).to.equal(0);
    await startAgent(docker, api);
    expect(await runTask(docker, api)).to.equal('kept\n');
    expect(await docker.docker('exec', 'agent', 'ps', '-o', 'stat,comm'), 'zombies').to.not.match(/^Z/m);
    await docker.docker('stop', '-t', '30', 'agent'); // it has nothing to finish, and says that it is through
    expect(await docker.docker('inspect', '-f', '{{.State.ExitCode}}', 'agent')).to.equal('0');
  });
});

/** The agent of the image registers itself, as compose starts it: for an ordinary user, with no rights at all. */
async function startAgent(docker: Docker, api: Api): Promise<void> {
  const { secret } = await api.post<{ secret: string }>('/registration-tokens', { name: 'image', uses: 1, expiresInHours: 1 });
  const settings = [`DROVER_URL=${api.base}`, `DROVER_TOKEN=${secret}`, 'DROVER_NAME=boxed', 'DROVER_LABELS=box,small'];
  const rights = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'];
  const env = settings.flatMap((setting) => ['-e', setting]);
  await docker.docker('run', '-d', '--name', 'agent', '--network', 'host', ...rights, ...env, 'drover-agent:test');
}

/** Runs a task that leaves an orphan behind, on the agent of the image and no other; returns its log. */
async function runTask(docker: Docker, api: Api): Promise<string> {
  const script = 'echo kept >file; (sleep 100 &); cat file';
  const pipeline = await makeScript({ api }, script, { labels: ['box'] });
  const { id } = await startRun({ api }, pipeline.id);
  const view = () => api.get<RunView>(`/runs/${id}`);
  const said = async () => `${JSON.stringify(await view())} the agent's log: ${await docker.docker('logs', 'agent')}`;
  await poll(async () => (await view()).finishedAt !== undefined, said);
  expect((await view()).status, await said()).to.equal('succeeded');
  const [attempt] = await api.get<readonly AttemptView[]>(`/runs/${id}/attempts?taskKey=work`);
  return (await api.raw('GET', `/attempts/${attempt?.id ?? ''}/log/raw`)).text();
}

/** The packages' native parts: the stand-in must have the libraries that they are linked with, as any real base has. */
function nativeModules(): readonly string[] {
  const files = readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /linux-x64.*\.node$/.test(file) && !/musl|rolldown|lightningcss/.test(file))
    .map((file) => join(root, 'node_modules', file));
}

function composeCommand(): readonly string[] | undefined {
  return [['docker', 'compose'], ['docker-compose']].find(
    ([program = '', ...rest]) => spawnSync(program, [...rest, 'version']).status === 0,
  );
}

/** Asks once a moment whether the address answers well: containers give no sign of their own. */
async function untilReady(address: string, docker: Docker): Promise<void> {
  await poll(
    async () => (await fetch(address).catch(() => undefined))?.status === 200,
    async () => `the controller's log: ${await docker.docker('logs', 'controller')}`,
  );
}

async function poll(done: () => Promise<boolean>, state: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + stepLimitMs;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(await state());
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}
