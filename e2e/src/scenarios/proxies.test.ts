import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Package } from '@drover/protocol/api';
import type { Step } from '@drover/protocol/definition';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { gitPassword, gitUser, startGitServer, type GitServer } from '../testing/git-server.js';
import { root, startProgram } from '../testing/programs.js';
import { proxyPassword, proxyUser, squidMissing, startSquid, type Squid } from '../testing/squid.js';
import { startTlsFront, type TlsFront } from '../testing/tls-front.js';

/** The password as it is, as an address writes it, and as a header does. */
const passwords = [proxyPassword, encodeURIComponent(proxyPassword), Buffer.from(`${proxyUser}:${proxyPassword}`).toString('base64')];

describe('G2 the packed agent behind a proxy that wants a password', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;
  let git: GitServer;
  let farm: Farm;
  let squid: Squid;
  let front: TlsFront;
  let repository: string;
  const portOf = (url: string): number => Number(new URL(url).port);

  before(async function () {
    const missing = squidMissing();
    if (missing !== undefined) {
      process.stdout.write(`agents behind a proxy are not tested: ${missing}\n`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'drover-proxied-'));
    execFileSync('tar', ['-xzf', join(root, 'scripts', 'dist-pack', 'drover-agent.tgz'), '-C', folder]);
    program = join(folder, 'drover-agent', 'dist', 'main.js');
    git = await startGitServer();
    mkdirSync(join(folder, 'source'));
    writeFileSync(join(folder, 'source', 'made.txt'), 'made elsewhere\n');
    repository = new URL((await git.publish('app', join(folder, 'source'))).url).pathname;
    squid = await startSquid({ 'farm.test': '127.0.0.1', 'six.test': '::1', 'git.test': '127.0.0.1' });
    const authority = join(folder, 'authority.pem');
    const none = { SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: '' }; // whatever this machine has
    const env = { HTTP_PROXY: squid.url, HTTPS_PROXY: squid.url, GIT_SSL_CAINFO: authority, ...none };
    farm = await Farm.start({ env });
    const port = portOf(farm.url);
    front = await startTlsFront({ 'farm.test': port, 'six.test': port, 'git.test': portOf(git.url) });
    writeFileSync(authority, readFileSync(front.authority));
  });
  after(async () => {
    await farm?.close();
    await front?.close();
    await squid?.close();
    await git?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const register = (name: string, url: string, env: NodeJS.ProcessEnv) => farm.registerAgent(name, { program, url, labels: [name] }, env);

  /** A run that checks out, tells its environment and uploads; resolves with its log. */
  async function work(agent: string, gitUrl: string): Promise<string> {
    const project = await makeProject(farm);
    await farm.api.post(`/projects/${project.id}/endpoints`, {
      kind: 'git',
      name: 'git',
      url: gitUrl,
      user: gitUser,
      password: gitPassword,
    });
    const steps: readonly Step[] = [
      { type: 'checkout', name: 'Check out' },
      shell('env; cat made.txt'),
      { type: 'uploadPackage', name: 'Upload', files: ['made.txt'], package: 'made', version: '1' },
    ];
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('all', steps, { labels: [agent] })],
      pipeline: oneTask('all', 'all', {
        sources: [{ type: 'git', url: `${gitUrl}${repository}`, endpoint: 'git', defaultBranch: 'main' }],
      }),
    });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect({ status: run.status, reason: attempt?.reason }).to.deep.equal({ status: 'succeeded', reason: undefined });
    expect(await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`)).to.have.lengthOf(1);
    return (await farm.log(attempt?.id ?? '')).toString();
  }

  function expectNoPassword(...texts: readonly string[]): void {
    for (const text of texts) for (const password of passwords) expect(text).to.not.include(password);
  }

  it('registers, connects, checks out and uploads through it; no step, log or file has its password', async () => {
    const env = { HTTP_PROXY: squid.url };
    const { code, output } = await register('plain', `http://farm.test:${portOf(farm.url)}`, env);
    expect(code, output).to.equal(0);
    const agent = await farm.startAgent('plain', env);
    const log = await work('plain', `http://git.test:${portOf(git.url)}`);
    expect(log).to.include('made elsewhere').and.not.include('HTTP_PROXY=');
    const found = execFileSync('sh', ['-c', 'grep -rlF -e "$1" -e "$2" -e "$3" "$0" || true', farm.agentFolder('plain'), ...passwords]);
    expectNoPassword(log, output, agent.lines.join('\n'), farm.controller.lines.join('\n'));
    expect(found.toString()).to.equal('');
    await agent.stop();
    const asked = await squid.asked();
    expect(asked).to.include(`CONNECT farm.test:${portOf(farm.url)} ${proxyUser} 200`);
    expect(asked.some((line) => line.includes('git.test') && line.includes(` ${proxyUser} `))).to.equal(true);
  });

  // prettier-ignore
  const trusts: ReadonlyArray<readonly [variable: string, host: string]> = [
    ['NODE_EXTRA_CA_CERTS', 'farm.test'], ['SSL_CERT_FILE', 'farm.test'], ['DROVER_AGENT_CA_FILE', 'six.test'],
  ];
  for (const [variable, host] of trusts)
    it(`trusts the authority of ${variable}, its Git too, on the way to ${host}`, async () => {
      const proxy = host === 'six.test' ? squid.url6 : squid.url;
      const env = { https_proxy: proxy, [variable]: front.authority };
      const name = variable.toLowerCase();
      const { code, output } = await register(name, `https://${host}:${front.port}`, env);
      expect(code, output).to.equal(0);
      const agent = await farm.startAgent(name, env);
      expectNoPassword(await work(name, `https://git.test:${front.port}`), agent.lines.join('\n'));
      await agent.stop();
    });

  for (const variable of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])
    it(`B1 lets the controller's Git trust the authority of ${variable}`, async () => {
      await farm.controller.stop();
      const none = { SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: '' };
      await farm.restartController({ HTTP_PROXY: squid.url, HTTPS_PROXY: squid.url, ...none, [variable]: front.authority });
      const project = await makeProject(farm);
      const url = `https://git.test:${front.port}${repository}`;
      const settings = { kind: 'git', name: 'git', url, user: gitUser, password: gitPassword };
      const { id } = await farm.api.post<{ readonly id: string }>(`/projects/${project.id}/endpoints`, settings);
      expect(await farm.api.post(`/endpoints/${id}/test`, {})).to.deep.include({ ok: true });
    });

  // prettier-ignore
  const refusals: ReadonlyArray<readonly [title: string, env: () => NodeJS.ProcessEnv, sentence: RegExp]> = [
    ['nobody vouches for the controller', () => ({ HTTPS_PROXY: squid.url }),                             /cannot be reached: .*(self-signed|unable to (get|verify)).*\.$/],
    ['the password is wrong',             () => ({ HTTPS_PROXY: squid.url.replace(/:[^:]*@/, ':wr0ng@') }), /cannot be reached: the proxy 127\.0\.0\.1:\d+ refused user and password, or needs them \(407\)\.$/],
    ['the proxy is away',                 () => ({ HTTPS_PROXY: 'http://me:wr0ng@127.0.0.1:9' }),         /cannot be reached: the proxy 127\.0\.0\.1:9 cannot be reached\.$/],
    ['the proxy is of another kind',      () => ({ ALL_PROXY: 'socks5://me:wr0ng@127.0.0.1:9' }),         /use an http or https proxy\.$/],
    ['the setting names no certificate',  () => ({ DROVER_AGENT_CA_FILE: '/etc/hostname' }),              /holds no certificate in PEM format\.$/],
  ];
  for (const [title, env, sentence] of refusals)
    it(`says in one sentence that ${title}`, async () => {
      const { code, output } = await register('refused', `https://farm.test:${front.port}`, env());
      expect(code).to.equal(1);
      expect(output).to.match(sentence);
      expect(output.split('\n')).to.have.lengthOf(1);
      expectNoPassword(output, output.replaceAll('wr0ng', proxyPassword));
    });

  it('goes around it to what NO_PROXY names', async function () {
    const own = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (own === undefined) this.skip();
    const url = `http://${own.address}:${portOf(farm.url)}`;
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' };
    expect((await register('around', url, env)).output).to.match(/the proxy 127\.0\.0\.1:9 cannot be reached/);
    const excepted = { ...env, NO_PROXY: `example.org,${own.address}/32` };
    expect((await register('around', url, excepted)).code).to.equal(0);
    await (await farm.startAgent('around', excepted)).stop();
  });

  it('has all its commands: each loads its own part of the package', async () => {
    const data = ['--data', farm.agentFolder('plain')];
    const env = { HTTP_PROXY: squid.url };
    const told = async (...args: readonly string[]) => {
      const started = startProgram({ name: 'agent', args: [program, ...args], env });
      const { code } = await started.ended;
      return `${code} ${started.lines.join('\n')}`;
    };
    expect(await told('--version')).to.match(/^0 drover-agent /);
    expect(await told('status', ...data)).to.match(/^0 name {8}plain\n/);
    expect(await told('service', 'uninstall', '--scope', 'user', ...data)).to.match(
      /^1 drover-agent: (This machine is not run by systemd|There is no service)/,
    );
    expect(await told('unregister', ...data)).to.match(/^0 “plain” is no longer an agent/);
  });
});
