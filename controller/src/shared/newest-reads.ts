/**
 * Options of reads that come after a write was lost to another one: what the primary has now. What a majority has may
 * be older for a while, and would lose again and again. A write on top is acknowledged by a majority, with all before it.
 */
export const newest = { readConcern: { level: 'local' }, readPreference: 'primary' } as const;
