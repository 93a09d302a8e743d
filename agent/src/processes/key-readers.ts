import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { signalQuietly } from './attempt-processes.js';
import type { ProcessEntry } from './process-table.js';

/**
 * Ends the processes that wait for a key of the terminal: with the signal that says that a terminal is gone, and by force
 * what was `asked` so before. Returns their names. What waits is told by the kernel; where it does not tell, nothing ends.
 */
export async function endKeyReaders(tty: string, members: readonly ProcessEntry[], asked: Set<number>): Promise<readonly string[]> {
  const waits = members.map(({ pid }) => ({ pid, wait: waitOf(pid, tty) }));
  const isRaw = waits.some(({ wait }) => wait === 'any') && (await takesKeys(tty));
  const readers = waits.filter(({ wait }) => wait === 'reads' || (wait === 'any' && isRaw));
  return readers.map(({ pid }) => {
    const name = nameOf(pid);
    signalQuietly(pid, asked.has(pid) ? 'SIGKILL' : 'SIGHUP');
    asked.add(pid);
    return name;
  });
}

/** `read` on x86-64 and arm64, and what waits for one of several descriptors (poll, select, epoll). */
const calls: Readonly<Record<string, { readonly read: string; readonly any: readonly string[] }>> = {
  x64: { read: '0', any: ['7', '23', '232', '270', '271', '281'] },
  arm64: { read: '63', any: ['22', '72', '73'] },
};

/** `reads`: it stands in a read of the terminal. `any`: it waits for some descriptors, and has opened the terminal again or has it as its input. */
function waitOf(pid: number, tty: string): 'reads' | 'any' | undefined {
  const known = calls[process.arch];
  const [call = '', first = ''] = readOrEmpty(`/proc/${pid}/syscall`).split(' ');
  if (known === undefined || !(call === known.read || known.any.includes(call))) return undefined;
  const terminals = descriptorsOn(pid, tty);
  if (call === known.read) return terminals.includes(Number(first)) ? 'reads' : undefined;
  return terminals.some((descriptor) => descriptor !== 1 && descriptor !== 2) ? 'any' : undefined;
}

/** Compared by device, not by path: a step may live in namespaces of its own. */
function descriptorsOn(pid: number, tty: string): readonly number[] {
  try {
    const { dev, ino } = statSync(tty);
    return readdirSync(`/proc/${pid}/fd`)
      .map(Number)
      .filter((descriptor) => {
        const status = statSync(`/proc/${pid}/fd/${descriptor}`, { throwIfNoEntry: false });
        return status?.dev === dev && status.ino === ino;
      });
  } catch {
    return []; // it ended meanwhile
  }
}

/** Whether a program has asked for single keys instead of lines. */
const takesKeys = (tty: string): Promise<boolean> =>
  new Promise((resolve) => {
    execFile('stty', ['-F', tty, '-a'], (error, text) => resolve(error === null && /(?:^|\s)-icanon\b/.test(text)));
  });

const nameOf = (pid: number): string => readOrEmpty(`/proc/${pid}/comm`).trim() || `process ${pid}`;

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
