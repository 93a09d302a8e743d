import { lchown, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { removeTree, type Removal } from '../workspaces/remove-tree.js';

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
  for (const name of await namesIn(Buffer.from(prepared))) {
    const to = below(Buffer.from(target), name);
    const removed = await removeNamed(target, name); // a task may have made it, however deep
    if (!removed.ok) throw new Error(`${name.toString()} of an earlier step is in the way: ${removed.reason}`);
    await rename(below(Buffer.from(prepared), name), to);
  }
}

async function removeNamed(folder: string, name: Buffer): Promise<Removal> {
  const text = name.toString();
  if (Buffer.from(text).equals(name)) return removeTree(join(folder, text));
  await rm(below(Buffer.from(folder), name), { recursive: true, force: true });
  return { ok: true };
}

/** Removes everything in a folder. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of await namesIn(Buffer.from(folder))) await rm(below(Buffer.from(folder), name), { recursive: true, force: true });
}

/** Gives a whole tree to a user; links themselves, never what they lead to. */
export const giveTo = (owner: Owner, path: string): Promise<void> => give(owner, Buffer.from(path));

async function give(owner: Owner, path: Buffer): Promise<void> {
  await lchown(path, owner.uid, owner.gid);
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    const child = below(path, entry.name);
    if (entry.isDirectory()) await give(owner, child);
    else await lchown(child, owner.uid, owner.gid);
  }
}

/** Names are bytes: a repository may hold some that are not UTF-8. */
const namesIn = (folder: Buffer): Promise<Buffer[]> => readdir(folder, { encoding: 'buffer' });
const below = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from(sep), name]);

/** Beside the workspace: on the same file system, and where no task can reach. */
export const preparationFolder = (workspace: string): string => join(dirname(workspace), '.drover-checkouts');
