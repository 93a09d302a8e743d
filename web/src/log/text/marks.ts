export type Mark = readonly [offset: number, instant: number];

/** Moments at which bytes of a log were printed; says when a line began. */
export class Marks {
  private readonly marks: Mark[] = [];

  /** Adds marks in the order of their offsets; ones that go back are left out. */
  add(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const last = this.marks.at(-1);
      if (!last || mark[0] > last[0]) this.marks.push(mark);
      else if (mark[0] === last[0]) this.marks[this.marks.length - 1] = mark;
    }
  }

  /** When the byte at this offset was printed, as far as it is known. */
  at(offset: number): number | undefined {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.marks[middle]?.[0] ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.marks[low - 1]?.[1];
  }

  /** Forgets what is only needed for bytes before this offset. */
  forgetBefore(offset: number): void {
    let passed = 0;
    while ((this.marks[passed + 1]?.[0] ?? Infinity) <= offset) passed++;
    if (passed > 500) this.marks.splice(0, passed);
  }
}
