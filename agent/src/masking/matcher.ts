const [lineFeed, carriageReturn, escape] = [10, 13, 27];
const lastBreak = escape;
/** Whether a text may be folded here, or a control sequence begin. */
const isBreak = (byte: number): boolean => byte === lineFeed || byte === carriageReturn || byte === escape;

/** States up to this depth have a row. */
const rowDepth = 2;

/**
 * An automaton over bytes that knows, after each byte, the longest pattern that ends there and how many of the last
 * bytes may still become one (Aho and Corasick). Most states of long patterns have one way on and are kept as such:
 * some 20 bytes each, so that a private key with all its forms costs some 15 MB. States with several ways, and those
 * near the start, where nearly all of a log is spent, have a row in which failures are resolved: one look-up.
 */
export class Matcher {
  /** Length of the longest pattern that ends in a state, or 0. */
  readonly matched: Int32Array;
  /** How many bytes a state remembers. */
  readonly depth: Int32Array;
  readonly #failure: Int32Array;
  /** The byte that leads on from a state with one child, and where to; -1 for none. */
  readonly #onlyByte: Int16Array;
  readonly #onlyChild: Int32Array;
  /** Rows of 256; row 0 is the start's. */
  #rows = new Int32Array(256 * 16);
  readonly #rowOf: Int32Array;
  #rowCount = 1;
  #states = 1;

  constructor(patterns: readonly Buffer[]) {
    const size = 1 + patterns.reduce((sum, pattern) => sum + pattern.length, 0);
    this.matched = new Int32Array(size);
    this.depth = new Int32Array(size);
    this.#failure = new Int32Array(size);
    this.#onlyByte = new Int16Array(size).fill(-1);
    this.#onlyChild = new Int32Array(size);
    this.#rowOf = new Int32Array(size).fill(-1);
    this.#rowOf[0] = 0;
    for (const pattern of patterns) this.#add(pattern);
    this.#linkFailures();
  }

  /**
   * Follows the bytes from `begin` on; tells the end and length of every longest match; returns the last state. Tells also
   * of each end of line or escape character in the middle of what may become a match, with the state before it.
   */
  scan(
    data: Buffer,
    { begin, from }: { readonly begin: number; readonly from: number },
    {
      onMatch,
      onBreak,
    }: { readonly onMatch: (end: number, length: number) => void; readonly onBreak: (at: number, state: number) => void },
  ): number {
    const { matched } = this;
    const [rows, rowOf, onlyByte, onlyChild, failure] = [this.#rows, this.#rowOf, this.#onlyByte, this.#onlyChild, this.#failure];
    let state = from;
    for (let at = begin; at < data.length; at += 1) {
      const byte = data[at] ?? 0;
      if (state !== 0 && byte <= lastBreak && isBreak(byte)) onBreak(at, state);
      let row = rowOf[state] ?? 0;
      while (row < 0 && onlyByte[state] !== byte) {
        state = failure[state] ?? 0;
        row = rowOf[state] ?? 0;
      }
      state = (row < 0 ? onlyChild[state] : rows[row * 256 + byte]) ?? 0;
      if (state !== 0 && matched[state] !== 0) onMatch(at + 1, matched[state] ?? 0);
    }
    return state;
  }

  /** The state after one more byte. */
  next(from: number, byte: number): number {
    for (let state = from; ; state = this.#failure[state] ?? 0) {
      const row = this.#rowOf[state] ?? 0;
      if (row >= 0) return this.#rows[row * 256 + byte] ?? 0;
      if (this.#onlyByte[state] === byte) return this.#onlyChild[state] ?? 0;
    }
  }

  /** 0 when no pattern continues with this byte. */
  #child(state: number, byte: number): number {
    const row = this.#rowOf[state] ?? -1;
    if (row >= 0) return this.#rows[row * 256 + byte] ?? 0;
    return this.#onlyByte[state] === byte ? (this.#onlyChild[state] ?? 0) : 0;
  }

  #add(pattern: Buffer): void {
    let state = 0;
    for (const byte of pattern) {
      let child = this.#child(state, byte);
      if (child === 0) {
        child = this.#states++;
        this.depth[child] = (this.depth[state] ?? 0) + 1;
        this.#connect(state, byte, child);
        if ((this.depth[child] ?? 0) <= rowDepth) this.#giveRow(child);
      }
      state = child;
    }
    this.matched[state] = pattern.length;
  }

  #connect(state: number, byte: number, child: number): void {
    if (this.#rowOf[state] === -1 && this.#onlyByte[state] === -1) {
      this.#onlyByte[state] = byte;
      this.#onlyChild[state] = child;
      return;
    }
    if (this.#rowOf[state] === -1) this.#giveRow(state);
    this.#rows[(this.#rowOf[state] ?? 0) * 256 + byte] = child;
  }

  #giveRow(state: number): void {
    if ((this.#rowCount + 1) * 256 > this.#rows.length) {
      const larger = new Int32Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rowOf[state] = this.#rowCount;
    const only = this.#onlyByte[state] ?? -1;
    if (only >= 0) this.#rows[this.#rowCount * 256 + only] = this.#onlyChild[state] ?? 0;
    this.#rowCount += 1;
  }

  /** Breadth first, so that a state's failure is complete before it is needed. */
  #linkFailures(): void {
    const queue = new Int32Array(this.#states);
    let end = 0;
    for (const [, child] of this.#children(0)) queue[end++] = child;
    for (let begin = 0; begin < end; begin += 1) {
      const state = queue[begin] ?? 0;
      const fallback = this.#failure[state] ?? 0;
      this.matched[state] = Math.max(this.matched[state] ?? 0, this.matched[fallback] ?? 0);
      for (const [byte, child] of this.#children(state)) {
        this.#failure[child] = this.next(fallback, byte);
        queue[end++] = child;
      }
      this.#completeRow(state, fallback);
    }
  }

  #completeRow(state: number, fallback: number): void {
    const row = this.#rowOf[state] ?? -1;
    for (let byte = 0; row >= 0 && byte < 256; byte += 1) {
      const at = row * 256 + byte;
      if (this.#rows[at] === 0) this.#rows[at] = this.next(fallback, byte);
    }
  }

  #children(state: number): ReadonlyArray<readonly [byte: number, child: number]> {
    const row = this.#rowOf[state] ?? -1;
    if (row < 0) return this.#onlyByte[state] === -1 ? [] : [[this.#onlyByte[state] ?? 0, this.#onlyChild[state] ?? 0]];
    return [...this.#rows.subarray(row * 256, row * 256 + 256)].flatMap((child, byte) => (child === 0 ? [] : [[byte, child] as const]));
  }
}
