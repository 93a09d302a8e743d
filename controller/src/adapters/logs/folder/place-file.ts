import type { FileHandle } from 'node:fs/promises';
import { emptyLog, type LogPlace } from '../../../domain/logs/places.js';

/** One place in the side file: offset, line and moment (0: unknown) as three doubles, so that the file can be searched where it lies. */
export const placeBytes = 24;

export function encodePlaces(places: readonly LogPlace[]): Buffer {
  const bytes = Buffer.allocUnsafe(places.length * placeBytes);
  places.forEach((place, index) => {
    bytes.writeDoubleLE(place.offset, index * placeBytes);
    bytes.writeDoubleLE(place.line, index * placeBytes + 8);
    bytes.writeDoubleLE(place.at ?? 0, index * placeBytes + 16);
  });
  return bytes;
}

export function decodePlaces(bytes: Buffer): LogPlace[] {
  return Array.from({ length: Math.floor(bytes.length / placeBytes) }, (_, index) => {
    const offset = bytes.readDoubleLE(index * placeBytes);
    const line = bytes.readDoubleLE(index * placeBytes + 8);
    const at = bytes.readDoubleLE(index * placeBytes + 16);
    if (!isPosition(offset) || !isPosition(line)) return emptyLog.placed; // a disk changed it: readers begin at the start
    return at === 0 || !Number.isFinite(at) ? { offset, line } : { offset, line, at };
  });
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
