import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile as writeFileLater } from 'node:fs/promises';
import { join } from 'node:path';

/** Half of the weight that everything else has, so that the agent's heartbeat wins. */
const weights: Readonly<Record<string, string>> = { 'cpu.weight': '50', 'cpu.shares': '512' };

/** Name of an attempt's group; the prefix alone names all groups of an agent. */
export const groupPrefix = (agentMarker: string): string =>
  `drover-${createHash('sha256').update(agentMarker).digest('hex').slice(0, 10)}-`;

export const groupName = (agentMarker: string, attemptId: string): string =>
  groupPrefix(agentMarker) + attemptId.replace(/[^A-Za-z0-9.~-]/g, '_');

/** Makes the group wherever this process may; an empty list where it may nowhere. */
export const createGroups = (name: string): readonly string[] => createIn(groupRoots(), name);

/**
 * The same for what has a PID namespace of its own, which shows and kills what is in it: a group is made only where it
 * has a weight. Each costs the whole machine: while one is made, joined or removed, no other is.
 */
export function createWeighingGroups(name: string): readonly string[] {
  weighingRoots ??= groupRoots().filter((root) => weighs(root, name));
  return createIn(weighingRoots, name);
}

let weighingRoots: readonly string[] | undefined;

function weighs(root: string, name: string): boolean {
  const made = createIn([root], name);
  const isWeighing = made.some((folder) => Object.keys(weights).some((file) => existsSync(join(folder, file))));
  made.forEach(removeGroup);
  return isWeighing;
}

function createIn(roots: readonly string[], name: string): readonly string[] {
  return roots.flatMap((root) => {
    const folder = join(root, name);
    try {
      mkdirSync(folder, { recursive: true });
    } catch {
      return [];
    }
    for (const [file, weight] of Object.entries(weights)) {
      if (existsSync(join(folder, file))) attemptWrite(join(folder, file), weight);
    }
    return [folder];
  });
}

/** Moves a process into the groups; what it starts from then on is in them, too. The kernel takes its time, some 10 ms. */
export async function joinGroups(groups: readonly string[], pid: number): Promise<void> {
  await Promise.all(groups.map((folder) => writeFileLater(join(folder, 'cgroup.procs'), String(pid)).catch(() => undefined))); // as with weights
}

/** Groups of an agent that exist, with the rest of their name. */
export function listGroups(prefix: string): ReadonlyArray<{ readonly folder: string; readonly rest: string }> {
  return groupRoots().flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ folder: join(root, name), rest: name.slice(prefix.length) })),
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
  if (existsSync(join(folder, 'cgroup.kill'))) attemptWrite(join(folder, 'cgroup.kill'), '1');
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

/** This process's own group in the v2 tree, and in v1's cpu tree for the weight. */
function groupRoots(): readonly string[] {
  const own = new Map(
    readLines('/proc/self/cgroup').map((line) => {
      const [, controllers = '', ...path] = line.split(':');
      return [controllers, path.join(':')] as const;
    }),
  );
  return readLines('/proc/self/mountinfo')
    .flatMap((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , mountRoot = '/', mountPoint = ''] = before.split(' ');
      const [type, , options = ''] = after.split(' ');
      const wanted = type === 'cgroup2' ? '' : type === 'cgroup' && options.split(',').includes('cpu') ? 'cpu' : undefined;
      if (wanted === undefined) return [];
      const path = [...own].find(([names]) => names.split(',').includes(wanted))?.[1];
      if (path === undefined || path.includes('..')) return [];
      // beside the bare processes of a root group a whole attempt would weigh less than any one of them
      if (wanted === 'cpu' && path === '/') return [];
      const inside = mountRoot !== '/' && path.startsWith(mountRoot) ? path.slice(mountRoot.length) : path;
      return [join(mountPoint, inside)];
    })
    .filter((root) => existsSync(root));
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

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

function attemptWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch {
    // a controller that is not ours to set
  }
}
