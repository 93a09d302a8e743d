import { spawn } from 'node:child_process';
import { rmdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { codeOf, messageOf } from '../shared/logger.js';
import { TreeWalk } from './tree-walk.js';

export type Removal = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Most workspaces have fewer entries; more are left to a program of its own, so that the agent stays quick. */
const smallEntries = 2_000;

/**
 * Removes a folder with all in it, however deep, many or oddly named its entries are; never follows links. Folders that a
 * task closed are opened first. What belongs to another user and cannot be removed (a container wrote it and the agent is
 * not root) is reported, not thrown.
 */
export async function removeTree(path: string | Buffer): Promise<Removal> {
  if (await isGoneAtOnce(path)) return { ok: true };
  try {
    if (await new TreeWalk(path, smallEntries).remove()) return { ok: true };
    await removeByProgram(path);
    await new TreeWalk(path, Infinity).remove(); // what the program left: closed folders, or all of it where it cannot go so deep
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

/** Most are empty, or not there. */
const isGoneAtOnce = (path: string | Buffer): Promise<boolean> =>
  rmdir(path).then(
    () => true,
    (error: unknown) => codeOf(error) === 'ENOENT',
  );

/**
 * Whatever it says: the walk behind it looks itself. A name that is not UTF-8 is no argument here. It begins in the folder
 * above, which may be one that only descriptors of this process lead to.
 */
const removeByProgram = (path: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    const argument = path.toString();
    if (!Buffer.from(argument).equals(Buffer.from(path))) return resolve();
    const child = spawn('rm', ['-rf', '--', `./${basename(argument)}`], { stdio: 'ignore', cwd: dirname(argument) });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
