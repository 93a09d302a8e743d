import type { LogFile } from './log-file.js';

/** Keeps the number of open files bounded: the ones used longest ago, and idle, are closed. */
export class OpenFiles {
  private readonly files = new Set<LogFile>();

  constructor(private readonly limit: number) {}

  /** Notes a use; closes others where there are too many open. */
  async use(file: LogFile): Promise<void> {
    this.files.delete(file);
    this.files.add(file);
    if (this.files.size <= this.limit) return;
    for (const oldest of this.files) {
      if (this.files.size <= this.limit) return;
      if (oldest === file || oldest.isBusy) continue;
      this.files.delete(oldest);
      await oldest.letGo();
    }
  }

  /** More are open than should be, as all others were busy: what is done closes its own. */
  get isOver(): boolean {
    return this.files.size > this.limit;
  }

  forget(file: LogFile): void {
    this.files.delete(file);
  }

  get count(): number {
    return this.files.size;
  }
}
