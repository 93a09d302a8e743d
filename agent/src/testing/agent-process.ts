import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Compiles the agent: compiled programs start several times as fast as sources. Quick when nothing has changed. */
export async function compileAgent(): Promise<void> {
  const compiler = `${repository}node_modules/typescript-7/bin/tsc`;
  await promisify(execFile)(process.execPath, [compiler, '-b', 'agent'], { cwd: repository });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the agent that a test started and has to end. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  output = '';

  /** Runs one of the programs of this package, by the path of its source below `src`, as compiled by `compileAgent`. */
  constructor(source: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const file = `${repository}agent/dist/${source.replace(/\.ts$/, '.js')}`;
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [file, ...args], {
      cwd: repository,
      env: { PATH, HOME, DROVER_PRIVATE_NOTES: `${env['DROVER_AGENT_DATA'] ?? repository}/.notes`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
    this.ended = once(this.#child, 'close').then(([code, signal]: unknown[]) => ({
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? (signal as NodeJS.Signals) : null,
    }));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes its output, as a reader of a pipe does that has ended. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
