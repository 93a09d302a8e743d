import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { emptyLog, type LogPlace } from '../../../domain/logs/places.js';

/**
 * One place in the side file, so that the file can be searched where it lies: offset, line and moment (0: unknown) as
 * numbers of six bytes, a mark, and a checksum over all of it.
 */
export const placeBytes = 24;
const at = { offset: 0, line: 6, moment: 12, mark: 18, checksum: 20 } as const;
const numberBytes = 6;
const mark = 0xc7d5;

export function encodePlaces(places: readonly LogPlace[]): Buffer {
  const bytes = Buffer.allocUnsafe(places.length * placeBytes);
  places.forEach((place, index) => {
    const entry = bytes.subarray(index * placeBytes, (index + 1) * placeBytes);
    entry.writeUIntLE(place.offset, at.offset, numberBytes);
    entry.writeUIntLE(place.line, at.line, numberBytes);
    entry.writeUIntLE(Math.round(place.at ?? 0), at.moment, numberBytes);
    entry.writeUInt16LE(mark, at.mark);
    entry.writeUInt32LE(crc32(entry.subarray(0, at.checksum)), at.checksum);
  });
  return bytes;
}

/** A place that a disk changed is the beginning of the log: from there readers find all that they look for. */
export function decodePlaces(bytes: Buffer): LogPlace[] {
  return Array.from({ length: Math.floor(bytes.length / placeBytes) }, (_, index) => {
    const entry = bytes.subarray(index * placeBytes, (index + 1) * placeBytes);
    return (isMarked(entry) ? decodeMarked(entry) : decodeOld(entry)) ?? emptyLog.placed;
  });
}

const isMarked = (entry: Buffer): boolean => entry.readUInt16LE(at.mark) === mark;

function decodeMarked(entry: Buffer): LogPlace | undefined {
  if (entry.readUInt32LE(at.checksum) !== crc32(entry.subarray(0, at.checksum))) return undefined;
  const moment = entry.readUIntLE(at.moment, numberBytes);
  const place = { offset: entry.readUIntLE(at.offset, numberBytes), line: entry.readUIntLE(at.line, numberBytes) };
  return moment === 0 ? place : { ...place, at: moment };
}

/** Earlier versions wrote three doubles and no checksum. */
function decodeOld(entry: Buffer): LogPlace | undefined {
  const [offset, line, moment] = [entry.readDoubleLE(0), entry.readDoubleLE(8), entry.readDoubleLE(16)];
  if (!isPosition(offset) || !isPosition(line)) return undefined;
  return moment === 0 || !Number.isFinite(moment) ? { offset, line } : { offset, line, at: moment };
}

const isPosition = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** How much of a side file can be trusted: whole entries that grow and lie within the log. What follows was torn by a crash. */
export function soundPlaces(bytes: Buffer, logBytes: number): { readonly count: number; readonly last: LogPlace } {
  let last: LogPlace = emptyLog.placed;
  let count = 0;
  for (const place of decodePlaces(bytes)) {
    const whole = Number.isSafeInteger(place.offset) && Number.isSafeInteger(place.line);
    if (!whole || place.offset < last.offset || place.line < last.line || place.offset > logBytes || place.line > place.offset) break;
    last = place;
    count++;
  }
  return { count, last };
}

/** Entries that are read at once when the search has come close. */
const pageEntries = 128;

/** Searches a side file without reading it whole: a claim that, once false, stays false. Gives the index of the last entry for which it holds, or -1. */
export async function lastInFile(file: FileHandle, count: number, holds: (place: LogPlace) => boolean): Promise<number> {
  let low = 0;
  let high = count;
  while (high - low > pageEntries) {
    const middle = (low + high) >>> 1;
    const [place] = await readPlaces(file, middle, 1);
    if (place && holds(place)) low = middle + 1;
    else high = middle;
  }
  const rest = await readPlaces(file, low, high - low);
  const failing = rest.findIndex((place) => !holds(place));
  return low + (failing < 0 ? rest.length : failing) - 1;
}

export async function readPlaces(file: FileHandle, from: number, count: number): Promise<LogPlace[]> {
  if (count <= 0) return [];
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(count * placeBytes), 0, count * placeBytes, from * placeBytes);
  return decodePlaces(buffer.subarray(0, bytesRead));
}
