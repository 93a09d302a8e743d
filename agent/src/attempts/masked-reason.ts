import type { Reason } from '@drover/protocol';
import type { Masker } from './ports.js';

/** P3: the reason without secrets in its facts; a masker of its own is used up. */
export function maskedReason(masker: Masker, reason: Reason): Reason {
  if (!reason.parameters) return reason;
  const entries = Object.entries(reason.parameters).map(
    ([name, value]) => [name, typeof value === 'string' ? maskedText(masker, value) : value] as const,
  );
  return { ...reason, parameters: Object.fromEntries(entries) };
}

/** P3: the text without secrets; a masker of its own is used up. */
export function maskedText(masker: Masker, text: string): string {
  return Buffer.concat([masker.push(Buffer.from(text)), masker.flush()])
    .toString('utf8')
    .slice(0, 2_000);
}
