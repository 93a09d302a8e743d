import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isWritten, readLines } from './cgroup-roots.js';
import type { LimitKind, TaskLimits } from './task-limits.js';

/** The file of a limit, and one that takes swap from what the limit would push out; both by either version. */
const memoryFiles = [
  { limit: 'memory.max', swap: 'memory.swap.max', swapBytes: () => 0 },
  { limit: 'memory.limit_in_bytes', swap: 'memory.memsw.limit_in_bytes', swapBytes: (bytes: number) => bytes },
];
const processFile = 'pids.max';

/** Sets the limits of a group; returns those that it keeps. */
export function limitGroup(folder: string, { processes, memoryBytes }: TaskLimits): readonly LimitKind[] {
  const kept: LimitKind[] = [];
  if (processes !== undefined && set(join(folder, processFile), processes)) kept.push('processes');
  if (memoryBytes === undefined) return kept;
  for (const { limit, swap, swapBytes } of memoryFiles) {
    if (!set(join(folder, limit), memoryBytes)) continue;
    set(join(folder, swap), swapBytes(memoryBytes)); // some kernels do not count swap
    kept.push('memory');
  }
  return kept;
}

const set = (file: string, value: number): boolean => existsSync(file) && isWritten(file, String(value));

/** Counters of how often a limit was hit: that of memory counts what the kernel killed for it. */
const counters: ReadonlyArray<readonly [kind: LimitKind, file: string, counter: string]> = [
  ['processes', 'pids.events', 'max'],
  ['memory', 'memory.events', 'oom_kill'],
  ['memory', 'memory.oom_control', 'oom_kill'],
];

/** The limit that was hit in one of the groups since they were made. */
export function hitLimit(groups: readonly string[]): LimitKind | undefined {
  const hits = ([, file, counter]: (typeof counters)[number], folder: string): boolean =>
    readLines(join(folder, file)).some((line) => line.startsWith(`${counter} `) && Number(line.slice(counter.length)) > 0);
  return counters.find((counter) => groups.some((folder) => hits(counter, folder)))?.[0];
}

/** While everything in the groups is killed nothing new may begin there: what begins processes faster than they are killed would never end. */
export async function withoutForks<T>(groups: readonly string[], work: () => Promise<T>): Promise<T> {
  const limits = groups.flatMap((folder) => {
    const file = join(folder, processFile);
    const [before] = readLines(file);
    return before !== undefined && isWritten(file, '0') ? [{ file, before }] : [];
  });
  try {
    return await work();
  } finally {
    for (const { file, before } of limits) isWritten(file, before);
  }
}

const pollMs = 10;
const roomLimitMs = 2_000;

/** Resolves once most of what was killed is counted no more: a process counts until its parent has heard of its end. */
export async function roomAgain(groups: readonly string[]): Promise<void> {
  const deadline = performance.now() + roomLimitMs;
  const isCrowded = (folder: string): boolean => numberIn(join(folder, 'pids.current')) > numberIn(join(folder, processFile)) / 2;
  while (groups.some(isCrowded) && performance.now() < deadline) await delay(pollMs);
}

/** Not a number where there is none. */
const numberIn = (file: string): number => Number(readLines(file)[0] ?? NaN);
