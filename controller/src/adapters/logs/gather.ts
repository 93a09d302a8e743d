import type { LogMarks } from '@drover/protocol/agent';
import { admit } from '../../domain/logs/frame.js';
import type { LogFrameBytes } from '../../services/logs/log-storage.js';

/** The new bytes of frames that arrived in this order, at a log that ends at `end`; their marks in one list. */
export function gather(
  end: number,
  frames: readonly LogFrameBytes[],
): { readonly buffers: readonly Uint8Array[]; readonly marks: LogMarks; readonly end: number } {
  const buffers: Uint8Array[] = [];
  const marks: LogMarks = [];
  let at = end;
  for (const { offset, bytes, marks: frameMarks } of frames) {
    const admission = admit(at, { offset, length: bytes.length });
    if (admission.type !== 'take') continue;
    const fresh = bytes.subarray(admission.skip);
    const from = at;
    at += fresh.length;
    buffers.push(fresh);
    marks.push(...frameMarks.filter(([mark]) => mark >= from && mark < at));
  }
  return { buffers, marks, end: at };
}
