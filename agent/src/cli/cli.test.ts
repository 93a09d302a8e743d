import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { assert } from 'chai';
import { productVersion } from '@drover/protocol';
import { writeIdentity } from '../identity/identity.js';
import { readPrivateFolders } from '../identity/private-folders.js';
import { AgentProcess } from '../testing/agent-process.js';
import { FakeController, testAgentId } from '../testing/fake-controller.js';
import { freshFolder } from '../testing/folders.js';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('G1 the command line of the agent', function () {
  this.timeout(60_000);
  const folder = freshFolder();
  const processes: AgentProcess[] = [];
  let server: Server;
  let url: string;
  let asked: Asked[];
  let answer: { readonly status: number; readonly body: unknown };

  beforeEach(async () => {
    asked = [];
    answer = { status: 201, body: { agentId: testAgentId, name: 'ox', token: 'machine-token', approved: true } };
    server = createServer((request, response) => {
      const { method = '', url: path = '', headers } = request;
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        asked.push({ method, url: path, authorization: headers.authorization, body });
        response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer.body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.kill()));
    server.close();
    await once(server, 'close');
  });

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): AgentProcess {
    const process = new AgentProcess('main.ts', args, { DROVER_AGENT_DATA: folder.path, ...env });
    processes.push(process);
    return process;
  }

  async function run(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly code: number | null; readonly output: string }> {
    const process = start(args, env);
    const { code } = await process.ended;
    return { code, output: process.output };
  }

  const problem = (status: number, code: string, detail: string): typeof answer => ({
    status,
    body: { type: `urn:drover:${code}`, title: code, status, code, detail },
  });

  it('tells its version and its commands', async () => {
    assert.deepEqual(await run(['--version']), { code: 0, output: `drover-agent ${productVersion} (agent protocol 1)\n` });
    const { output } = await run(['--help']);
    for (const command of ['register', 'start', 'status', 'unregister', 'service']) assert.match(output, new RegExp(`^  ${command} `, 'm'));
  });

  it('registers with what it was given, and keeps the identity to its owner', async () => {
    const { code, output } = await run(['register', '--url', `${url}/`, '--name', 'ox', '--labels', 'fast, big', '--slots', '3'], {
      DROVER_TOKEN: 'secret-token',
    });
    assert.equal(code, 0, output);
    assert.notInclude(output, 'secret-token');
    assert.deepInclude(asked[0], { method: 'POST', url: '/api/v1/agent/register' });
    assert.deepInclude(JSON.parse(asked[0]?.body ?? ''), {
      token: 'secret-token',
      name: 'ox',
      labels: ['fast', 'big'],
      slots: 3,
      protocolVersion: 1,
    });
    assert.equal((await stat(join(folder.path, 'identity.json'))).mode & 0o777, 0o600);
    const status = await run(['status']);
    assert.equal(status.code, 0);
    for (const part of ['ox', url, 'not running']) assert.include(status.output, part);
  });

  it('A8 is hidden from the tasks of other agents before a token lies in its folder', async () => {
    const notes = join(folder.path, 'notes');
    let noted: readonly string[] = [];
    server.prependListener('request', () => {
      noted = readPrivateFolders(notes);
    });
    const { code, output } = await run(['register', '--url', url], { DROVER_TOKEN: 't', DROVER_PRIVATE_NOTES: notes });
    assert.equal(code, 0, output);
    assert.sameMembers([...noted], [notes, folder.path]);
  });

  it('takes the token from a file', async () => {
    const file = join(folder.path, 'token');
    await writeFile(file, 'from-a-file\n');
    assert.equal((await run(['register', '--url', url, '--token-file', file])).code, 0);
    assert.include(asked[0]?.body, '"token":"from-a-file"');
  });

  it('G2 hands on what the controller says, such as that the versions differ', async () => {
    answer = problem(426, 'protocolMismatch', 'Install agent 0.2.0 from /install/agent.sh.');
    const { code, output } = await run(['register', '--url', url], { DROVER_TOKEN: 't' });
    assert.deepEqual({ code, output }, { code: 1, output: 'drover-agent: Install agent 0.2.0 from /install/agent.sh.\n' });
    assert.isFalse(existsSync(join(folder.path, 'identity.json')));
  });

  // prettier-ignore
  const faults: ReadonlyArray<[title: string, args: string[], says: RegExp]> = [
    ['registering without a token',       ['register', '--url', 'http://localhost:1'],                      /^drover-agent: A registration token is needed/],
    ['an address that is none',           ['register', '--url', 'farm', '--token', 't'],                    /^drover-agent: --url has to be the address/],
    ['a controller that is not there',    ['register', '--url', 'http://127.0.0.1:1', '--token', 't'],      /^drover-agent: The controller at .* cannot be reached/],
    ['slots that are no number',          ['register', '--url', 'http://127.0.0.1:1', '--token', 't', '--slots', 'many'], /^drover-agent: Not registered: --slots is a whole number/],
    ['starting without a registration',   ['start'],                                                        /^drover-agent: This machine is not registered/],
    ['status without a registration',     ['status'],                                                       /^drover-agent: This machine is not registered/],
    ['a name and labels that are none',   ['register', '--url', 'http://127.0.0.1:1', '--token', 't', '--name', '-x', '--labels', 'a b'], /^drover-agent: Not registered: --name begins and ends .*; --labels are/],
    ['an isolation that does not work',   ['start', '--isolation', 'separateUser', '--task-user', 'nobody-at-all', '--data', 'REGISTERED'], /^drover-agent: The isolation separateUser does not work on this machine; these do: /],
    ['settings that are wrong',           ['start', '--min-free-mb', 'much', '--hide', 'x'],                /^drover-agent: The settings are wrong: .*megabytes.*absolute/],
  ];
  for (const [title, args, says] of faults) {
    it(`answers ${title} with one sentence and code 1`, async () => {
      const registered = join(folder.path, 'registered');
      await writeIdentity(registered, { url: 'http://127.0.0.1:1', agentId: testAgentId, token: 't', name: 'ox', labels: [], slots: 1 });
      const { code, output } = await run(args.map((arg) => (arg === 'REGISTERED' ? registered : arg)));
      assert.equal(code, 1);
      assert.match(output, says);
      assert.lengthOf(output.trimEnd().split('\n'), 1);
    });
  }

  it('says in one sentence that its folder cannot be used, before the token is used up', async () => {
    await writeFile(join(folder.path, 'file'), '');
    const under = { DROVER_AGENT_DATA: join(folder.path, 'file/agent') };
    for (const args of [['register', '--url', url, '--token', 't'], ['start'], ['status']]) {
      const { code, output } = await run(args, under);
      assert.equal(code, 1);
      assert.match(output, /^drover-agent: E[A-Z]+: .*file\/agent.*\n$/);
    }
    assert.equal((await run(['register', '--url', url, '--token', 't'], { DROVER_AGENT_DATA: '/proc/agent' })).code, 1);
    assert.lengthOf(asked, 0);
  });

  it('takes a spoilt identity for what it is, and replaces it when it is forced', async () => {
    await writeFile(join(folder.path, 'identity.json'), '{');
    for (const command of ['start', 'status']) {
      const { output } = await run([command]);
      assert.match(output, /^drover-agent: .*identity\.json is not an identity of an agent: .*--force\.\n$/);
    }
    assert.equal((await run(['register', '--url', url, '--token', 't', '--force'])).code, 0);
    assert.match(
      (await run(['register', '--url', url, '--token', 't', '--force'])).output,
      /The earlier registration as “ox” at .* stays listed/,
    );
  });

  it('registers once, unless it is unregistered first', async () => {
    await run(['register', '--url', url, '--token', 't']);
    const again = await run(['register', '--url', url, '--token', 't']);
    assert.equal(again.code, 1);
    assert.match(again.output, /registered already as “ox”/);
    answer = { status: 204, body: '' };
    assert.equal((await run(['unregister'])).code, 0);
    assert.deepInclude(asked.at(-1), { method: 'DELETE', url: '/api/v1/agent/registration', authorization: 'Bearer machine-token' });
    assert.isFalse(existsSync(join(folder.path, 'identity.json')));
  });

  it('keeps the identity when the controller cannot be told, unless it is forced', async () => {
    await writeIdentity(folder.path, { url: 'http://127.0.0.1:1', agentId: testAgentId, token: 't', name: 'ox', labels: [], slots: 1 });
    assert.match((await run(['unregister'])).output, /cannot be reached.*--force/);
    assert.include(await readFile(join(folder.path, 'identity.json'), 'utf8'), 'ox');
    assert.equal((await run(['unregister', '--force'])).code, 0);
  });

  describe('start', () => {
    let controller: FakeController;
    beforeEach(async () => {
      controller = await FakeController.start();
      await writeIdentity(folder.path, {
        url: controller.url,
        agentId: testAgentId,
        token: 'machine-token',
        name: 'ox',
        labels: [],
        slots: 2,
      });
    });
    afterEach(() => controller.close());

    it('connects, answers status, refuses a second process, and drains at SIGTERM', async () => {
      const agent = start(['start']);
      await controller.until(() => controller.answered > 0);
      assert.match((await run(['status'])).output, /link +connected[^]*attempts +0 of 2 slots/);
      const second = await run(['start']);
      assert.equal(second.code, 1);
      assert.match(second.output, /Another drover-agent process/);
      assert.match((await run(['unregister'])).output, /running; stop it first/);
      assert.match((await run(['register', '--url', url, '--token', 't', '--force'])).output, /“ox” is running; stop it first/);
      agent.signal('SIGTERM');
      assert.deepEqual(await agent.ended, { code: 0, signal: null });
      assert.match(agent.output, /^\S+ info {2}connected /m);
    });

    it('G6 continues when the reader of its log is gone', async () => {
      const agent = start(['start']);
      await controller.until(() => controller.answered > 0);
      agent.closeOutput();
      controller.cut(); // which it would write down
      await controller.until(() => controller.answered > 1);
      agent.signal('SIGTERM');
      assert.deepEqual(await agent.ended, { code: 0, signal: null });
    });

    it('ends when it cannot begin, whatever it has opened by then', async () => {
      await mkdir(join(folder.path, 'spool', 'stray.log'), { recursive: true });
      const { code, output } = await run(['start']);
      assert.equal(code, 1, output);
      assert.match(output, /^drover-agent: .*stray\.log/m);
    });

    it('needs no folder but its own', async () => {
      const agent = start(['start'], { TMPDIR: join(folder.path, 'nowhere') });
      await controller.until(() => controller.answered > 0);
      agent.signal('SIGTERM');
      assert.deepEqual(await agent.ended, { code: 0, signal: null });
    });

    it('follows a controller that has moved when it is told where, and keeps that', async () => {
      const gone = { url: 'http://127.0.0.1:1', agentId: testAgentId, token: 't', name: 'ox', labels: [], slots: 1 };
      await writeIdentity(folder.path, gone);
      const agent = start(['start', '--url', `${controller.url}/`]);
      await controller.until(() => controller.answered > 0);
      assert.include(await readFile(join(folder.path, 'identity.json'), 'utf8'), controller.url);
      agent.signal('SIGTERM');
      assert.equal((await agent.ended).code, 0);
    });

    it('ends with a code of its own when the agent was removed', async () => {
      await controller.close();
      controller = await FakeController.start({ hello: () => ({ ok: false, code: 'removed', detail: 'By ana.' }) });
      await writeIdentity(folder.path, { url: controller.url, agentId: testAgentId, token: 't', name: 'ox', labels: [], slots: 1 });
      const { code, output } = await run(['start']);
      assert.equal(code, 4);
      assert.match(output, /drover-agent: This agent was removed from the controller: By ana\./);
    });
  });

  it('says so where there is no systemd', async function () {
    if (existsSync('/run/systemd/system')) return;
    const { code, output } = await run(['service', 'install']);
    assert.equal(code, 1);
    assert.match(output, /not run by systemd/);
  });
});
