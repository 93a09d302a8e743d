/** The object without those of its properties that are undefined, so that optional ones are absent rather than undefined. */
export function present<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): { [K in keyof T]?: T[K] } {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  // Object.fromEntries forgets what the type of `parts` says; the filter above is the proof.
  return Object.fromEntries(entries) as { [K in keyof T]?: T[K] };
}
