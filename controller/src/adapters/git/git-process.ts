import { spawn } from 'node:child_process';

export interface GitCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly limitMs: number;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  readonly room?: GitRoom | undefined;
}

export type GitEnd =
  | { readonly type: 'done'; readonly output: string }
  | { readonly type: 'failed'; readonly words: string }
  | { readonly type: 'tooSlow' | 'tooLong' | 'tooMuch' | 'aborted' | 'noGit' };

/** What a remote may make git and its helpers take: each process of memory, and each file of disk. */
export interface GitRoom {
  readonly memoryMb: number;
  readonly fileMb: number;
}
/** A million refs, or the commits of the largest public repositories. */
const usualRoom: GitRoom = { memoryMb: 1_024, fileMb: 1_024 };

/**
 * A system without one of these limits continues without it. Files are counted in blocks, of 512 bytes in a plain shell; the
 * signal for one that is too large (25, XFSZ) is ignored, so that Git says what is wrong.
 */
const limited = 'trap "" 25; ulimit -v "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; shift 2; exec git "$@"';
const notFound = 127;
const isTooMuch = /out of memory|memory exhausted|File too large|Cannot allocate memory|mmap failed/i;

/** Words of a failure that are kept. */
const maxWords = 8_000;

/** Runs git in a process group of its own; over time, over its size or aborted, the whole group is killed. Resolves when all of it has ended. */
export function runGit({ args, environment, cwd, limitMs, limitBytes, signal, room = usualRoom }: GitCall): Promise<GitEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ type: 'aborted' });
    const sizes = [room.memoryMb * 1_024, room.fileMb * 2_048].map(String);
    const child = spawn('sh', ['-c', limited, 'sh', ...sizes, ...args], {
      cwd,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
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
    child.once('close', (code) => {
      if (code === 0) return end({ type: 'done', output: Buffer.concat(output).toString('utf8') });
      end(code === notFound ? { type: 'noGit' } : isTooMuch.test(words) ? { type: 'tooMuch' } : { type: 'failed', words });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
