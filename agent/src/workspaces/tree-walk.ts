import { randomBytes } from 'node:crypto';
import { chmod, lstat, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../shared/logger.js';
import { childOf, entriesIn, openFolder } from '../shared/open-folder.js';

/** Deeper folders are moved up, so that neither descriptors nor paths run out. */
const deepest = 32;

interface Level {
  readonly name: Buffer;
  readonly folder: FileHandle;
}

/**
 * Removes a tree by descriptors: each name is looked up in its own folder, so that no path is ever long and no link that a
 * task lays meanwhile leads outside. Holds at most one descriptor for each of a few levels and one piece of a listing.
 */
export class TreeWalk {
  readonly #root: Buffer;
  readonly #most: number;
  #removed = 0;
  #moved = 0;
  #fault: Error | undefined;

  constructor(root: string | Buffer, mostEntries: number) {
    this.#root = Buffer.from(root);
    this.#most = mostEntries;
  }

  /** Resolves with false if more entries than `mostEntries` were met. Rejects with what could not be removed first, after removing the rest. */
  async remove(): Promise<boolean> {
    const status = await lstat(this.#root).catch(() => undefined);
    if (status === undefined) return true;
    if (!status.isDirectory()) {
      await unlink(this.#root);
      return true;
    }
    do this.#moved = 0;
    while ((await this.#empty(this.#root, [])) && this.#moved > 0 && this.#fault === undefined);
    if (this.#removed >= this.#most) return false;
    if (this.#fault !== undefined) throw this.#fault;
    await rmdir(this.#root);
    return true;
  }

  /** False if it met too many entries. */
  async #empty(path: Buffer, above: readonly Level[]): Promise<boolean> {
    const folder = await this.#enter(path);
    if (folder === undefined) return true;
    try {
      for await (const { name } of entriesIn(folder)) {
        if (this.#removed >= this.#most) return false;
        this.#removed += 1;
        if (!(await this.#removeEntry(childOf(folder, name), [...above, { name, folder }]))) return false;
      }
    } catch (error) {
      this.#note(error);
    } finally {
      await folder.close();
    }
    return true;
  }

  async #removeEntry(path: Buffer, levels: readonly Level[]): Promise<boolean> {
    const refused = await attempt(unlink(path));
    if (refused === undefined || codeOf(refused) === 'ENOENT') return true;
    const empty = await attempt(rmdir(path));
    if (empty === undefined) return true;
    if (codeOf(empty) === 'ENOTDIR') this.#note(refused);
    else if (levels.length >= deepest) await this.#moveUp(path, levels);
    else {
      if (!(await this.#empty(path, levels))) return false;
      const left = await attempt(rmdir(path));
      if (left !== undefined && this.#moved === 0) this.#note(left);
    }
    return true;
  }

  /** It is met again beside the topmost folder's other entries. */
  async #moveUp(path: Buffer, levels: readonly Level[]): Promise<void> {
    const [top] = levels;
    this.#moved += 1;
    const target = top && childOf(top.folder, Buffer.from(`.drover-deep-${randomBytes(8).toString('hex')}`));
    if (!isRoot()) await chmod(path, 0o700).catch(() => undefined); // moving a folder writes to it
    const refused = target && (await attempt(rename(path, target)));
    if (refused !== undefined) this.#note(refused);
  }

  async #enter(path: Buffer): Promise<FileHandle | undefined> {
    try {
      const folder = await openFolder(path).catch(async (error: unknown) => {
        if (codeOf(error) !== 'EACCES') throw error;
        await chmod(path, 0o700);
        return openFolder(path);
      });
      if (!isRoot()) await folder.chmod(0o700).catch(() => undefined); // someone else's: the removal says so
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#note(error);
      return undefined;
    }
  }

  #note(error: unknown): void {
    this.#fault ??= error instanceof Error ? error : new Error(String(error));
  }
}

const isRoot = (): boolean => process.geteuid?.() === 0;

const attempt = (done: Promise<void>): Promise<Error | undefined> =>
  done.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
