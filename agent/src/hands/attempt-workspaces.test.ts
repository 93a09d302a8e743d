import { assert } from 'chai';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IsolationMode } from '../executors/executor.js';
import { collect } from '../executors/executor.contract.js';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import { detectIsolation, findTaskUser } from '../processes/isolation.js';
import { silentLogger as logger } from '../shared/logger.js';
import { AttemptWorkspaces, type AttemptWorkspace } from './attempt-workspaces.js';
import { testMarker } from '../testing/test-marker.js';

const taskUser = findTaskUser('nobody');

for (const isolation of ['separateUser', 'namespaces', 'none'] as const) {
  describe(`B8 workspaces of attempts with isolation ${isolation}`, () => {
    let dataFolder = '';
    const agents: AttemptWorkspaces[] = [];
    before(async function () {
      const works: readonly IsolationMode[] = await detectIsolation({ folder: tmpdir(), ...(taskUser && { taskUser }) });
      if (works.includes(isolation)) return;
      console.log(`      skipped: isolation ${isolation} does not work on this machine`);
      this.skip();
    });
    beforeEach(async () => {
      dataFolder = await mkdtemp(join(tmpdir(), 'drover-slots-'));
      if (isolation === 'separateUser') await chmod(dataFolder, 0o711);
    });
    afterEach(async () => {
      await Promise.all(agents.splice(0).map((agent) => agent.close()));
      await rm(dataFolder, { recursive: true });
    });

    const shell = createShellExecutor({ hidePaths: () => [dataFolder], ...(taskUser && { taskUser }) });
    const startAgent = (): AttemptWorkspaces => {
      const abilities = { shell, isolation, taskUser };
      const agent = new AttemptWorkspaces({ config: { dataFolder }, marker: testMarker, abilities, logger, slots: () => 2 });
      agents.push(agent);
      return agent;
    };
    const open = async ({ hostPath, seenAt }: AttemptWorkspace) =>
      shell.open({
        attemptId: 'one',
        agentMarker: testMarker,
        workspaceHostPath: hostPath,
        ...(seenAt === undefined ? {} : { workspaceSeenAt: seenAt }),
        isolation,
        onNotice: () => undefined,
        signal: new AbortController().signal,
      });
    const attempt = async (agent: AttemptWorkspaces, id: string, script = 'pwd; ls -A; echo >left') => {
      const workspace = await agent.take('shell', id);
      const environment = await open(workspace);
      const env = { PATH: process.env['PATH'] ?? '' };
      const { bytes } = await collect(await environment.start({ argv: ['sh', '-c', script], env, cwd: environment.workspace }));
      const close = async () => {
        await environment.close();
        await agent.drop(workspace);
      };
      return { printed: bytes.toString(), close, workspace };
    };

    it('lie at one path for each slot, are empty each time, and leave nothing', async () => {
      const agent = startAgent();
      const path = (slot: number) => `${join(dataFolder, 'workspaces', String(slot))}\n`;
      for (const id of ['a', 'b', 'c']) {
        const [first, second] = [await attempt(agent, `${id}1`), await attempt(agent, `${id}2`)];
        assert.deepEqual([first.printed, second.printed], [path(1), path(2)]);
        await first.close();
        await second.close();
      }
      const later = await attempt(startAgent(), 'later');
      assert.equal(later.printed, path(1));
      await later.close();
      assert.deepEqual(await readdir(join(dataFolder, 'workspaces')), []);
    });

    it('lie there also after an agent that was killed, and next to one that is still being removed', async () => {
      const killed = await attempt(startAgent(), 'a', 'mkdir -p deep/er; echo >deep/file');
      const agent = startAgent();
      assert.lengthOf(await agent.sweep(new Set(), 0), isolation === 'namespaces' ? 2 : 1);
      const next = await attempt(agent, 'b');
      assert.equal(next.printed, `${join(dataFolder, 'workspaces/1')}\n`);
      await killed.close();
      await next.close();
    });

    it("lead the agent to what a task's absolute link means", async () => {
      const made = await attempt(startAgent(), 'a', 'echo x >file; ln -s "$PWD/file" link');
      assert.isTrue(existsSync(join(made.workspace.hostPath, 'link')));
      await made.close();
    });

    it('do not go through a link that lies in their place', async () => {
      const agent = startAgent();
      await (await attempt(agent, 'a')).close();
      await writeFile(join(dataFolder, 'kept'), '');
      await symlink(dataFolder, join(dataFolder, 'workspaces/1'));
      await (await attempt(agent, 'b')).close();
      assert.isTrue(existsSync(join(dataFolder, 'kept')));
    });
  });
}
