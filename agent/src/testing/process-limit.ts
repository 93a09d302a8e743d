import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalQuietly } from '../processes/attempt-processes.js';

/** Does something during which a process can begin no further one. False where this machine gives no means to do so. */
export async function withoutForks(pid: number, work: () => Promise<unknown>): Promise<boolean> {
  const allow = forbidForks(pid);
  if (allow === undefined) return false;
  const nudge = setInterval(() => signalQuietly(pid, 'SIGCHLD'), 5); // a bash sleeps before it tries again, unless a signal wakes it
  try {
    await work();
  } finally {
    clearInterval(nudge);
    allow();
  }
  return true;
}

/** Until what comes back is called. */
function forbidForks(pid: number): (() => void) | undefined {
  return process.getuid?.() === 0 ? byGroup(pid) : byLimit(pid);
}

/** The limit of its user: nobody minds it in a process of root. */
function byLimit(pid: number): (() => void) | undefined {
  const before = /^Max processes\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? 'unlimited';
  const set = (limit: string): boolean => spawnSync('prlimit', ['--pid', String(pid), `--nproc=${limit}:`]).status === 0;
  return set('1') ? () => void set(before) : undefined;
}

function byGroup(pid: number): (() => void) | undefined {
  const root = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((folder) => existsSync(join(folder, 'cgroup.procs')));
  if (root === undefined) return undefined;
  const folder = join(root, `drover-forkless-${pid}`);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'pids.max'), '1');
    writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  } catch {
    if (existsSync(folder)) rmdirSync(folder);
    return undefined;
  }
  return () => {
    writeFileSync(join(root, 'cgroup.procs'), String(pid));
    rmdirSync(folder);
  };
}
