import { StoreFormatNewer } from '../errors.js';
import type { Environment } from '../storage/environment.js';

const formatKey = Buffer.from('format');

/** Raised when an older release could no longer read what this one writes. */
export const formatVersion = 1;

/** Marks new files, and refuses those of a later release. */
export function checkFormat({ meta, root }: Environment, folder: string): void {
  const found = meta.getBinary(formatKey)?.readUInt32BE(0);
  if (found !== undefined && found > formatVersion) throw new StoreFormatNewer(folder, { found, known: formatVersion });
  if (found === formatVersion) return;
  const version = Buffer.alloc(4);
  version.writeUInt32BE(formatVersion, 0);
  root.transactionSync(() => {
    meta.putSync(formatKey, version);
  });
}
