import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a farm keeps beside its store; nothing is there before the store has its first user. */
const kept = ['logs', join('packages', 'blobs')] as const;

/** The store is new, and the data folder is not: what is in it would be swept away as if nobody knew it. */
export class StoreLost extends Error {
  readonly code = 'STORE_LOST';

  constructor(dataDir: string, place: string) {
    super(
      `The store in ${dataDir} is empty, but ${join(dataDir, place)} holds data of a farm: is the disk with the store mounted? Restore the store from a backup; for a new farm choose another folder with --data, or move “logs” and “packages” away.`,
    );
    this.name = 'StoreLost';
  }
}

/** Call with an empty store, before anything is swept. */
export async function refuseLostStore(dataDir: string): Promise<void> {
  for (const place of kept) {
    const names = await readdir(join(dataDir, place)).catch(() => []);
    if (names.length > 0) throw new StoreLost(dataDir, place);
  }
}
