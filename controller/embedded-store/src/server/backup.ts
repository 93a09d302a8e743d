import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { StoreDamaged, StoreError, StoreFolderUnwritable, StoreFormatNewer } from '../errors.js';
import type { Environment } from '../storage/environment.js';
import { formatVersion } from './format.js';
import { verifyStore } from './verify-store.js';

const dataFile = 'data.mdb';
const noteFile = 'backup.json';

/**
 * Copies the store as it is at this moment, while it continues working. The folder appears only when the copy is
 * complete and on disk.
 */
export async function writeBackup(environment: Environment, toFolder: string): Promise<void> {
  const target = resolve(toFolder);
  await refuseFilled(target);
  const partial = `${target}.partial-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await environment.root.backup(partial, true);
    await refuseDamaged(partial, target);
    const sha256 = await checksum(join(partial, dataFile));
    await writeFile(
      join(partial, noteFile),
      `${JSON.stringify({ format: formatVersion, sha256, takenAt: new Date().toISOString() }, null, 2)}\n`,
    );
    for (const name of [dataFile, noteFile, '.']) await syncToDisk(join(partial, name));
    await rename(partial, target);
    await syncToDisk(dirname(target));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (error instanceof StoreError) throw error;
    throw new StoreFolderUnwritable(target, error);
  }
}

/** A backup that cannot be restored is worse than none: people who rely on it would delete the one before. */
async function refuseDamaged(written: string, target: string): Promise<void> {
  const [first, ...more] = (await verifyStore(written)).problems;
  if (first === undefined) return;
  const text = `The backup in ${target} was not kept, because the store is damaged: ${[first, ...more].join(' ')} Restore the backup before it.`;
  throw new StoreError('STORE_DAMAGED', text, { folder: target });
}

async function refuseFilled(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0)
    throw new StoreError('STORE_NOT_EMPTY', `The folder ${folder} is not empty; a backup needs a new or empty one.`, { folder });
}

async function checksum(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a backup into a folder that has no store yet; the backup is checked first, and stays as it is. */
export async function restoreBackup({ from, dataDir }: { from: string; dataDir: string }): Promise<void> {
  const source = resolve(from);
  const target = resolve(dataDir);
  await checkBackup(source);
  if (await exists(join(target, dataFile))) {
    throw new StoreError('STORE_NOT_EMPTY', `The folder ${target} has a store already; move it away before restoring.`, { folder: target });
  }
  try {
    await mkdir(target, { recursive: true, mode: 0o700 });
    const partial = join(target, `${dataFile}.partial`);
    await copyFile(join(source, dataFile), partial);
    await syncToDisk(partial);
    await rename(partial, join(target, dataFile));
    await syncToDisk(target);
  } catch (error) {
    throw new StoreFolderUnwritable(target, error);
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function checkBackup(folder: string): Promise<void> {
  const note = await readNote(folder);
  if (note.format > formatVersion) throw new StoreFormatNewer(folder, { found: note.format, known: formatVersion });
  const sha256 = await checksum(join(folder, dataFile)).catch((error: unknown) => {
    throw new StoreDamaged(folder, error);
  });
  if (sha256 !== note.sha256) throw new StoreDamaged(folder, new Error(`${dataFile} does not have the checksum that ${noteFile} states`));
}

async function readNote(folder: string): Promise<{ format: number; sha256: string }> {
  try {
    const note: unknown = JSON.parse(await readFile(join(folder, noteFile), 'utf8'));
    if (
      typeof note === 'object' &&
      note &&
      'format' in note &&
      'sha256' in note &&
      typeof note.format === 'number' &&
      typeof note.sha256 === 'string'
    ) {
      return { format: note.format, sha256: note.sha256 };
    }
    throw new Error(`${noteFile} is not complete`);
  } catch (error) {
    const text = `The folder ${folder} holds no whole backup of a store: ${error instanceof Error ? error.message : String(error)}.`;
    throw new StoreError('STORE_MISSING', text, { folder }, { cause: error });
  }
}
