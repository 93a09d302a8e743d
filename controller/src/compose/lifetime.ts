/** What was opened is closed in the opposite order; one that fails does not keep the others open. */
export class Lifetime {
  readonly #closers: Array<() => Promise<void> | void> = [];

  owns(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      await Promise.resolve()
        .then(close)
        .catch((fault: unknown) => faults.push(fault));
    }
    if (faults.length > 0) throw new AggregateError(faults, 'closing failed');
  }
}
