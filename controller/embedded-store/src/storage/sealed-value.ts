import { crc32 } from 'node:zlib';

import { CommandError } from '../command-error.js';

const checksumBytes = 4;

/** A value as it is stored: the bytes, then a checksum over key and bytes, so that a value under another key is noticed, too. */
export function sealValue(key: Buffer, bytes: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(bytes.length + checksumBytes);
  sealed.set(bytes);
  sealed.writeUInt32LE(crc32(bytes, crc32(key)), bytes.length);
  return sealed;
}

/**
 * The bytes of a stored value that is `length` bytes long without its checksum. Values of the first format have none.
 * Undefined where the value is damaged.
 */
export function openValue(key: Buffer, value: Buffer, length: number): Buffer | undefined {
  if (value.length === length) return value;
  if (value.length !== length + checksumBytes) return undefined;
  const bytes = value.subarray(0, length);
  return value.readUInt32LE(length) === crc32(bytes, crc32(key)) ? bytes : undefined;
}

/** The same for a BSON document, which states its length itself. */
export function openDocument(key: Buffer, value: Buffer): Buffer | undefined {
  return value.length < 5 ? undefined : openValue(key, value, value.readInt32LE(0));
}

/** What is stored is not what was written. MongoDB has the same number for it. */
export const damagedValue = (what: string): CommandError =>
  new CommandError('DataCorruptionDetected', `${what} is damaged: its checksum does not agree. Restore a backup.`);
