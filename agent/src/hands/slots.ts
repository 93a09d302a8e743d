/**
 * Numbers for attempts that run at once, from 1. Attempts of one number come one after the other and see their workspace
 * at the same path, also after a restart of the agent: caches that note paths stay useful.
 */
export class Slots {
  readonly #taken = new Set<number>();

  /** The lowest free number, of the preferred ones if one of them is free. */
  take(preferred: readonly number[] = []): number {
    const slot = preferred.find((each) => !this.#taken.has(each)) ?? this.#lowest();
    this.#taken.add(slot);
    return slot;
  }

  release(slot: number): void {
    this.#taken.delete(slot);
  }

  isFree(slot: number): boolean {
    return !this.#taken.has(slot);
  }

  #lowest(): number {
    let slot = 1;
    while (this.#taken.has(slot)) slot += 1;
    return slot;
  }
}
