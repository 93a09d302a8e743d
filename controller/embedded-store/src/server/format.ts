import { StoreDamaged, StoreFormatNewer } from '../errors.js';
import type { Environment } from '../storage/environment.js';
import { openValue, sealValue } from '../storage/sealed-value.js';

const formatKey = Buffer.from('format');

/** Raised when an older release could no longer read what this one writes. 2: values end in a checksum; those of format 1 are read as they are. */
export const formatVersion = 2;

/** Marks new files, and refuses those of a later release. */
export function checkFormat({ meta, root }: Environment, folder: string): void {
  const stored = meta.getBinary(formatKey);
  const bytes = stored && openValue(formatKey, stored, 4);
  if (stored && !bytes) throw new StoreDamaged(folder, new Error('the version of its format cannot be read'));
  const found = bytes?.readUInt32BE(0);
  if (found !== undefined && found > formatVersion) throw new StoreFormatNewer(folder, { found, known: formatVersion });
  if (found === formatVersion) return;
  const version = Buffer.alloc(4);
  version.writeUInt32BE(formatVersion, 0);
  root.transactionSync(() => {
    meta.putSync(formatKey, sealValue(formatKey, version));
  });
}
