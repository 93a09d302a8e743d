import { createHash } from 'node:crypto';
import { parse } from '@drover/protocol';
import { LogView } from '@drover/protocol/api';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A verdict as its file holds it: the verdict, then the SHA-256 of that line. */
export function encodeSeal(verdict: LogView): string {
  const text = JSON.stringify(verdict);
  return `${text}\n${digestOf(text)}\n`;
}

/** Undefined where there is none, or one that a crash tore or a disk changed: then the log is judged again. Older files have no digest. */
export function decodeSeal(file: string | undefined): LogView | undefined {
  const [text = '', digest] = (file ?? '').split('\n');
  if (digest !== undefined && digest !== digestOf(text)) return undefined;
  try {
    const verdict = parse(LogView, JSON.parse(text));
    return verdict.ok ? verdict.value : undefined;
  } catch {
    return undefined;
  }
}
