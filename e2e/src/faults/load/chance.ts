/** Chance that can be repeated: the seed is printed, and DROVER_SEED sets it. */
export class Chance {
  private constructor(private state: number) {}

  static for(suite: string): Chance {
    const given = Number(process.env['DROVER_SEED']);
    const seed = Number.isInteger(given) && given > 0 ? given : (Date.now() % 2 ** 31) + 1;
    process.stdout.write(`seed of ${suite}: ${seed} (DROVER_SEED=${seed} plays it again)\n`);
    return new Chance(seed);
  }

  /** In [0, 1), by the generator mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  within(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.within(0, from.length - 1)] ?? from[0];
  }

  shuffled<T>(list: readonly T[]): readonly T[] {
    return list
      .map((value) => ({ value, place: this.next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ value }) => value);
  }
}
