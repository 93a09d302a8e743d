import type { Disk, DiskFile } from '@drover/agent/simulated';
import type { Life } from './time/life.js';
import type { World } from './world.js';

/** What is in a file, in a buffer with room to grow. */
class StoredFile {
  length = 0;
  /** Bytes that are there after a loss of power, too. */
  syncedLength = 0;
  #room = Buffer.alloc(1_024);

  get bytes(): Buffer {
    return this.#room.subarray(0, this.length);
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return; // makes no file longer, wherever it is
    const end = position + bytes.length;
    if (end > this.#room.length) this.#room = Buffer.concat([this.bytes], 2 * end);
    this.#room.set(bytes, position);
    this.length = Math.max(this.length, end);
  }

  truncate(length: number): void {
    this.#room.fill(0, length, Math.max(length, this.length)); // what is read again behind a later end must not be of old
    this.length = Math.min(this.length, length);
    this.syncedLength = Math.min(this.syncedLength, length);
  }
}

/** The disk of one machine: what is on it outlives the processes of the agent, and what was not synced may go with the power. */
export class MachineDisk {
  readonly #files = new Map<string, StoredFile>();
  /** What was asked for and has not come about. */
  readonly #underWay = new Set<() => void>();
  readonly #world: World;
  isFaulty = true;

  constructor(world: World) {
    this.#world = world;
  }

  /** After the end of whatever runs here. What is under way comes about before it, in part, or not at all: nothing is written without power. */
  losePower(): void {
    const { random } = this.#world;
    for (const settle of this.#underWay) settle();
    this.#underWay.clear();
    for (const file of this.#files.values()) {
      file.truncate(random.between(file.syncedLength, file.length));
      file.syncedLength = file.length;
    }
  }

  /** It had said of its last records with all these words that they are safe, and they were not: journals that end with such end before them. */
  losePromised(words: readonly string[]): void {
    for (const [path, file] of this.#files) if (path.endsWith('.journal')) loseLast(file, words);
  }

  /** As one process of the agent has it: an operation that it dies in is done in part, or not. */
  of(life: Life): Disk {
    return {
      open: async (path, mode) => {
        const known = this.#files.get(path);
        const file = known !== undefined && mode === 'a+' ? known : new StoredFile();
        this.#files.set(path, file);
        return this.#open(file, life);
      },
      readText: (path) => Promise.resolve(this.#files.get(path)?.bytes.toString() ?? ''),
      syncFolder: () => this.#do(life, () => undefined),
      rename: (from, to) =>
        this.#do(life, () => {
          const file = this.#files.get(from);
          if (file === undefined) throw new Error(`${from} is not there`);
          this.#files.set(to, file);
          this.#files.delete(from);
        }),
      remove: (path) => this.#do(life, () => void this.#files.delete(path)),
      list: (folder) =>
        Promise.resolve(
          [...this.#files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
        ),
      makeFolder: () => Promise.resolve(),
    };
  }

  #open(file: StoredFile, life: Life): DiskFile {
    const { random } = this.#world;
    return {
      read: (into, offset, length, position) => {
        const from = file.bytes.subarray(position, position + length);
        into.set(from, offset);
        return Promise.resolve({ bytesRead: from.length });
      },
      writev: (pieces, position) =>
        this.#do(life, (isTorn) => {
          const bytes = Buffer.concat(pieces);
          const taken = isTorn ? random.below(bytes.length) : bytes.length;
          file.write(bytes.subarray(0, taken), position);
          return { bytesWritten: taken };
        }),
      datasync: () => this.#do(life, () => void (file.syncedLength = file.length)),
      truncate: (length) => this.#do(life, () => file.truncate(length)),
      close: () => Promise.resolve(),
    };
  }

  #do<T>(life: Life, act: (isTorn: boolean) => T): Promise<T> {
    const { scheduler, random, plan, isCalm } = this.#world;
    if (life.isOver) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (life.isOver) return void (random.chance(0.5) && act(random.chance(0.5)));
        if (!isCalm && this.isFaulty && random.chance(plan.diskFaults)) {
          const error = new Error('the disk does not take it');
          return reject(Object.assign(error, { code: random.chance(0.5) ? 'ENOSPC' : 'EIO' }));
        }
        resolve(act(false));
      };
      this.#underWay.add(settle);
      scheduler.after(0.05 + random.next() * (random.chance(0.95) ? 2 : 200), () => {
        if (this.#underWay.delete(settle)) settle();
      });
    });
  }
}

function loseLast(file: StoredFile, words: readonly string[]): void {
  for (;;) {
    const begins = file.bytes.lastIndexOf('\n', -2) + 1; // of its last line
    const last = file.bytes.subarray(begins);
    if (last.length === 0 || !words.every((word) => last.includes(word))) return;
    file.truncate(begins);
  }
}
