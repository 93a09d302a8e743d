import type { FileHandle } from 'node:fs/promises';
import { scan, type LogCursor, type LogPlace } from '../../../domain/logs/places.js';
import { readPieces, writeAll } from './log-bytes.js';
import { encodePlaces, placeBytes, soundPlaces } from './place-file.js';

export interface Recovered {
  readonly cursor: LogCursor;
  readonly placeCount: number;
}

/**
 * Finds out where a log ends after a crash and brings its side file into agreement: torn or surplus entries are cut off,
 * missing ones made again from the log. The bytes are made durable before anyone learns of them.
 */
export async function recover(log: FileHandle, places: FileHandle): Promise<Recovered> {
  await log.datasync();
  const { size } = await log.stat();
  const { count, last } = soundPlaces(await places.readFile(), size);
  await places.truncate(count * placeBytes);
  let cursor: LogCursor = { offset: last.offset, line: last.line, endsLine: await endsLine(log, last.offset), placed: last };
  const found: LogPlace[] = [];
  for await (const piece of readPieces(log, { from: last.offset, to: size })) {
    const scanned = scan(cursor, piece);
    cursor = scanned.cursor;
    found.push(...scanned.places);
  }
  if (found.length > 0) await writeAll(places, [encodePlaces(found)], count * placeBytes);
  return { cursor, placeCount: count + found.length };
}

async function endsLine(log: FileHandle, offset: number): Promise<boolean> {
  if (offset === 0) return true;
  const { buffer } = await log.read(Buffer.alloc(1), 0, 1, offset - 1);
  return buffer[0] === 0x0a;
}
