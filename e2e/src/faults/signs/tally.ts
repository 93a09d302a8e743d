import { appendFileSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openToTasks } from '../../testing/programs.js';

/** Hears from tasks through a file to which each adds a line: also from those that no network reaches. What runs twice is heard twice. */
export class Tally {
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly watcher: FSWatcher,
  ) {
    watcher.on('change', () => {
      for (const listener of this.listeners) listener();
    });
  }

  static async open(): Promise<Tally> {
    const folder = await mkdtemp(join(openToTasks, 'tally-'));
    const file = join(folder, 'heard');
    await chmod(folder, 0o755);
    await writeFile(file, '');
    await chmod(file, 0o666);
    return new Tally(folder, file, watch(file));
  }

  /** A line of shell that adds this word. */
  tell(word: string): string {
    return `{ echo "${word}" >> ${this.file}; }`;
  }

  /** A line of shell that waits for this word. */
  awaiting(word: string): string {
    return `until grep -qx "${word}" ${this.file}; do sleep 0.2; done`;
  }

  /** Adds a word from the test itself. */
  note(word: string): void {
    appendFileSync(this.file, `${word}\n`);
  }

  get heard(): readonly string[] {
    return readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
  }

  /** Resolves once what was heard satisfies this. */
  until(satisfies: (heard: readonly string[]) => boolean, limitMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.timers.delete(timer);
        this.listeners.delete(look);
      };
      const look = () => {
        if (!satisfies(this.heard)) return;
        leave();
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(new Error(`after ${limitMs} ms the tally has ${this.heard.length} lines, the last: ${this.heard.slice(-10).join(' | ')}`));
      }, limitMs);
      this.timers.add(timer);
      this.listeners.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.watcher.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
