export interface OpenBounds {
  /** Things that may be open at once. */
  readonly all: number;
  /** Of those, so many of one key: an address, a person. */
  readonly ofOne: number;
}

export type Opening =
  /** Call `close` once it is over; more calls change nothing. */
  { readonly ok: true; readonly close: () => void } | { readonly ok: false; readonly reason: 'full' | 'fullForOne' };

/** Counts what is open at once, and refuses what would be too much. */
export class OpenLimit {
  readonly #bounds: OpenBounds;
  readonly #ofKey = new Map<string, number>();
  #all = 0;

  constructor(bounds: OpenBounds) {
    this.#bounds = bounds;
  }

  /** Without a key only the limit for all counts. */
  open(key: string | undefined): Opening {
    const ofOne = key === undefined ? 0 : (this.#ofKey.get(key) ?? 0);
    if (ofOne >= this.#bounds.ofOne) return { ok: false, reason: 'fullForOne' };
    if (this.#all >= this.#bounds.all) return { ok: false, reason: 'full' };
    if (key !== undefined) this.#ofKey.set(key, ofOne + 1);
    this.#all += 1;
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#closed(key);
    };
    return { ok: true, close };
  }

  #closed(key: string | undefined): void {
    this.#all -= 1;
    if (key === undefined) return;
    const left = (this.#ofKey.get(key) ?? 1) - 1;
    if (left === 0) this.#ofKey.delete(key);
    else this.#ofKey.set(key, left);
  }
}
