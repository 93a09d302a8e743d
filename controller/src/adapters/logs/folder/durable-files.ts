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

/** Makes a folder with all folders above it, durably, and meanwhile begins what goes into it. Both are over when it resolves or rejects. */
export async function makeFolder(folder: string, fill: () => Promise<void>): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  await together(fill(), syncAbove(folder, first));
}

/** Waits for all, also when one fails: nothing goes on behind a fault. */
export async function together(...work: ReadonlyArray<Promise<void>>): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

async function syncAbove(folder: string, first: string | undefined): Promise<void> {
  if (first === undefined) return; // nothing was made
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
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

/** Whether a file is there. A disk that can not say throws: what is taken for absent is begun anew. */
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
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '');
