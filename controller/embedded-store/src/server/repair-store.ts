import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { decode } from '../bson/codec.js';
import { StoreDamaged, StoreError } from '../errors.js';
import { Catalogue } from '../storage/catalogue.js';
import { openEnvironment } from '../storage/environment.js';
import { PageDamage } from '../storage/file/page-file.js';
import { verifyFile } from '../storage/file/verify-file.js';
import { syncToDisk } from './backup.js';
import { checkFormat } from './format.js';
import { verifyStore } from './verify-store.js';

export interface Repaired {
  readonly documents: number;
  /** What could not be kept: collection, number of the document, and its id where that can still be read. */
  readonly lost: readonly string[];
}

/**
 * Puts what is sound of a store that nobody writes to into a new folder: damaged documents are left out, indexes and
 * counts are made again. The store itself stays as it is. Damaged pages are beyond it.
 */
export async function repairStore(from: string, to: string): Promise<Repaired> {
  await verifyFile(from).catch((error: unknown) => {
    throw error instanceof PageDamage ? new StoreDamaged(from, error) : error;
  });
  await refuseFilled(to);
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    await copyFile(join(from, 'data.mdb'), join(to, 'data.mdb'));
    const lost = await salvage(to);
    const { documents, problems } = await verifyStore(to);
    if (problems.length > 0) throw new StoreDamaged(to, new Error(problems.join(' ')));
    for (const name of ['data.mdb', '.']) await syncToDisk(join(to, name));
    return { documents, lost };
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error instanceof StoreError ? error : new StoreDamaged(from, error);
  }
}

async function refuseFilled(folder: string): Promise<void> {
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new StoreError('STORE_NOT_EMPTY', `The folder ${folder} is not empty; the repaired store needs a new or empty one.`, { folder });
}

async function salvage(folder: string): Promise<readonly string[]> {
  const environment = openEnvironment({ folder });
  try {
    checkFormat(environment, folder);
    const catalogue = new Catalogue(environment);
    return environment.root.transactionSync(() => {
      const lost = catalogue
        .all()
        .flatMap((collection) =>
          collection.salvage().map(({ record, bytes }) => `document ${record} of ${collection.namespace}${idIn(bytes)}`),
        );
      catalogue.flush();
      return lost;
    });
  } finally {
    await environment.root.close();
  }
}

/** A damaged document often still says which one it is. */
function idIn(bytes: Buffer): string {
  try {
    const id: unknown = decode(bytes.subarray(0, bytes.readInt32LE(0)))['_id'];
    return typeof id === 'string' || typeof id === 'number' ? ` (_id ${String(id)})` : '';
  } catch {
    return '';
  }
}
