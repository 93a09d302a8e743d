import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { machinePath } from '@drover/protocol';

/** One program of the farm, started here and ended here. */
export interface Program {
  readonly name: string;
  /** Settles when the program has ended, with its exit code (1 for a signal). */
  readonly ended: Promise<number>;
  readonly hasEnded: boolean;
  /** Last lines that it wrote, for telling why it ended. */
  lastLines(): readonly string[];
  /** Asks it to end in order and waits; kills it after `graceMs`. Idempotent. */
  stop(graceMs: number): Promise<void>;
  /** Ends it at once; what it runs ends with it. */
  kill(): void;
}

const keptLines = 20;

/** Starts a Node program in a process group of its own, so that Ctrl-C reaches it only through `stop`; by the channel it notices if this process dies. Each line it writes goes to `onLine`. */
export function startProgram({
  name,
  args,
  env,
  onLine,
}: {
  name: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  onLine(line: string): void;
}): Program {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, PATH: machinePath(process.env['PATH'] ?? ''), ...env },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine(line);
    });
  }
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  return {
    name,
    ended,
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    lastLines: () => lines,
    stop: (graceMs) => stop(child, ended, graceMs),
    kill: () => void child.kill('SIGKILL'),
  };
}

async function stop(child: ChildProcess, ended: Promise<number>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
