import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const keptLines = 200;
/** Two seconds on an idle machine; minutes of other work may stand before it on a busy one. */
const startLimitMs = 60_000;

/** A real program of the farm under test. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Settles at the end of the process, with its exit code or signal. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly lines: readonly string[];
  /** False once the process has ended. */
  readonly isRunning: boolean;
  /** Resolves with the first line, written already or later, that matches; rejects when the program ends or the time is up, with its last lines. */
  line(pattern: RegExp, limitMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after ten seconds; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts a compiled program of this repository with Node, or another program. */
export function startProgram({
  name,
  program = process.execPath,
  args,
  env = {},
  cwd = root,
  within = [],
}: {
  name: string;
  program?: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** A command that replaces itself by the program, such as `ip netns exec …`. */
  within?: readonly string[] | undefined;
}): Program {
  const [command, ...before] = [...within, program];
  const child = spawn(command, [...before, ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      for (const listener of listeners) listener(line);
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const wait = { name, lines, listeners, ended };
  return {
    name,
    pid: child.pid ?? -1,
    ended,
    lines,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    line: (pattern, limitMs = startLimitMs) => waitForLine(wait, pattern, limitMs),
    kill: (signal) => void child.kill(signal),
    stop: () => stop(child, ended),
  };
}

interface Waiting {
  readonly name: string;
  readonly lines: readonly string[];
  readonly listeners: Set<(line: string) => void>;
  readonly ended: Promise<unknown>;
}

function waitForLine({ name, lines, listeners, ended }: Waiting, pattern: RegExp, limitMs: number): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const take = (line: string) => {
      const match = pattern.exec(line);
      if (match === null) return;
      leave();
      resolve(match);
    };
    const giveUp = (why: string) => {
      leave();
      reject(new Error(`${name} ${why} before it wrote ${String(pattern)}; its last lines:\n${lines.slice(-15).join('\n')}`));
    };
    const timer = setTimeout(() => giveUp(`took over ${limitMs} ms`), limitMs);
    const leave = () => {
      clearTimeout(timer);
      listeners.delete(take);
    };
    listeners.add(take);
    void ended.then(() => giveUp('ended'));
    for (const line of [...lines]) take(line);
  });
}

const graceMs = 10_000;

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

/** What programs note in the home of their user goes here, and goes when the tests end. */
export const privateNotes = mkdtempSync(join(tmpdir(), 'drover-notes-'));
/** Tasks may write here, also those of an agent that is root: tests hear from them. */
export const openToTasks = mkdtempSync(join(tmpdir(), 'drover-open-'));
chmodSync(openToTasks, 0o755);
process.on('exit', () => {
  for (const folder of [privateNotes, openToTasks]) rmSync(folder, { recursive: true, force: true });
});

/** This process's environment without what would make a program under test behave like a test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DROVER_') && name !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(kept), DROVER_PRIVATE_NOTES: privateNotes, DROVER_AGENT_WRITABLE: openToTasks };
}
