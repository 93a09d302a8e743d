import { setTimeout as delay } from 'node:timers/promises';
import { attemptMarkVariable } from '../executors/executor.js';
import { roomAgain, withoutForks } from './limits/cgroup-limits.js';
import { groupMembers, killGroup, removeGroup } from './cgroups.js';
import { readProcess, readProcesses, readProcessLink, readVariable, type ProcessEntry } from './process-table.js';

/** By which signs the processes of one attempt are recognised. */
export interface AttemptScope {
  /** Value of the mark in the environment of its processes. */
  readonly mark: string;
  readonly groups: readonly string[];
  /** Processes whose working folder lies here belong to the attempt, too. */
  readonly workspace?: string;
  /** Its PID namespace as `/proc/<pid>/ns/pid` shows it, as long as it has one of its own: the kernel gives the number again at once. */
  readonly pidNamespace?: string | undefined;
  /** Processes that are the agent's own way into the attempt: not signalled politely. */
  readonly spared: ReadonlySet<number>;
  /** First processes of the steps that run; they lead the sessions in which children stay. */
  readonly leaders: ReadonlySet<number>;
  /** What was seen to outlive its step, with the time of its start: numbers are given again. */
  readonly strays: ReadonlyMap<number, number>;
  /** Ticks since boot at which the attempt began, where that is known: what is older is none of it, and is not looked at more closely. */
  readonly beganAt?: number;
}

const pollMs = 15;
/** A process that survives SIGKILL this long hangs in the kernel; nobody can end it. */
const killLimitMs = 10_000;

/** Live processes of the attempt: those with a sign of it, and all that descend from them. */
export function findMembers(scope: AttemptScope, all: readonly ProcessEntry[] = readProcesses()): readonly ProcessEntry[] {
  const table = all.filter(({ startedAt }) => startedAt >= (scope.beganAt ?? 0));
  const grouped = new Set(scope.groups.flatMap(groupMembers));
  const members = new Set(table.filter((entry) => grouped.has(entry.pid) || hasSign(entry, scope)).map((entry) => entry.pid));
  for (let grown = -1; grown !== members.size;) {
    grown = members.size;
    for (const { pid, parent } of table) if (members.has(parent)) members.add(pid);
  }
  members.delete(process.pid);
  return table.filter((entry) => members.has(entry.pid));
}

function hasSign(entry: ProcessEntry, scope: AttemptScope): boolean {
  if (entry.pid === process.pid) return false;
  if (scope.leaders.has(entry.session) || scope.leaders.has(entry.pid)) return true;
  if (scope.pidNamespace !== undefined && readProcessLink(entry.pid, 'ns/pid') === scope.pidNamespace) return true;
  if (readVariable(entry.pid, attemptMarkVariable) === scope.mark) return true;
  if (scope.strays.get(entry.pid) === entry.startedAt) return true;
  if (scope.workspace === undefined || entry.hasTerminal) return false;
  // a daemon without environment is known by where it stands; a person looking around there has a terminal
  const folder = readProcessLink(entry.pid, 'cwd');
  return folder === scope.workspace || folder?.startsWith(`${scope.workspace}/`) === true;
}

/** Asks every process of the attempt to end, and resolves when all did or the grace period is over, which `hurry` cuts short. */
export async function askToEnd(scope: AttemptScope, graceMs: number, hurry: AbortSignal): Promise<void> {
  const asked = findMembers(scope).filter((entry) => !scope.spared.has(entry.pid));
  for (const { pid } of asked) {
    signalQuietly(pid, 'SIGTERM');
    signalQuietly(pid, 'SIGCONT');
  }
  const deadline = performance.now() + graceMs;
  while (!hurry.aborted && performance.now() < deadline && asked.some(isAlive)) {
    await delay(Math.min(pollMs, Math.max(1, deadline - performance.now())));
  }
}

/** Kills until nothing of the attempt is left; returns the processes that the kernel does not release. */
export async function killAll(scope: AttemptScope, options: { readonly spare: boolean }): Promise<readonly number[]> {
  const left = await withoutForks(scope.groups, () => killUntilNoneIsLeft(scope, options));
  if (options.spare) await roomAgain(scope.groups);
  return left;
}

async function killUntilNoneIsLeft(scope: AttemptScope, options: { readonly spare: boolean }): Promise<readonly number[]> {
  const deadline = performance.now() + killLimitMs;
  for (;;) {
    if (!options.spare) scope.groups.forEach(killGroup);
    const left = findMembers(scope).filter((entry) => !(options.spare && scope.spared.has(entry.pid)));
    if (left.length === 0) return [];
    for (const { pid } of left) signalQuietly(pid, 'SIGKILL');
    if (performance.now() > deadline) return left.map((entry) => entry.pid);
    await waitWhileAlive(left);
  }
}

/** Removes the attempt's control groups, which are empty now. */
export async function removeGroups(groups: readonly string[]): Promise<void> {
  const deadline = performance.now() + killLimitMs;
  while (groups.some((folder) => !removeGroup(folder)) && performance.now() < deadline) await delay(pollMs);
}

async function waitWhileAlive(entries: readonly ProcessEntry[]): Promise<void> {
  for (let round = 0; round < 20 && entries.some(isAlive); round += 1) await delay(Math.min(pollMs, 1 + round));
}

const isAlive = (entry: ProcessEntry): boolean => readProcess(entry.pid)?.startedAt === entry.startedAt;

/** Sends a signal to a process that may be gone already. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone in the meantime, or not ours
  }
}
