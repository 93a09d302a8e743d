import type { Background } from '../background.js';
import type { Cancel, Timers } from '../ports/environment.js';

/** Runs work at once when it was quiet, and at most once in a while otherwise; asked for meanwhile, it runs once more afterwards. */
export class Paced {
  private readonly keys = new Map<string, { again: (() => Promise<void>) | undefined; cancel: Cancel | undefined }>();
  private closed = false;

  constructor(
    private readonly ports: { readonly timers: Timers; readonly background: Background },
    private readonly everyMs: number,
  ) {}

  run(key: string, work: () => Promise<void>): void {
    if (this.closed) return;
    const known = this.keys.get(key);
    if (known) known.again = work;
    else this.start(key, work);
  }

  close(): void {
    this.closed = true;
    for (const { cancel } of this.keys.values()) cancel?.();
    this.keys.clear();
  }

  private start(key: string, work: () => Promise<void>): void {
    const entry: { again: (() => Promise<void>) | undefined; cancel: Cancel | undefined } = { again: undefined, cancel: undefined };
    this.keys.set(key, entry);
    this.ports.background.run('live update', () =>
      work().finally(() => {
        if (this.closed) return;
        entry.cancel = this.ports.timers.after(this.everyMs, () => this.rested(key, entry.again));
      }),
    );
  }

  private rested(key: string, again: (() => Promise<void>) | undefined): void {
    this.keys.delete(key);
    if (again) this.start(key, again);
  }
}
