/** What to do with a frame of a log that ends at `end`: nothing new in it, bytes missing before it, or take it from `skip` on. */
export type Admission = { readonly type: 'known' } | { readonly type: 'gap' } | { readonly type: 'take'; readonly skip: number };

/** Compare-and-set on the stored end: resends in other pieces lose nothing and double nothing (B1). */
export function admit(end: number, frame: { readonly offset: number; readonly length: number }): Admission {
  if (frame.offset > end) return { type: 'gap' };
  const skip = end - frame.offset;
  return skip >= frame.length ? { type: 'known' } : { type: 'take', skip };
}
