import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import { detectIsolation } from './isolation.js';
import { prepareTaskFolders, taskView } from './task-view.js';
import { testMarker } from '../testing/test-marker.js';

/** Both ways in which steps are begun: by the first process of a place, and by the agent itself. */
const ways = [
  ['in a place', undefined],
  ['begun by the agent', () => undefined],
] as const;

for (const [title, placePrograms] of ways)
  describe(`security: a task of an agent that is root, ${title}`, function () {
    this.timeout(30_000);
    let root = '';
    let data = '';
    before(async function () {
      if (process.getuid?.() !== 0 || !(await detectIsolation({ folder: tmpdir() })).includes('namespaces'))
        skipBecause(this, 'this is not root, or namespaces do not work here');
      root = await mkdtemp(join(tmpdir(), 'drover-view-'));
      data = join(root, 'home', '.drover-agent');
      for (const folder of ['home/.ssh', 'home/.cargo/bin', 'home/bin', 'opened', 'workspaces', 'outside'])
        await mkdir(join(root, folder), { recursive: true });
      await mkdir(join(data, 'workspaces', 'one'), { recursive: true });
      await writeFile(join(data, 'identity.json'), 'the secret of the agent');
      for (const path of ['home/.ssh/id_ed25519', 'home/.npmrc']) await writeFile(join(root, path), 'the secret of the operator');
      for (const path of ['home/.cargo/bin/tool', 'home/bin/own-tool']) {
        await writeFile(join(root, path), '#!/bin/sh\necho a tool\n');
        await chmod(join(root, path), 0o755);
      }
      await prepareTaskFolders(data);
    });
    after(() => rm(root, { recursive: true, force: true }));

    async function inTask(script: string): Promise<string> {
      const environment = { HOME: join(root, 'home'), PATH: `${join(root, 'home/bin')}:${process.env['PATH'] ?? ''}` };
      const executor = createShellExecutor({
        hidePaths: () => [data],
        view: () => taskView({ dataFolder: data, writable: [join(root, 'opened')], environment }),
        ...(placePrograms ? { placePrograms } : {}),
      });
      const workspace = join(data, 'workspaces', 'one');
      const attempt = await executor.open({
        attemptId: 'a',
        agentMarker: testMarker,
        workspaceHostPath: workspace,
        isolation: 'namespaces',
        onNotice: () => undefined,
        signal: new AbortController().signal,
      });
      try {
        const step = await attempt.start({
          argv: ['bash', '-c', `exec 2>&1\n${script}`],
          env: { ...environment, ROOT: root },
          cwd: workspace,
        });
        const chunks: Buffer[] = [];
        for await (const chunk of step.output) chunks.push(chunk as Buffer);
        await step.exit;
        return Buffer.concat(chunks).toString();
      } finally {
        await attempt.close();
      }
    }

    it('finds nothing of the operator in homes, and writes to a home of its own that is kept', async () => {
      expect(
        await inTask(
          'cat ~/.ssh/* ~/.npmrc $ROOT/home/.npmrc; ls -A /root /home; echo mine >~/.npmrc && mkdir ~/.ssh && echo mine >~/.ssh/config',
        ),
      ).to.not.include('secret');
      expect(readFileSync(join(root, 'home/.npmrc'), 'utf8')).to.equal('the secret of the operator');
      expect(readdirSync(join(root, 'home/.ssh'))).to.deep.equal(['id_ed25519']);
      expect(await inTask('cat ~/.npmrc ~/.ssh/config')).to.equal('mine\nmine\n');
    });

    it('runs the tools in homes, and cannot change them', async () => {
      expect(await inTask('~/.cargo/bin/tool && own-tool')).to.equal('a tool\na tool\n');
      expect(await inTask('echo x >~/.cargo/bin/tool || echo x >~/bin/own-tool || echo x >~/bin/new || echo refused')).to.match(
        /refused\n$/,
      );
    });

    it('leaves no set-uid program that others find, and no file at all outside of its folders', async () => {
      const places = '/ /opt /srv /var /var/lib /var/tmp /tmp /mnt /home /root /dev/shm /usr/local $ROOT $ROOT/outside $ROOT/home';
      const left = `left-by-a-task-${process.pid}`;
      await inTask(`for d in ${places}; do cp /bin/true $d/${left}; chmod 4755 $d/${left}; done; true`);
      const found = places
        .replaceAll('$ROOT', root)
        .split(' ')
        .filter((folder) => existsSync(join(folder, left)));
      expect(found).to.deep.equal([]);
    });

    it('writes to the workspace, the temporary folders and what the operator opened', async () => {
      expect(await inTask('for d in . /tmp /var/tmp ~ $ROOT/opened /dev/shm /run; do echo x >$d/file && cat $d/file; done')).to.equal(
        'x\n'.repeat(7),
      );
      expect(existsSync(join(root, 'opened/file'))).to.equal(true);
      expect(existsSync('/tmp/file')).to.equal(false);
    });

    it('has no mount that is writable and takes set-uid programs or devices', async () => {
      const mounts = (await inTask('cat /proc/self/mountinfo')).split('\n').filter((line) => line !== '');
      const open = mounts.filter((line) => {
        const [before = '', after = ''] = line.split(' - ');
        const [, , , , point = '', options = ''] = before.split(' ');
        const isOfKernel = /^(?:proc|devpts|devtmpfs|mqueue) /.test(after) || point.startsWith('/dev/');
        return !isOfKernel && !options.split(',').includes('ro') && !/(?=.*\bnosuid\b)(?=.*\bnodev\b)/.test(options);
      });
      expect(open).to.deep.equal([]);
    });

    it('sets nothing of the kernel', async () => {
      const script =
        'for f in /sys/block/*/queue/read_ahead_kb /sys/fs/cgroup/*; do v=$(cat $f) && echo $v >$f && echo set; done 2>/dev/null; echo tried';
      expect(await inTask(script)).to.equal('tried\n');
    });

    it('finds nothing of the agent, whatever it mounts or takes off', async () => {
      const looks = `cat ${data}/identity.json ${data}/tasks/../identity.json; umount -l ${data}; umount -R $ROOT/home; cat ${data}/identity.json; cat $ROOT/home/.npmrc; mount -o remount,rw / && echo writable; mount -o remount,bind,rw,suid / && echo writable; unshare --user --map-root-user --mount bash -c "umount -lR $ROOT/home; umount -l /tmp; cat $ROOT/home/.ssh/*; cat ${data}/identity.json"; ls /dev`;
      expect(await inTask(looks)).to.not.match(/secret|writable|open-|tool-/);
      expect(execFileSync('cat', [join(data, 'identity.json')]).toString()).to.equal('the secret of the agent');
    });
  });
