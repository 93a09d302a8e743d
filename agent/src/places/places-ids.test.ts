import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { chmod, chown, mkdir, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect } from '../executors/executor.contract.js';
import type { AttemptEnvironment } from '../executors/executor.js';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import { canHaveIds } from '../processes/isolation.js';
import { findTaskIds, type TaskIds } from '../processes/task-ids.js';
import { prepareTaskFolders, taskView } from '../processes/task-view.js';
import { removeTree } from '../workspaces/remove-tree.js';
import { testMarker } from '../testing/test-marker.js';

describe('A8 tasks of an agent that is root give files to other users', function () {
  this.timeout(30_000);
  let data = '';
  let ids: TaskIds;
  let workspace = '';
  let environment: AttemptEnvironment;
  before(async function () {
    const found = process.getuid?.() === 0 ? findTaskIds('auto') : undefined;
    if (found?.ok !== true) skipBecause(this, `tasks can have no ids beside that of root here: ${found?.reason ?? 'this is not root'}`);
    ids = found.ids;
    if (!(await canHaveIds(tmpdir(), { ids }))) skipBecause(this, 'ids cannot be mapped for namespaces on this machine');
  });
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'drover-ids-'));
    await prepareTaskFolders(data);
    workspace = join(data, 'workspaces', 'one');
    await mkdir(workspace, { recursive: true });
    await chmod(workspace, 0o755);
    const view = () => taskView({ dataFolder: data, writable: [], environment: { HOME: '/root', PATH: process.env['PATH'] } });
    const executor = createShellExecutor({ hidePaths: () => [data], view, ids });
    environment = await executor.open({
      attemptId: 'a',
      agentMarker: testMarker,
      workspaceHostPath: workspace,
      isolation: 'namespaces',
      onNotice: () => undefined,
      signal: new AbortController().signal,
    });
  });
  afterEach(async () => {
    await environment.close();
    expect(await removeTree(data)).to.deep.equal({ ok: true });
  });

  const inStep = async (script: string, env: Readonly<Record<string, string>> = {}) => {
    const argv = ['bash', '-ec', `exec 2>&1\n${script}`];
    const step = await environment.start({ argv, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env }, cwd: environment.workspace });
    const { bytes, exit } = await collect(step);
    expect(exit, bytes.toString()).to.deep.equal({ kind: 'exited', exitCode: 0 });
    return bytes.toString();
  };

  // prettier-ignore
  const tools = [
    ['tar x',        'mkdir in out; touch in/file; tar c --owner=1000 --group=1001 in/file | tar x -C out; stat -c %u:%g out/in/file',   '1000:1001'],
    ['tar x, of ids beyond those of a small range', 'mkdir in out; touch in/file; tar c --owner=1000000 --group=90000000 in/file | tar x -C out; stat -c %u:%g out/in/file', '1000000:90000000'],
    ['cp -a',        'touch file; chown 7:8 file; cp -a file copy; stat -c %u:%g copy',                                                   '7:8'],
    ['install -o',   'touch file; install -o www-data -g www-data -m 640 file copy; stat -c %U:%G:%a copy',                               'www-data:www-data:640'],
    ['chown -R',     'mkdir -p a/b; chown -R 1000:1000 a; stat -c %u:%g a/b',                                                             '1000:1000'],
    ['cp -a of a file of the machine', 'cp -a /etc/passwd copy; stat -c %u:%g copy',                                                      '0:0'],
    ['setpriv',      'setpriv --reuid=1000 --regid=1000 --clear-groups sh -c "id -u; id -g; id -G" | xargs',                               '1000 1000 1000'],
    ['a file of another user that only they may read', 'echo x >file; chown 1000 file; chmod 600 file; cat file; rm file',                 'x'],
  ] as const;
  for (const [title, script, expected] of tools) it(`by ${title}`, async () => expect((await inStep(script)).trim()).to.equal(expected));

  it('in every step alike, however it is begun', async () => {
    const ask =
      'cat /proc/self/uid_map /proc/self/gid_map | tr -s " "; touch f; chown 1000:1000 f; stat -c %u f; rm f; id -u; grep ^CapEff /proc/self/status';
    const first = await inStep(ask);
    expect(first.trim().split('\n').slice(4)).to.deep.equal(['1000', '0', 'CapEff:\t000001ffffffffff']);
    expect(await inStep(ask)).to.equal(first);
    // too long for the first process of the place
    expect(await inStep(ask, { LONG: 'x'.repeat(110_000) })).to.equal(first);
  });

  it('who are none of the machine’s users, and read what everybody may read', async () => {
    const secret = join(workspace, 'secret');
    await writeFile(secret, 'of another user', { mode: 0o600 });
    await inStep('echo x >mine; chown 1000:1001 mine; chmod 4755 mine; mkdir deep; chown 1000 deep; touch deep/file; chmod 700 deep');
    const { uid, gid } = await stat(join(workspace, 'mine'));
    expect([uid, gid]).to.deep.equal([ids.first + 1_000, ids.first + 1_001]);
    expect(await readdir(join(workspace, 'deep'))).to.deep.equal(['file']);
    expect(await inStep('setpriv --reuid=1000 --regid=1000 --clear-groups cat secret || echo refused')).to.include('refused');
  });

  it('and gain nothing over files of the machine’s users', async () => {
    const theirs = join(workspace, 'theirs');
    await writeFile(theirs, 'of a user of this machine', { mode: 0o600 });
    await chown(theirs, 1_000, 1_000);
    for (const who of ['', 'setpriv --reuid=1000 --regid=1000 --clear-groups '])
      expect(await inStep(`${who}cat theirs || echo refused; chown 0 theirs || echo refused`)).to.match(/refused[^]*refused/);
  });
});
