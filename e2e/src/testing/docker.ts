import { skipBecause } from '@drover/protocol/testing';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why Docker can't be tested on this machine; undefined where it can. */
export function dockerMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a Docker engine of one’s own needs root';
  for (const program of ['/usr/sbin/dockerd', '/bin/busybox', '/usr/bin/docker']) if (!existsSync(program)) return `${program} is not here`;
  return undefined;
}

/** The name under which `startDocker` imports a busybox image. */
export const busybox = 'farm/busybox:test';

/** An engine of this suite's own with a busybox image; where the machine has none, that is said and the suite skipped. */
export async function startDocker(suite: { skip(): never }): Promise<Docker> {
  const missing = dockerMissing();
  if (missing !== undefined) {
    skipBecause(suite, missing);
  }
  const docker = await Docker.start();
  await docker.importImage(busybox);
  return docker;
}

/** A Docker engine of this test's own, without any network of its own. */
export class Docker {
  private constructor(
    private readonly folder: string,
    private readonly engine: ChildProcess,
    readonly host: string,
  ) {}

  static async start(): Promise<Docker> {
    const folder = await mkdtemp(join(tmpdir(), 'drover-dk-'));
    const host = `unix://${folder}/docker.sock`;
    const args = [
      '--data-root',
      `${folder}/data`,
      '--exec-root',
      `${folder}/exec`,
      '--pidfile',
      `${folder}/pid`,
      '-H',
      host,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-masq=false',
      '--ip-forward=false',
      '--log-level=info',
    ];
    const engine = spawn('dockerd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      engine.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000);
        if (said.includes('API listen on')) resolve();
      });
      engine.once('close', () => reject(new Error(`dockerd ended: ${said}`)));
    });
    return new Docker(folder, engine, host);
  }

  /** Runs the docker command line against this engine; resolves with what it printed. */
  async docker(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run('docker', [...args], {
      env: { ...process.env, DOCKER_HOST: this.host, DOCKER_BUILDKIT: '0' },
      maxBuffer: 1e8,
    });
    return (args[0] === 'logs' ? stdout + stderr : stdout).trim();
  }

  /** An image with busybox and these programs of this machine, with the libraries they need. */
  async importImage(name: string, programs: readonly string[] = []): Promise<void> {
    const root = join(this.folder, `root-${name.replaceAll(/[^a-z0-9]/g, '-')}`);
    for (const made of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'usr/bin', 'workspace', 'root'])
      await mkdir(join(root, made), { recursive: true });
    await cp('/bin/busybox', join(root, 'bin/busybox'));
    const { stdout } = await run('/bin/busybox', ['--list']);
    for (const applet of stdout.trim().split('\n')) if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
    for (const program of programs) await copyProgram(program, root);
    const archive = `${root}.tar`;
    await run('tar', ['-C', root, '-cf', archive, '.']);
    await this.docker('import', '-c', 'ENV PATH=/usr/bin:/bin', '-c', 'CMD ["/bin/sh"]', archive, name);
    await rm(root, { recursive: true, force: true });
    await rm(archive);
  }

  async close(): Promise<void> {
    const left = await this.docker('ps', '-aq');
    if (left !== '') await this.docker('rm', '-f', ...left.split('\n'));
    const ended = new Promise((resolve) => this.engine.once('close', resolve));
    this.engine.kill('SIGTERM');
    await ended;
    // The network namespace of containers on the host's network stays mounted when the engine is gone.
    await run('umount', [join(this.folder, 'exec/netns/default')]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Copies a program of this machine to `/usr/bin` of a root, and each library it is linked with to the place where it looks for it. */
async function copyProgram(program: string, root: string): Promise<void> {
  await cp(await realpath(program), join(root, 'usr/bin', program.split('/').at(-1) ?? ''));
  const { stdout } = await run('ldd', [program]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+\.so\S*)/g)) {
    const to = join(root, library);
    await mkdir(dirname(to), { recursive: true });
    if (!existsSync(to)) await writeFile(to, await readFile(await realpath(library)), { mode: 0o755 });
  }
}
