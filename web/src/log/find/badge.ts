import type { LogView } from '@drover/protocol/api';

export type Badge =
  | { readonly kind: 'live'; readonly bytes: number }
  | { readonly kind: 'away'; readonly bytes: number; readonly minutes: number | undefined }
  | { readonly kind: 'complete'; readonly bytes: number; readonly reported: string | undefined; readonly stored: string | undefined }
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'missing'; readonly from: number; readonly to: number }
  | { readonly kind: 'damaged'; readonly bytes: number };

/** How complete a log is, in one fact. `received`: what has come over the socket may be ahead of the record. */
export function badgeOf(log: LogView, received: number, awaySince: number | undefined, now: number): Badge {
  const bytes = Math.max(log.sizeBytes, received);
  switch (log.state) {
    case 'live':
      return { kind: 'live', bytes };
    case 'away':
      return { kind: 'away', bytes, minutes: awaySince === undefined ? undefined : Math.max(0, Math.floor((now - awaySince) / 60_000)) };
    case 'complete':
      return { kind: 'complete', bytes: log.sizeBytes, reported: log.reportedSha256, stored: log.sha256 };
    case 'cut':
      return { kind: 'cut', bytes: log.sizeBytes };
    case 'damaged':
      return { kind: 'damaged', bytes: log.sizeBytes };
    case 'missing':
      return { kind: 'missing', from: log.sizeBytes, to: Math.max(log.sizeBytes, (log.reportedSizeBytes ?? log.sizeBytes) - 1) };
  }
}
