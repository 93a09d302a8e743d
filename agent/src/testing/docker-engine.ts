import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { findOwnProgram } from '../executors/shell/launcher.js';

const run = promisify(execFile);
export const testImage = 'drover/busybox:test';

export interface PrivateEngine {
  readonly socketPath: string;
  /** It takes connections, but answers nothing until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

/** Why no private engine can be started here, or undefined when one can. */
export function engineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a private Docker engine needs root';
  if (findOwnProgram('dockerd') === undefined) return 'dockerd is not installed';
  return existsSync('/bin/busybox') ? undefined : 'busybox-static is not installed';
}

/** Starts a Docker engine of its own, without network, with one small image in it. */
export async function startEngine(): Promise<PrivateEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const flags = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false', '--log-level=warn'];
  const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')];
  const child = spawn(findOwnProgram('dockerd') ?? 'dockerd', [...places, '-H', `unix://${socketPath}`, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const engine = new Docker({ socketPath });
  try {
    await answering(engine, child, () => Buffer.concat(said).toString());
    await importBusybox(engine, folder);
  } catch (error) {
    await endEngine(child, folder);
    throw error;
  }
  return {
    socketPath,
    pause: () => stopped(child),
    resume: () => void child.kill('SIGCONT'),
    close: () => endEngine(child, folder),
  };
}

/** Stops a process; resolves once each of its threads stands still, which on a busy machine takes a while. */
async function stopped(child: ChildProcess): Promise<void> {
  child.kill('SIGSTOP');
  const tasks = `/proc/${child.pid}/task`;
  const stands = (task: string): boolean => /^State:\s+[tT]/m.test(readFileSync(join(tasks, task, 'status'), 'utf8'));
  while (!readdirSync(tasks).every(stands)) await new Promise((resolve) => setImmediate(resolve));
}

async function endEngine(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

/** Asks until the engine answers, for 20 s at most: it has no other way to say that it is ready. */
async function answering(engine: Docker, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const answered = await engine.ping().then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`the Docker engine did not start: ${said()}`);
}

async function importBusybox(engine: Docker, folder: string): Promise<void> {
  const root = join(folder, 'image');
  for (const name of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'workspace']) await mkdir(join(root, name), { recursive: true });
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  const { stdout } = await run('/bin/busybox', ['--list']);
  for (const name of stdout.split('\n').filter((line) => line !== '' && line !== 'busybox'))
    await symlink('busybox', join(root, 'bin', name));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
  const [repo, tag] = testImage.split(':');
  const archive = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answer = await engine.importImage(archive.stdout, { repo, tag, changes: ['ENV PATH=/bin', 'CMD ["/bin/sh"]'] });
  answer.resume();
  await once(answer, 'end');
}
