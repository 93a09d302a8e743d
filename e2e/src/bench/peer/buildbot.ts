import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root, startProgram, type Program } from '../../testing/programs.js';

const configuration = join(root, 'e2e', 'src', 'bench', 'peer', 'buildbot.cfg.py');
const startLimitMs = 60_000;

export interface BuildbotPlan {
  readonly workers: number;
  /** Builds at once on each worker. */
  readonly slots: number;
  /** What a builder of this name runs in a shell. */
  readonly scripts: Readonly<Record<string, string>>;
}

type Told =
  | { readonly event: 'listening' }
  | { readonly event: 'log' }
  | { readonly event: 'connected'; readonly worker: string }
  | { readonly event: 'finished'; readonly results: number };

/** Why Buildbot can't be measured here; undefined where it can. */
export function buildbotMissing(): string | undefined {
  const missing = ['buildbot', 'buildbot-worker'].find((program) => spawnSync(program, ['--version']).error !== undefined);
  return missing === undefined ? undefined : `${missing} is not installed (Debian's package of that name)`;
}

/** A Buildbot master with its workers as real processes, in a folder of its own, on loopback. */
export class Buildbot {
  readonly workers: Program[] = [];
  readonly #listeners = new Set<(told: Told) => void>();
  readonly #environments = new Map<Program, string>();
  #socket: Socket | undefined;

  private constructor(
    readonly folder: string,
    readonly master: Program,
    private readonly server: Server,
    private readonly pbPort: number,
  ) {}

  static async start(folder: string, plan: BuildbotPlan): Promise<Buildbot> {
    const server = createServer();
    const port = await listen(server);
    const pbPort = await freePort();
    const place = join(folder, 'master');
    execFileSync('buildbot', ['create-master', '--quiet', place], { stdio: ['ignore', 'ignore', 'inherit'] });
    await copyFile(configuration, join(place, 'master.cfg'));
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const master = startProgram({
      name: 'buildbot',
      program: 'buildbot',
      args: ['start', '--nodaemon', place],
      env: { PEER_PLAN: JSON.stringify({ ...plan, port, pbPort }) },
      cwd: place,
    });
    const buildbot = new Buildbot(folder, master, server, pbPort);
    try {
      buildbot.#listen(await within(Promise.race([connected, endedEarly(master)]), 'the master of Buildbot'));
      return buildbot;
    } catch (error) {
      await buildbot.close();
      throw error;
    }
  }

  /** Starts a worker; resolves when the master has taken it up. */
  async addWorker(): Promise<Program> {
    const name = `worker-${this.workers.length}`;
    const place = join(this.folder, name);
    execFileSync('buildbot-worker', ['create-worker', '--quiet', '--umask=0o22', place, `127.0.0.1:${this.pbPort}`, name, 'secret'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return this.#startWorker(name, place);
  }

  /** The same worker again. */
  async restartWorker(index: number): Promise<Program> {
    const worker = this.workers[index];
    if (worker === undefined) throw new Error(`there is no worker ${index}`);
    await worker.stop();
    this.workers.splice(index, 1);
    return this.#startWorker(worker.name, this.#environments.get(worker) ?? '');
  }

  async #startWorker(name: string, place: string): Promise<Program> {
    const attached = this.#until((told) => (told.event === 'connected' && told.worker === name ? true : undefined));
    const worker = startProgram({ name, program: 'buildbot-worker', args: ['start', '--nodaemon', place], cwd: place });
    this.workers.push(worker);
    this.#environments.set(worker, place);
    await within(Promise.race([attached, endedEarly(worker)]), name);
    return worker;
  }

  /** Starts so many builds; resolves with the time until the first byte of a log and until the last of them ended. */
  async run(builder: string, count = 1): Promise<{ readonly firstByteMs: number; readonly finishedMs: number }> {
    const started = performance.now();
    let firstByteMs = NaN;
    let left = count;
    const finished = this.#until((told) => {
      if (told.event === 'log' && Number.isNaN(firstByteMs)) firstByteMs = performance.now() - started;
      if (told.event !== 'finished') return undefined;
      if (told.results !== 0) throw new Error(`a build of Buildbot ended with ${told.results}`);
      left -= 1;
      return left === 0 ? performance.now() - started : undefined;
    });
    this.#socket?.write(`${JSON.stringify({ builder, count })}\n`);
    return { finishedMs: await finished, firstByteMs };
  }

  async close(): Promise<void> {
    for (const program of [...this.workers, this.master]) await program.stop();
    this.#socket?.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const told = parseTold(line);
      for (const listener of [...this.#listeners]) listener(told);
    });
  }

  #until<T>(look: (told: Told) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const listener = (told: Told): void => {
        try {
          const found = look(told);
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#listeners.delete(listener);
      };
      this.#listeners.add(listener);
    });
  }
}

const parseTold = (line: string): Told => JSON.parse(line) as Told;

async function endedEarly(program: Program): Promise<never> {
  await program.ended;
  throw new Error(`${program.name} ended: ${program.lines.slice(-15).join('\n')}`);
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${startLimitMs / 1_000} s to start`)), startLimitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
