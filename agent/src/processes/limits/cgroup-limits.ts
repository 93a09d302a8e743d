import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isWritten, readLines } from '../cgroup-roots.js';
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
    const setSwap = (): boolean => set(join(folder, swap), swapBytes(memoryBytes)); // some kernels do not count swap
    // a larger limit than before is taken only once that of both is larger
    if (!set(join(folder, limit), memoryBytes) && !(setSwap() && set(join(folder, limit), memoryBytes))) continue;
    setSwap();
    kept.push('memory');
  }
  return kept;
}

const set = (file: string, value: number): boolean => existsSync(file) && isWritten(file, String(value));

/**
 * Counters of how often a limit was hit: that of memory counts what the kernel killed for it. `own`: whether the group's own
 * limit was reached. Where it never was, that of all groups was, or the machine had no memory left.
 */
const counters: ReadonlyArray<{ readonly kind: LimitKind; readonly hits: Counter; own?(folder: string): boolean }> = [
  { kind: 'processes', hits: ['pids.events', 'max'] },
  { kind: 'memory', hits: ['memory.events', 'oom_kill'], own: (folder) => hasHits(folder, ['memory.events', 'oom']) },
  { kind: 'memory', hits: ['memory.oom_control', 'oom_kill'], own: (folder) => wasFull(folder) },
];

type Counter = readonly [file: string, name: string];

/** The limit that was hit in one of the groups since they were made. */
export function hitLimit(groups: readonly string[]): LimitKind | undefined {
  for (const { kind, hits, own } of counters) {
    const folder = groups.find((each) => hasHits(each, hits));
    if (folder !== undefined) return own === undefined || own(folder) ? kind : 'allMemory';
  }
  return undefined;
}

const hasHits = (folder: string, [file, name]: Counter): boolean =>
  readLines(join(folder, file)).some((line) => line.startsWith(`${name} `) && Number(line.slice(name.length)) > 0);

/** The kernel takes memory for a group in advance, and counts that. */
const advanceBytes = 2 ** 20;

/** Its counter of failures is not kept by every kernel. */
const wasFull = (folder: string): boolean =>
  numberIn(join(folder, 'memory.max_usage_in_bytes')) + advanceBytes > numberIn(join(folder, 'memory.limit_in_bytes'));

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
