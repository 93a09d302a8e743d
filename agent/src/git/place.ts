import { lchown, mkdir, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf } from '../shared/logger.js';
import { childOf, openFolder } from '../shared/open-folder.js';
import { removeTree } from '../workspaces/remove-tree.js';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Opens a folder below the workspace, made where it is missing, through no link. What is done in it goes by its descriptor:
 * a task that swaps the folder for a link meanwhile leads nothing out of the workspace.
 */
export async function openFolderInside(workspace: string, target: string, owner?: Owner): Promise<FileHandle> {
  const inside = relative(workspace, target);
  if (inside.startsWith('..') || inside.startsWith(sep)) throw new Error('the folder of the checkout is outside of the workspace');
  let folder = await openFolder(workspace);
  for (const part of inside.split(sep).filter((name) => name !== '')) {
    const above = folder;
    try {
      folder = await makeAndOpen(childOf(above, Buffer.from(part)), part, owner);
    } finally {
      await above.close();
    }
  }
  return folder;
}

async function makeAndOpen(path: Buffer, name: string, owner: Owner | undefined): Promise<FileHandle> {
  const isNew = await mkdir(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
      return false;
    },
  );
  const folder = await openFolder(path).catch((error: unknown) => {
    throw ['ELOOP', 'ENOTDIR'].includes(codeOf(error) ?? '') ? new Error(`${name} is not a folder`, { cause: error }) : error;
  });
  if (isNew && owner) await folder.chown(owner.uid, owner.gid);
  return folder;
}

/** Moves everything of a prepared folder into the target, replacing what has the same name. */
export async function moveInto(prepared: string, target: FileHandle): Promise<void> {
  for (const name of await namesIn(Buffer.from(prepared))) {
    const to = childOf(target, name);
    const removed = await removeTree(to); // a task may have made it, however deep
    if (!removed.ok) throw new Error(`${name.toString()} of an earlier step is in the way: ${removed.reason}`);
    await rename(below(Buffer.from(prepared), name), to);
  }
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
