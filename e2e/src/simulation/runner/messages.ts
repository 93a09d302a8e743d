/** Seeds that a worker is to play, the last one included. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** What came of a block. */
export interface Played extends Block {
  readonly bad: ReadonlyArray<{ readonly seed: number; readonly breaches: readonly string[] }>;
  readonly steps: number;
}
