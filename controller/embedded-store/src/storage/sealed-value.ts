import { crc32 } from 'node:zlib';

import { CommandError } from '../command-error.js';
import { recordIdBytes } from './keys.js';

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

/** The value of an entry whose key says all: a checksum of the key. */
export function sealKey(key: Buffer): Buffer {
  const value = Buffer.allocUnsafe(checksumBytes);
  value.writeUInt32LE(crc32(key));
  return value;
}

/**
 * Whether an entry of an index is as it was written: its value is a checksum of its key, or the number of a document
 * with a checksum over both. Of entries that earlier versions wrote without one this cannot be said.
 */
export function entryIsSound(key: Buffer, value: Buffer): boolean {
  if (value.length === checksumBytes) return value.readUInt32LE() === crc32(key);
  return value.length === 1 || openValue(key, value, recordIdBytes) !== undefined;
}

/** The same for a BSON document, which states its length itself. */
export function openDocument(key: Buffer, value: Buffer): Buffer | undefined {
  return value.length < 5 ? undefined : openValue(key, value, value.readInt32LE(0));
}

/** What is stored is not what was written. MongoDB has the same number for it. */
export const damagedValue = (what: string): CommandError =>
  new CommandError('DataCorruptionDetected', `${what} is damaged: its checksum does not agree. Restore a backup.`);
