import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Hierarchies in which attempts get groups: the one of version 2, and of version 1 those of single controllers. */
export type Controller = 'unified' | 'cpu' | 'pids' | 'memory';
export const allControllers: readonly Controller[] = ['unified', 'cpu', 'pids', 'memory'];

/** Where the agent itself stays in version 2, which gives no limits to a group that has both processes and groups below it. */
const ownGroup = 'drover-agent';

/** The folders in which this process makes groups: its own group in each hierarchy. */
export function groupRoots(controllers: readonly Controller[]): readonly string[] {
  const folders = hierarchiesOf('self')
    .filter(({ controller }) => controllers.includes(controller))
    // beside the bare processes of a root group a whole attempt would weigh less than any one of them
    .filter(({ controller, path }) => controller !== 'cpu' || path !== '/')
    .map(({ folder }) => (basename(folder) === ownGroup ? dirname(folder) : folder));
  return [...new Set(folders)];
}

/** The groups of a process that limit its memory and number. None where one of them is not named after the word. */
export const limitingGroups = (pid: number, word: string): readonly string[] => [
  ...new Set(
    hierarchiesOf(pid)
      .filter(({ controller, path }) => controller !== 'cpu' && path.includes(word))
      .map(({ folder }) => folder),
  ),
];

/**
 * In version 2 the agent moves to a group below its own, so that groups of attempts beside it can have limits. Only where
 * nothing else runs in its group; where that does not work, everything stays as it was.
 */
export function makeRoomForLimits(): void {
  const [own] = hierarchiesOf('self').filter(({ controller }) => controller === 'unified');
  if (own !== undefined && own.path !== '/' && basename(own.folder) !== ownGroup) moveBelow(own.folder);
}

function moveBelow(group: string): void {
  const offered = new Set(readLines(join(group, 'cgroup.controllers')).flatMap((line) => line.split(' ')));
  const wanted = ['cpu', 'pids', 'memory'].filter((name) => offered.has(name));
  const members = readLines(join(group, 'cgroup.procs'));
  if (wanted.length === 0 || members.length !== 1 || members[0] !== String(process.pid)) return;
  const below = join(group, ownGroup);
  if (!isMade(below)) return; // the group is not ours to change
  if (!isWritten(join(below, 'cgroup.procs'), String(process.pid))) return rmdirSync(below);
  if (wanted.filter((name) => isWritten(join(group, 'cgroup.subtree_control'), `+${name}`)).length > 0) return;
  if (isWritten(join(group, 'cgroup.procs'), String(process.pid))) rmdirSync(below);
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

interface Hierarchy {
  readonly controller: Controller;
  /** As the kernel names the group of the process. */
  readonly path: string;
  readonly folder: string;
}

function hierarchiesOf(pid: number | 'self'): readonly Hierarchy[] {
  const paths = new Map(
    readLines(`/proc/${pid}/cgroup`).map((line) => {
      const [, controllers = '', ...path] = line.split(':');
      return [controllers, path.join(':')] as const;
    }),
  );
  return readLines('/proc/self/mountinfo').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , mountRoot = '/', mountPoint = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    return controllersOf(type, options).flatMap((controller) => {
      const path = [...paths].find(([names]) => names.split(',').includes(controller === 'unified' ? '' : controller))?.[1];
      if (path === undefined || path.includes('..')) return [];
      const inside = mountRoot !== '/' && path.startsWith(mountRoot) ? path.slice(mountRoot.length) : path;
      const folder = join(mountPoint, inside);
      return existsSync(folder) ? [{ controller, path, folder: folder.replace(/(.)\/$/, '$1') }] : [];
    });
  });
}

function controllersOf(type: string, options: string): readonly Controller[] {
  if (type === 'cgroup2') return ['unified'];
  if (type !== 'cgroup') return [];
  return options.split(',').filter((name): name is Controller => name === 'cpu' || name === 'pids' || name === 'memory');
}

export function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Whether the kernel took it: a controller may not be ours to set. */
export function isWritten(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    return false;
  }
}
