import type { RunSummary } from '@drover/protocol/api';

/** How long an ended run took. */
export const tookMs = ({ startedAt, finishedAt }: Pick<RunSummary, 'startedAt' | 'finishedAt'>): number | undefined =>
  startedAt === undefined || finishedAt === undefined ? undefined : finishedAt - startedAt;

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
