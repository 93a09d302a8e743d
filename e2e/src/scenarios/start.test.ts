import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page, PipelineRow, RunView } from '@drover/protocol/api';
import { Api, ownPassword } from '../testing/api.js';
import { makeScript, startRun } from '../testing/definitions.js';
import { endOf, Live } from '../testing/live.js';
import { root, startProgram, type Program } from '../testing/programs.js';

describe('npm start', function () {
  this.timeout(120_000);
  let folder: string;
  let farm: Program | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover start-'));
  });
  afterEach(async () => {
    await farm?.stop();
    farm = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings up controller, agent and sample, also where a proxy is set, ends in order, and continues with the same data without running the sample again', async () => {
    farm = start(['--port', '0', '--data', folder], proxied);
    const [, url = ''] = await farm.line(/^Drover ready: (\S+)/);
    const [, name = '', password = ''] = await farm.line(/sign in as\s+(\S+) \/ (\S+)/);
    const [line] = await farm.line(/^Sample run #1 succeeded: hello-service 1\.0\.0 \([\d.]+ (bytes|KB)\)$/, 90_000);
    expect(line).to.be.a('string');
    const isRoot = process.getuid?.() === 0;
    expect(farm.lines.filter((text) => text.startsWith('  as root '))).to.have.length(isRoot ? 1 : 0);
    const api = await Api.firstSignIn(url, name, password);
    const rows = await api.get<Page<PipelineRow>>('/pipelines');
    expect(rows.items.map((row) => row.name).sort()).to.deep.equal(['drover', 'hello-service']);
    expect(readFileSync(join(folder, 'farm.log'), 'utf8'))
      .to.include('ready')
      .and.not.include(password)
      .and.not.include('secret-of-proxy');
    expect(await seenByTask(api, [folder, root])).to.deep.equal([folder, root].map((path) => `${path}: nothing`));
    farm.kill('SIGINT');
    expect(await farm.ended).to.deep.equal({ code: 0, signal: null });
    expect(processesIn(folder)).to.deep.equal([]);

    farm = start(['--port', '0', '--data', folder]);
    const [, again = ''] = await farm.line(/^Drover ready: (\S+)/);
    await farm.line(/Ctrl-C stops everything/);
    const later = await Api.signIn(again, name, ownPassword(password));
    const hello = (await later.get<Page<PipelineRow>>('/pipelines')).items.find((row) => row.name === 'hello-service');
    expect(hello?.newestRun?.number).to.equal(1);
    farm.kill('SIGINT');
    expect((await farm.ended).code).to.equal(0);
  });

  it('runs the sample again and again with its data in the clone, where they lie when nobody says otherwise', async () => {
    const own = join(root, '.drover');
    mkdirSync(own, { recursive: true });
    const inside = mkdtempSync(join(own, 'start-'));
    try {
      farm = start(['--port', '0', '--data', inside]);
      const [, url = ''] = await farm.line(/^Drover ready: (\S+)/);
      const [, name = '', password = ''] = await farm.line(/sign in as\s+(\S+) \/ (\S+)/);
      await farm.line(/^Sample run #1 succeeded/, 90_000);
      const api = await Api.firstSignIn(url, name, password);
      const hello = (await api.get<Page<PipelineRow>>('/pipelines')).items.find((row) => row.name === 'hello-service');
      for (const number of [2, 3]) {
        const ended = await runToItsEnd(api, hello?.id ?? expect.fail('the sample is missing'));
        expect({ number: ended.number, status: ended.status, reason: ended.reason }).to.deep.equal({
          number,
          status: 'succeeded',
          reason: undefined,
        });
      }
    } finally {
      await farm?.stop();
      rmSync(inside, { recursive: true, force: true });
    }
  });

  it('says in one sentence that the port is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { status, stdout } = startAndWait(['--port', String(port), '--data', folder, '--no-sample', '--no-agent']);
    blocker.close();
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(new RegExp(`port ${port}`, 'i'))
      .and.not.match(/\bat .*\(/);
  });

  it('says in one sentence that the folder cannot be written', () => {
    const { status, stdout } = startAndWait(['--port', '0', '--data', '/proc/nowhere']);
    expect(status).to.equal(1);
    expect(stdout).to.match(/\/proc\/nowhere cannot be written/);
  });

  it('says in one sentence that another controller works on the same data', async () => {
    farm = start(['--port', '0', '--data', folder, '--no-sample', '--no-agent']);
    await farm.line(/^Drover ready/);
    const { status, stdout } = startAndWait(['--port', '0', '--data', folder, '--no-sample', '--no-agent']);
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(/already|in use/i)
      .and.not.match(/\bat .*\(/);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const)
    it(`leaves nothing behind when npm gets ${signal}`, async () => {
      farm = startProgram({ name: 'npm', program: 'npm', args: ['start', '--', '--port', '0', '--data', folder, '--no-sample'] });
      await farm.line(/^Ctrl-C stops everything/);
      expect(processesIn(folder)).to.have.length.of.at.least(3);
      farm.kill(signal);
      await farm.ended; // of all that hold its output, the starter among them
      expect(processesIn(folder)).to.deep.equal([]);
    });

  it('tells its options', () => {
    const { status, stdout } = startAndWait(['--help']);
    expect(status).to.equal(0);
    for (const option of ['--port', '--data', '--no-sample', '--no-agent', '--help']) expect(stdout).to.include(option);
  });
});

/** What a task of the local agent finds in these folders, but its own workspace and the folders above it. */
async function seenByTask(api: Api, paths: readonly string[]): Promise<readonly string[]> {
  const look = paths.map(
    (path) =>
      `echo "${path}: $(find '${path}' -path "$PWD" -prune -o -type f -size +0 -print 2>/dev/null | head -n 3 | grep . || echo nothing)"`,
  );
  const pipeline = await makeScript({ api }, look.join('\n'));
  const run = await runToItsEnd(api, pipeline.id);
  const log = await (await api.raw('GET', `/attempts/${run.id}.work.1/log/raw`)).text();
  return log.split('\n').filter((line) => paths.some((path) => line.startsWith(`${path}: `)));
}

async function runToItsEnd(api: Api, pipelineId: string): Promise<RunView> {
  const { id: runId } = await startRun({ api }, pipelineId);
  const live = await Live.open(api);
  try {
    return await endOf(live, api, { runId });
  } finally {
    live.close();
  }
}

const script = join(root, 'scripts', 'start.mjs');
const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => startProgram({ name: 'npm start', args: [script, ...args], env });
/** Nothing answers there: whatever of the farm asked it for its own machine would fail. */
const proxied = { HTTP_PROXY: 'http://me:secret-of-proxy@127.0.0.1:9', http_proxy: 'http://me:secret-of-proxy@127.0.0.1:9' };

function startAndWait(args: readonly string[]): { status: number | null; stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout: stdout + stderr };
}

/** Command lines of live processes that name the folder. */
function processesIn(path: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(path));
}
