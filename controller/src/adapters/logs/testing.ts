import { createHash } from 'node:crypto';
import { asId, attemptIdOf, type ProjectId, type RunId } from '@drover/protocol';
import type { LogView } from '@drover/protocol/api';
import { judgeLog } from '../../domain/logs/verdict.js';
import type { LogStorage } from '../../services/logs/log-storage.js';
import type { CrashPoints } from '../../services/ports/environment.js';
import type { LogIdentity } from '../../services/ports/logs.js';

export const noCrashes: CrashPoints = { reach: () => undefined };

/** A log identity; each `number` is another attempt of the same task. */
export function logNumber(number: number): LogIdentity {
  const runId = asId<RunId>('01jd0000000000000000000rvn');
  return { projectId: asId<ProjectId>('01jd0000000000000000000prj'), runId, attemptId: attemptIdOf(runId, 'compile', number) };
}

/** Small, fast and the same on each machine (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export async function wholeLog(storage: LogStorage, log: LogIdentity, from = 0, to = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of storage.read(log, { from, to })) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export const sealWith = (storage: LogStorage, log: LogIdentity, printed: Uint8Array): Promise<LogView> =>
  storage.seal(log, (stored) =>
    judgeLog(stored, { sizeBytes: printed.length, sha256: createHash('sha256').update(printed).digest('hex'), cut: false }),
  );

/** Bytes of an endless log that tell where they lie: number, line end, number, … */
export function patternBytes(offset: number, length: number): Buffer {
  const first = Math.floor(offset / patternLine);
  const lines = Array.from(
    { length: Math.ceil(length / patternLine) + 1 },
    (_, index) => `${String(first + index).padStart(patternLine - 1, '0')}\n`,
  );
  return Buffer.from(lines.join('')).subarray(offset - first * patternLine, offset - first * patternLine + length);
}
const patternLine = 12;
