import type { Reason } from '@drover/protocol';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import Docker from 'dockerode';
import { createServer, type Server } from 'node:http';
import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDockerExecutor } from './docker-executor.js';
import { missingProgram, OpenFailure, type DockerOptions, type Executor } from '../executor.js';
import { collect, executorContract } from '../executor.contract.js';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { readProcesses } from '../../processes/process-table.js';
import { engineMissing, startEngine, testImage, type PrivateEngine } from '../../testing/docker-engine.js';
import { testMarker } from '../../testing/test-marker.js';

const docker: DockerOptions = { image: testImage, pull: 'never', network: 'none', cpus: 1, memoryBytes: 256 * 2 ** 20 };

describe('G10 the Docker executor', function () {
  let engine: PrivateEngine;
  let executor: Executor;
  let client: Docker;
  let workspace = '';

  before(async function () {
    this.timeout(60_000);
    const missing = engineMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    engine = await startEngine();
    executor = createDockerExecutor({ socketPath: engine.socketPath, limits: { processes: 4_096 } });
    client = new Docker({ socketPath: engine.socketPath });
    workspace = await mkdtemp(join(tmpdir(), 'drover-docker-'));
  });
  after(async function () {
    this.timeout(60_000);
    await engine?.close();
    if (workspace !== '') await rm(workspace, { recursive: true, force: true });
  });
  afterEach(async () => expect(await client.listContainers({ all: true })).to.deep.equal([]));

  const open = (attemptId: string, changes: Partial<DockerOptions> = {}, { by = executor, agentMarker = testMarker } = {}) =>
    by.open({
      attemptId,
      agentMarker,
      workspaceHostPath: workspace,
      isolation: 'none',
      docker: { ...docker, ...changes },
      onNotice: () => undefined,
      signal: new AbortController().signal,
    });

  describe('keeps the contract of executors', () => {
    executorContract(() => ({
      env: {},
      prepareWorkspace: () => Promise.resolve(),
      open: (options) => executor.open({ ...options, isolation: 'none', docker }),
      processesWith: (word) =>
        readProcesses()
          .map(({ pid }) => pid)
          .filter((pid) => {
            try {
              return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word);
            } catch {
              return false;
            }
          }),
    }));
  });

  it('checks that the engine answers', async () => {
    expect(await executor.check()).to.include({ ok: true });
    expect(await createDockerExecutor({ socketPath: join(workspace, 'none.sock') }).check()).to.include({ ok: false });
  });

  it('gives the container its limits, labels and workspace, and no socket of an engine', async () => {
    const environment = await open('limits');
    const [found] = await client.listContainers();
    const settings = await client.getContainer(found?.Id ?? '').inspect();
    await environment.close();
    expect(settings.HostConfig).to.include({ NanoCpus: 1e9, Memory: 256 * 2 ** 20, Privileged: false, OomScoreAdj: 500 });
    expect(settings.HostConfig.Binds).to.deep.equal([`${workspace}:/workspace`]);
    expect(settings.Config.Labels).to.include({ 'drover.agent': testMarker, 'drover.attempt': 'limits' });
  });

  it('gives the terminal its size', async () => {
    const environment = await open('size');
    const step = await environment.start({ argv: ['stty', '-F', '/dev/tty', 'size'], env: {}, cwd: '/workspace', columns: 77, rows: 33 });
    const { bytes } = await collect(step);
    await environment.close();
    expect(bytes.toString()).to.equal('33 77\n');
  });

  it('reaps the containers of an earlier process, but not those of others or to keep', async () => {
    await open('left-over');
    const [kept, others] = [await open('kept'), await open('other', {}, { agentMarker: `${testMarker}-2` })];
    const removed = await executor.reap(testMarker, new Set(['kept']));
    expect(removed).to.have.length(1);
    expect(removed[0]).to.contain('left-over');
    expect(await client.listContainers()).to.have.length(2);
    await Promise.all([kept.close(), others.close()]);
  });

  it('X3 ends a step where nothing more can be started in the container, and the always steps still run', async () => {
    const environment = await open('stuck');
    const step = await environment.start({ argv: ['sh', '-c', 'echo on; sleep 1000'], env: {}, cwd: '/workspace' });
    const collected = collect(step);
    await once(step.output, 'data');
    const [found] = await client.listContainers();
    await client.getContainer(found?.Id ?? '').pause();
    step.stop(0);
    expect((await collected).exit).to.include({ kind: 'killed' });
    const after = await collect(await environment.start({ argv: ['echo', 'tidy'], env: {}, cwd: '/workspace' }));
    await environment.close();
    expect([after.exit, after.bytes.toString()]).to.deep.equal([{ kind: 'exited', exitCode: 0 }, 'tidy\n']);
  });

  describe('B3 an image', () => {
    /** The small image with other settings. */
    const derive = async (name: string, changes: string) => {
      const container = await client.createContainer({ Image: testImage });
      await container.commit({ repo: name, tag: 'test', changes });
      await container.remove();
      return `${name}:test`;
    };
    const inImage = async (image: string, script: string, owned = executor, prepare?: (path: string) => Promise<unknown>) => {
      const workspaceHostPath = await mkdtemp(join(tmpdir(), 'drover-image-'));
      await prepare?.(workspaceHostPath);
      const signal = new AbortController().signal;
      const options = { attemptId: 'image', agentMarker: testMarker, workspaceHostPath, isolation: 'none', signal } as const;
      const environment = await owned.open({ ...options, docker: { ...docker, image }, onNotice: () => undefined });
      const run = async (text: string) =>
        printedBy(await collect(await environment.start({ argv: ['sh', '-ec', text], env: {}, cwd: '/workspace' })));
      const close = async () => {
        await environment.close();
        await rm(workspaceHostPath, { recursive: true, force: true });
      };
      return { printed: await run(script), run, environment, workspaceHostPath, close };
    };

    for (const [user, ids] of [
      ['1234:1235', '1234 1235'],
      ['nobody', '65534 65534'],
      ['77', '77 0'],
    ] as const) {
      it(`with the user ${user} enters and writes the workspace, also what the agent puts there later`, async () => {
        const image = await derive(`drover/user-${user.replace(':', '-')}`, `USER ${user}`);
        const attempt = await inImage(image, 'echo $(id -u) $(id -g); pwd; echo x >made; mkdir folder');
        expect(attempt.printed).to.equal(`${ids}\n/workspace\n`);
        await attempt.environment.forAgent?.();
        await writeFile(join(attempt.workspaceHostPath, 'folder/source'), 'from the agent');
        expect(await attempt.run('cat folder/source; echo more >>folder/source')).to.equal('from the agent');
        await attempt.close();
      });
    }

    it('with a user of its own leaves the workspace to an agent that is not root while that works, and in the end', async () => {
      const image = await derive('drover/user-back', 'USER 1234');
      const owned = createDockerExecutor({ socketPath: engine.socketPath, owner: { uid: 10_001, gid: 10_001 } });
      const attempt = await inImage(image, 'umask 077; mkdir -p a/b; echo x >a/b/c', owned, (path) => chown(path, 10_001, 10_001));
      const owners = () => ['.', 'a', 'a/b/c'].map((path) => lstatSync(join(attempt.workspaceHostPath, path)).uid);
      expect(owners()).to.deep.equal([1234, 1234, 1234]);
      await attempt.environment.forAgent?.();
      expect(owners()).to.deep.equal([10_001, 10_001, 10_001]);
      await attempt.run('echo y >>a/b/c');
      await attempt.environment.close();
      expect(owners()).to.deep.equal([10_001, 10_001, 10_001]);
      await attempt.close();
    });

    it('with an ENTRYPOINT runs the steps without it', async () => {
      const image = await derive('drover/entry', 'ENTRYPOINT ["/bin/false"]');
      const attempt = await inImage(image, 'echo well');
      expect(attempt.printed).to.equal('well\n');
      await attempt.close();
    });

    it('has Git trust the workspace, no matter who checked it out', async () => {
      const attempt = await inImage(testImage, 'echo $GIT_CONFIG_COUNT $GIT_CONFIG_KEY_0 "$GIT_CONFIG_VALUE_0"');
      expect(attempt.printed).to.equal('1 safe.directory *\n');
      await attempt.close();
    });

    it('without a shell is refused with a reason of its own', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'drover-empty-'));
      await mkdir(join(folder, 'workspace'));
      const archive = spawn('tar', ['-C', folder, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const answer = await client.importImage(archive.stdout, { repo: 'drover/empty', tag: 'test', changes: ['CMD ["/none"]'] });
      answer.resume();
      await once(answer, 'end');
      const refusal: unknown = await open('x', { image: 'drover/empty:test' }).catch((error: unknown) => error);
      await rm(folder, { recursive: true });
      expect(refusal)
        .to.be.instanceOf(OpenFailure)
        .and.deep.include({
          reason: { code: 'imageWithoutShell', parameters: { image: 'drover/empty:test' } },
        });
    });

    it('without the program of a step tells so in the words that the agent knows', async () => {
      const environment = await open('missing');
      const step = await environment.start({ argv: ['no-bash'], env: {}, cwd: '/workspace' });
      const { exit } = await collect(step);
      await environment.close();
      expect(exit).to.deep.equal({ kind: 'failedToStart', reason: missingProgram('no-bash') });
    });
  });

  it('G9 leaves the workspace to the user of the agent, no matter who wrote in it', async () => {
    const owned = createDockerExecutor({ socketPath: engine.socketPath, owner: { uid: 10_001, gid: 10_001 } });
    const environment = await open('owned', {}, { by: owned });
    await collect(
      await environment.start({ argv: ['sh', '-c', 'mkdir a; echo x >a/b; ln -s /etc/passwd a/c'], env: {}, cwd: '/workspace' }),
    );
    await environment.close();
    expect(['a', 'a/b', 'a/c'].map((path) => lstatSync(join(workspace, path)).uid)).to.deep.equal([10_001, 10_001, 10_001]);
    expect(lstatSync('/etc/passwd').uid).to.equal(0);
    await rm(join(workspace, 'a'), { recursive: true });
  });

  it('G9 leaves it so also while something of the attempt writes on', async () => {
    const owned = createDockerExecutor({ socketPath: engine.socketPath, owner: { uid: 10_001, gid: 10_001 } });
    const environment = await open('busy', {}, { by: owned });
    const script = 'mkdir w; (trap "" HUP; i=0; while :; do i=$((i+1)); mkdir w/$i; done) >/dev/null 2>&1 & until [ -d w/3 ]; do :; done';
    await collect(await environment.start({ argv: ['sh', '-c', script], env: {}, cwd: '/workspace' }));
    await environment.close();
    const written = readdirSync(join(workspace, 'w')).map((name) => lstatSync(join(workspace, 'w', name)).uid);
    await rm(join(workspace, 'w'), { recursive: true });
    expect([...new Set(written)]).to.deep.equal([10_001]);
  });

  // prettier-ignore
  const hogs: ReadonlyArray<readonly [what: string, script: string, reason: Reason]> = [
    ['processes', 'i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; wait', { code: 'processLimit', parameters: { limit: 50 } }],
    ['memory',    'head -c 100m /dev/zero | tail -c 90m | wc -c',                        { code: 'memoryLimit', parameters: { limitMb: 32 } }],
  ];
  for (const [what, script, reason] of hogs) {
    it(`A8 keeps the limit of ${what}, and tells which was hit`, async function () {
      const limits = { processes: 50, memoryBytes: 32 * 2 ** 20 };
      const limited = createDockerExecutor({ socketPath: engine.socketPath, limits });
      const environment = await open('hog', {}, { by: limited });
      const before = await environment.hitLimit?.();
      const step = await environment.start({ argv: ['sh', '-c', script], env: {}, cwd: '/workspace' });
      await collect(step);
      const after = await environment.hitLimit?.();
      await environment.close();
      expect([before, after]).to.deep.equal([undefined, reason]);
    });
  }

  it('gives a step up that the engine does not begin in time', async () => {
    const hasty = createDockerExecutor({ socketPath: engine.socketPath, beginLimitMs: 300 });
    const environment = await open('hung', {}, { by: hasty });
    await engine.pause();
    const refusal = await environment.start({ argv: ['true'], env: {}, cwd: '/workspace' }).then(() => '', String);
    engine.resume();
    await environment.close();
    expect(refusal).to.contain('no answer within 0.3 s');
  });

  it('says so when an image may not be pulled', async () => {
    const refusal = await open('x', { image: 'drover/none:1' }).then(() => '', String);
    expect(refusal).to.contain('drover/none:1 is not on this machine');
  });

  it('sends the credentials with the pull alone and reports what the registry says', async () => {
    const seen: string[] = [];
    const registry: Server = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      response.writeHead(request.headers.authorization === undefined ? 401 : 404, {
        'www-authenticate': 'Basic realm="r"',
        'docker-distribution-api-version': 'registry/2.0',
      });
      response.end('{}');
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const credentials = { address, user: 'me', password: 'secret' };
    const refusal = await open('x', { image: `${address}/a/b:1`, pull: 'always', credentials }).then(() => '', String);
    registry.closeAllConnections();
    await new Promise((resolve) => registry.close(resolve));
    expect(refusal).to.contain('could not be pulled').and.not.contain('secret');
    expect(seen).to.include(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });
});

/** What a step printed, or why it did not begin. */
const printedBy = ({ bytes, exit }: Awaited<ReturnType<typeof collect>>): string =>
  exit.kind === 'failedToStart' ? exit.reason : bytes.toString();
