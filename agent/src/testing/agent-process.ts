import { runSource } from '@drover/protocol/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the agent that a test started and has to end. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  output = '';

  /** Runs one of the programs of this package, by the path of its source below `src`. */
  constructor(source: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const file = `${repository}agent/src/${source}`;
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [...runSource, file, ...args], {
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
