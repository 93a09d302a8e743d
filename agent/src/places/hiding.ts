import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** What a ground hides, and where the workspaces of its places lie. */
export interface Hiding {
  /** The folder of workspaces, if a hidden folder holds it, and that folder; all of them empty otherwise. */
  readonly root: string;
  readonly around: string;
  /** Where in the hidden folder the workspaces stay reachable for places; empty with it. */
  readonly behind: string;
  readonly paths: readonly string[];
  /** Tells one state of what is there to be hidden from any other. */
  readonly key: string;
}

/** What has to be hidden now from a task with this workspace. Undefined where a ground can't do it. */
export function hidingFor(workspace: string, wanted: readonly string[]): Hiding | undefined {
  const root = dirname(workspace);
  if (!canBeNamed(workspace)) return undefined;
  const there = wanted.map(withoutSlash).flatMap((path) => {
    const id = identityOf(path);
    return id === undefined ? [] : [{ path, id }];
  });
  if (there.some(({ path }) => path === workspace || path === root || path === '')) return undefined;
  const [around] = there.filter(({ path }) => holds(path, root)).sort((a, b) => a.path.length - b.path.length);
  const paths = there.filter(({ path }) => around === undefined || !(path === around.path || holds(around.path, path)));
  const place =
    around === undefined ? { root: '', around: '', behind: '' } : { root, around: around.path, behind: behindOf(around.path, root) };
  const key = JSON.stringify([place, around?.id, ...paths.map(({ path, id }) => [path, id])]);
  return { ...place, paths: paths.map(({ path }) => path), key };
}

/** What is to be hidden changes when a program of the same user is installed; again and again only by a fault. */
export const mostTries = 5;

/** Tells one state of these paths from any other. */
export const stateOf = (paths: readonly string[]): string => JSON.stringify(paths.map((path) => [path, identityOf(path)]));

/** Whether a ground can be asked for a place with this workspace. */
export const canBeNamed = (workspace: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._~-]*$/.test(basename(workspace));

const holds = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

const behindName = '.drover-behind';

/** Beside the way to the workspaces, not on it: it is covered in each place. */
function behindOf(around: string, root: string): string {
  const [first] = root.slice(around.length + 1).split('/');
  return `${around}/${first === behindName ? `${behindName}-2` : behindName}`;
}

const withoutSlash = (path: string): string => path.replace(/\/+$/, '');

/** A folder that was removed and made again is another one, over which nothing lies; its number may be given again. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined; // also where the agent may not look: neither may its tasks
  }
}
