import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './programs.js';

const sshd = '/usr/sbin/sshd';

/** A real ssh server on loopback, which takes one key. */
export interface SshServer {
  /** With the user; an absolute path follows. */
  readonly url: string;
  readonly privateKey: string;
  close(): Promise<void>;
}

/** sshd changes to the user who signs in, which only root may. */
export const canServeSsh = (): boolean => process.getuid?.() === 0 && existsSync(sshd);

export async function startSshServer(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-ssh-'));
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PasswordAuthentication no',
  ];
  await writeFile(join(folder, 'sshd_config'), settings.join('\n'));
  const daemon = startProgram({ name: 'sshd', program: sshd, args: ['-D', '-e', '-f', join(folder, 'sshd_config')] });
  await daemon.line(/listening on/i);
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    privateKey: await readFile(join(folder, 'user'), 'utf8'),
    close: async () => {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
