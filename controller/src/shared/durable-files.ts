import { closeSync, fsync, open } from 'node:fs';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const [openDescriptor, syncDescriptor] = [promisify(open), promisify(fsync)];

/** Makes the names of files in a folder outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const descriptor = await openDescriptor(folder, 'r');
  try {
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor); // of a folder that was only read there is nothing to wait for
  }
}

const nothing = (): Promise<void> => Promise.resolve();

/** Folders that are remembered; of a forgotten one the name is synced once more. */
const mostKnownFolders = 1_024;

/**
 * Makes folders below a root so that their names outlive a power cut. One that is there already may be on its way to that
 * only, or a sync of it failed, or its maker died: a caller that has not seen it done waits for it or does it.
 */
export class DurableFolders {
  private readonly named = new Map<string, Promise<void>>();

  constructor(
    private readonly root: string,
    private readonly sync = syncFolder,
  ) {}

  /** Makes a folder with all above it, durably, and meanwhile begins what goes into it. Both are over when it resolves or rejects. */
  async make(folder: string, fill: () => Promise<void> = nothing): Promise<void> {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    await together(fill(), this.name(folder, first));
  }

  /** `first`: the uppermost that was made just now. */
  private name(folder: string, first: string | undefined): Promise<void> {
    const isNew = first !== undefined && folder.length >= first.length;
    const known = isNew ? undefined : this.named.get(folder);
    if (known !== undefined) return known;
    if (!isNew && folder.length < this.root.length) return Promise.resolve(); // nobody here made it
    const done = this.syncAbove(folder, first);
    this.remember(folder, done);
    return done;
  }

  private async syncAbove(folder: string, first: string | undefined): Promise<void> {
    await this.sync(dirname(folder));
    await this.name(dirname(folder), first);
  }

  private remember(folder: string, done: Promise<void>): void {
    this.named.delete(folder);
    this.named.set(folder, done);
    done.catch(() => this.named.get(folder) === done && this.named.delete(folder));
    const [oldest] = this.named.keys();
    if (oldest !== undefined && this.named.size > mostKnownFolders) this.named.delete(oldest);
  }
}

/** Waits for all, also when one fails: nothing continues behind a fault. */
export async function together(...work: ReadonlyArray<Promise<void>>): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

/** Puts a whole file in place. Readers see the old one or the new one when the process dies; a power cut may leave none, or a torn one. */
export async function placeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}

/** A file's text; nothing where there is none. */
export async function readWhole(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a file is there. A disk that cannot say throws: what is taken for absent is begun again. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
/** No space, no inodes, or a quota that is used up: the system tells them by few codes. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '');
/** The process or the system has as many files open as it may, or no memory for more: it may pass. */
export const isShort = (error: unknown): boolean => ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'].includes(codeOf(error) ?? '');
