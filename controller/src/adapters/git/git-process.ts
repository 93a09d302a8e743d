import { spawn } from 'node:child_process';

export interface GitCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly limitMs: number;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

export type GitEnd =
  | { readonly type: 'done'; readonly output: string }
  | { readonly type: 'failed'; readonly words: string }
  | { readonly type: 'tooSlow' | 'tooLong' | 'aborted' | 'noGit' };

/** Words of a failure that are kept. */
const maxWords = 8_000;

/** Runs git in a process group of its own; over time, over its size or aborted, the whole group is killed. Resolves when all of it has ended. */
export function runGit({ args, environment, cwd, limitMs, limitBytes, signal }: GitCall): Promise<GitEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ type: 'aborted' });
    const child = spawn('git', [...args], { cwd, env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let cut: GitEnd | undefined;
    const kill = (why: GitEnd): void => {
      cut ??= why;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = setTimeout(() => kill({ type: 'tooSlow' }), limitMs);
    const onAbort = (): void => kill({ type: 'aborted' });
    signal.addEventListener('abort', onAbort, { once: true });
    const output: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) kill({ type: 'tooLong' });
      else output.push(chunk);
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-maxWords)));
    const end = (result: GitEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(cut ?? result);
    };
    child.once('error', () => end({ type: 'noGit' }));
    child.once('close', (code) =>
      end(code === 0 ? { type: 'done', output: Buffer.concat(output).toString('utf8') } : { type: 'failed', words }),
    );
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
