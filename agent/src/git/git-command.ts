import { spawn } from 'node:child_process';

export interface GitRun {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Both outputs as they come. */
  onOutput(bytes: Buffer): void;
  /** Takes standard output in place of `onOutput`. */
  onResult?(bytes: Buffer): void;
}

export interface GitEnd {
  readonly exitCode: number;
  /** The end of what git said, progress included: `wordsOf` makes a reason of it. */
  readonly tail: string;
}

/** Runs a program to its end; resolves with its exit code, 128 and more for signals; rejects when it can't start or is aborted. */
export type RunGit = (argv: readonly string[], options: GitRun) => Promise<GitEnd>;

const tailBytes = 16_000;

/** Runs git in a process group of its own, which an abort kills as a whole: git starts helpers. */
export const runGit: RunGit = (argv, { cwd, env, signal, onOutput, onResult }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const child = spawn('git', [...argv], { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    const take = (bytes: Buffer) => {
      tail = (tail + bytes.toString()).slice(-tailBytes);
      onOutput(bytes);
    };
    child.stdout.on('data', onResult ?? take);
    child.stderr.on('data', take);
    const kill = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', kill);
    child.once('error', (error) => {
      signal.removeEventListener('abort', kill);
      reject(new Error(`git cannot be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (exitCode) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(abortReason(signal));
      else resolve({ exitCode: exitCode ?? 128, tail: tail.trim() });
    });
  });

const abortReason = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('the checkout was stopped');
