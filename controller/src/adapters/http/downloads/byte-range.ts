/** What a `Range` header asks for: all, a part (`to` exclusive), or nothing that there is. */
export type AskedRange =
  | { readonly type: 'whole' }
  | { readonly type: 'part'; readonly from: number; readonly to: number }
  | { readonly type: 'none' };

/** Reads a `Range` header (RFC 9110). Several ranges, other units and broken ones are ignored, as the standard allows. */
export function askedRange(header: string | undefined, sizeBytes: number): AskedRange {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (!found || (first === '' && last === '')) return { type: 'whole' };
  if (first === '') return partOf(Math.max(0, sizeBytes - Number(last)), sizeBytes, sizeBytes);
  if (last !== '' && Number(last) < Number(first)) return { type: 'whole' };
  return partOf(Number(first), last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes), sizeBytes);
}

function partOf(from: number, to: number, sizeBytes: number): AskedRange {
  return from >= sizeBytes || from >= to ? { type: 'none' } : { type: 'part', from, to };
}
