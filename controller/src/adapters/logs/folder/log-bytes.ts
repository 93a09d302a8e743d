import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { bytesMissing, readFault } from '../../../services/integrity/damaged.js';
import type { ByteRange } from '../../../services/logs/log-storage.js';
import { isMissing } from '../../../shared/durable-files.js';

const pieceBytes = 262_144;

/** Writes all of the buffers at a place of a file, also where the system takes them in parts. */
export async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<void> {
  const total = buffers.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(buffers, position);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  for (let at = 0; at < rest.length;) {
    at += (await file.write(rest, at, rest.length - at, position + bytesWritten + at)).bytesWritten;
  }
}

/** A range of a file in pieces; throws `Damaged` where the file ends earlier. */
export async function* readPieces(file: FileHandle, range: ByteRange, bytesAtOnce = pieceBytes): AsyncGenerator<Buffer> {
  for (let at = range.from; at < range.to;) {
    const wanted = Math.min(bytesAtOnce, range.to - at);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
    if (bytesRead === 0) throw bytesMissing('The log', { expected: range.to, found: at });
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Opens a file for as long as it is read. */
export async function* readFileRange(path: string, range: ByteRange): AsyncGenerator<Buffer> {
  if (range.from >= range.to) return;
  const file = await open(path, 'r').catch((error: unknown) => {
    throw isMissing(error) ? bytesMissing('The log', { expected: range.to, found: 0 }) : readFault('The log', error);
  });
  try {
    yield* readPieces(file, range);
  } catch (error) {
    throw readFault('The log', error);
  } finally {
    await file.close();
  }
}
