import { lchown, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { removeTree } from '../workspaces/remove-tree.js';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Makes a folder below the workspace; refuses to go through links, which a task may have laid. */
export async function makeFolderInside(workspace: string, target: string, owner?: Owner): Promise<void> {
  const inside = relative(workspace, target);
  if (inside.startsWith('..') || inside.startsWith(sep)) throw new Error('the folder of the checkout is outside of the workspace');
  let path = workspace;
  for (const part of inside.split(sep).filter((name) => name !== '')) {
    path = join(path, part);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) {
      await mkdir(path);
      if (owner) await lchown(path, owner.uid, owner.gid);
    } else if (!found.isDirectory()) {
      throw new Error(`${relative(workspace, path)} is not a folder`);
    }
  }
}

/** Moves everything of a prepared folder into the target, replacing what has the same name. */
export async function moveInto(prepared: string, target: string): Promise<void> {
  for (const name of await readdir(prepared)) {
    const removed = await removeTree(join(target, name)); // a task may have made it, however deep
    if (!removed.ok) throw new Error(`${name} of an earlier step is in the way: ${removed.reason}`);
    await rename(join(prepared, name), join(target, name));
  }
}

/** Gives a whole tree to a user; links themselves, never what they lead to. */
export async function giveTo(owner: Owner, path: string): Promise<void> {
  await lchown(path, owner.uid, owner.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(owner, child);
    else await lchown(child, owner.uid, owner.gid);
  }
}

/** Beside the workspace: on the same file system, and where no task can reach. */
export const preparationFolder = (workspace: string): string => join(dirname(workspace), '.drover-checkouts');
