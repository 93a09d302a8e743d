import { mkdirSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

const limitMs = 60_000;

/** The files of a folder while they grow, heard of by the file system's own events. */
export class GrowingFiles {
  private readonly watcher: FSWatcher;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.watcher = watch(folder);
  }

  /** The size of the largest file; 0 without any. */
  largest(): number {
    return Math.max(0, ...readdirSync(this.folder).map((name) => this.sizeOf(name)));
  }

  /** Resolves, without a turn in between, once a file has so many bytes. */
  grown(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no file in ${this.folder} grew to ${bytes} bytes; the largest has ${this.largest()}`)),
        limitMs,
      );
      const look = () => {
        if (this.largest() < bytes) return;
        clearTimeout(timer);
        this.watcher.off('change', look);
        resolve();
      };
      this.watcher.on('change', look);
      look();
    });
  }

  /** From now on the smallest size that the largest file has been seen with, until it was moved away. */
  leastFromNow(): () => number {
    let least = this.largest();
    this.watcher.on('change', () => {
      const size = this.largest();
      if (size > 0 || readdirSync(this.folder).length > 0) least = Math.min(least, size);
    });
    return () => least;
  }

  close(): void {
    this.watcher.close();
  }

  private sizeOf(name: string): number {
    return statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
}
