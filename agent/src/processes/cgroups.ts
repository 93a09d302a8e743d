import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { writeFile as writeFileLater } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { launcherShell } from '../executors/shell/launcher.js';
import { limitGroup } from './limits/cgroup-limits.js';
import { allControllers, groupRoots, isWritten, readLines, type Controller } from './cgroup-roots.js';
import { folderForTasks, usualTasksGroup } from './limits/tasks-group.js';
import type { LimitKind, TaskLimits } from './limits/task-limits.js';

/** Half of the weight that everything else has, so that the agent's heartbeat wins. */
const weights: Readonly<Record<string, string>> = { 'cpu.weight': '50', 'cpu.shares': '512' };

/** Name of an attempt's group; the prefix alone names all groups of an agent. */
export const groupPrefix = (agentMarker: string): string =>
  `drover-${createHash('sha256').update(agentMarker).digest('hex').slice(0, 10)}-`;

export const groupName = (agentMarker: string, attemptId: string): string =>
  groupPrefix(agentMarker) + attemptId.replace(/[^A-Za-z0-9.~-]/g, '_');

/** Makes the groups of attempts, with their weights and limits. */
export class AttemptGroups {
  readonly #limits: TaskLimits;
  readonly #tasksGroup: string;
  #folders: readonly string[] | undefined;
  readonly #controllers: readonly Controller[];
  #effective: ReadonlyArray<{ readonly root: string; readonly kept: readonly LimitKind[] }> | undefined;

  /** `tasksGroup`: name of the group that holds those of all attempts. */
  constructor(limits: TaskLimits, tasksGroup = usualTasksGroup) {
    this.#limits = limits;
    this.#tasksGroup = tasksGroup;
    this.#controllers = [
      'unified',
      'cpu',
      ...(limits.processes === undefined ? [] : (['pids'] as const)),
      ...(limits.memoryBytes === undefined ? [] : (['memory'] as const)),
    ];
  }

  /** Wherever this process may; an empty list where it may nowhere. */
  create(name: string): readonly string[] {
    return this.#createIn(this.#foldersForTasks(), name);
  }

  /**
   * The same for what has a PID namespace of its own, which shows and kills what is in it: a group is made only where it
   * has a weight or a limit. Each costs the whole machine: while one is made, joined or removed, no other is.
   */
  createEffective(name: string): readonly string[] {
    return this.#createIn(
      this.#roots().map(({ root }) => root),
      name,
    );
  }

  /** Which limits groups keep on this machine. */
  kept(): ReadonlySet<LimitKind> {
    return new Set(
      this.#roots().flatMap(({ root, kept }) => [
        ...kept,
        ...(kept.includes('memory') && basename(root) === this.#tasksGroup ? (['allMemory'] as const) : []),
      ]),
    );
  }

  #roots() {
    this.#effective ??= this.#foldersForTasks().flatMap((root) => {
      const [made] = this.#createIn([root], `drover-probe-${process.pid}`);
      if (made === undefined) return [];
      const kept = isJoinable(made) ? limitGroup(made, this.#limits) : [];
      const weighs = Object.keys(weights).some((file) => existsSync(join(made, file)));
      removeGroup(made);
      return kept.length > 0 || weighs ? [{ root, kept }] : [];
    });
    return this.#effective;
  }

  /** Removes what holds the groups of attempts, once there are none, of other agents neither. */
  close(): void {
    for (const folder of this.#folders ?? []) if (basename(folder) === this.#tasksGroup) removeEmptyGroup(folder);
    this.#folders = undefined;
    this.#effective = undefined;
  }

  #foldersForTasks(): readonly string[] {
    const { allMemoryBytes } = this.#limits;
    this.#folders ??= groupRoots(this.#controllers).map((root) =>
      allMemoryBytes === undefined ? root : folderForTasks(root, { name: this.#tasksGroup, allMemoryBytes }),
    );
    return this.#folders;
  }

  #makeFoldersAgain(): void {
    this.#folders = undefined;
    this.#foldersForTasks();
  }

  #createIn(roots: readonly string[], name: string): readonly string[] {
    return roots.flatMap((root) => {
      if (!existsSync(root)) this.#makeFoldersAgain(); // another agent was the last one, it thought
      const folder = join(root, name);
      try {
        mkdirSync(folder, { recursive: true });
      } catch {
        return [];
      }
      for (const [file, weight] of Object.entries(weights)) {
        if (existsSync(join(folder, file))) isWritten(join(folder, file), weight);
      }
      limitGroup(folder, this.#limits);
      return [folder];
    });
  }
}

/** Whether a process of ours may move there: version 2 also asks who may change the group above both. */
export function isJoinable(folder: string): boolean {
  const [program = 'sh', ...args] = launcherShell() ?? [];
  const join = ['-c', 'echo 0 >"$1/cgroup.procs"', 'drover-join', folder];
  return spawnSync(program, [...args, ...join], { env: {}, stdio: 'ignore' }).status === 0;
}

/** Moves a process into the groups; what it starts from then on is in them, too. The kernel takes its time, some 10 ms. */
export async function joinGroups(groups: readonly string[], pid: number): Promise<void> {
  await Promise.all(groups.map((folder) => writeFileLater(join(folder, 'cgroup.procs'), String(pid)).catch(() => undefined))); // as with weights
}

/** Groups of an agent that exist, with the rest of their name. */
export function listGroups(
  prefix: string,
  tasksGroup = usualTasksGroup,
): ReadonlyArray<{ readonly folder: string; readonly rest: string }> {
  const roots = groupRoots(allControllers);
  return [...roots, ...roots.map((root) => join(root, tasksGroup))].flatMap((root) =>
    subgroups(root)
      .filter((folder) => basename(folder).startsWith(prefix))
      .map((folder) => ({ folder, rest: basename(folder).slice(prefix.length) })),
  );
}

/** Process ids in a group and in the groups that tasks made below it. */
export function groupMembers(folder: string): readonly number[] {
  const own = readLines(join(folder, 'cgroup.procs'))
    .map(Number)
    .filter((pid) => pid > 0);
  return [...own, ...subgroups(folder).flatMap(groupMembers)];
}

/** Kills a whole group at once where the kernel can. */
export function killGroup(folder: string): void {
  if (existsSync(join(folder, 'cgroup.kill'))) isWritten(join(folder, 'cgroup.kill'), '1');
}

/** Removes an empty group; false while the kernel still holds a dying process in it. */
export function removeGroup(folder: string): boolean {
  try {
    subgroups(folder).forEach(removeGroup);
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function removeEmptyGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // something is left in it
  }
}

function subgroups(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
