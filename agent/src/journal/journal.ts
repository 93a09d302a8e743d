import { join } from 'node:path';
import { crashPoint } from '../crash-points.js';
import { machineDisk, type Disk, type DiskFile } from '../shared/disk.js';
import { writeFully } from '../shared/files.js';
import { fold, lineOf, parseLine, recordsOf, type JournalEntries, type JournalRecord } from './records.js';

/** The file is written again once it is this long and mostly about attempts that are gone. */
const compactAboveBytes = 256 * 1024;

interface Waiting {
  readonly record: JournalRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The agent's memory of its attempts, on disk. A record is durable when `append` resolves; records that come
 * together share one sync. After a crash the entries are those of the records that were acknowledged, and perhaps
 * of some that were being written.
 */
export class Journal {
  #entries: JournalEntries;
  #file: DiskFile;
  #bytes: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** Set while it is unknown whether the newest file's name is on the disk: nothing counts before it is. */
  #isNameUnsure = false;
  readonly #disk: Disk;
  readonly #folder: string;

  private constructor(disk: Disk, folder: string, entries: JournalEntries, written: WrittenFile) {
    this.#disk = disk;
    this.#folder = folder;
    this.#entries = entries;
    this.#file = written.file;
    this.#bytes = written.bytes;
  }

  /** Reads what an earlier process left, drops a torn end, and starts with a compact file. */
  static async open(folder: string, disk: Disk = machineDisk): Promise<Journal> {
    await disk.makeFolder(folder);
    const entries = entriesOf(await disk.readText(join(folder, fileName)));
    const written = await replaceFile(disk, folder, entries);
    await disk.syncFolder(folder);
    crashPoint('agent.journal.compacted');
    return new Journal(disk, folder, entries, written);
  }

  /** What is held, by the records that are durable. */
  get entries(): JournalEntries {
    return this.#entries;
  }

  /** Resolves once the record is on the disk; rejects if it could not be written, and then it does not count. */
  append(record: JournalRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Writes what is waiting and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    await this.#makeNameSure();
    const bytes = Buffer.from(batch.map(({ record }) => lineOf(record)).join(''));
    crashPoint('agent.journal.appending');
    try {
      await writeFully(this.#file, [bytes], this.#bytes); // at the known end: over what a failed write left
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    crashPoint('agent.journal.appended');
    this.#bytes += bytes.length;
    this.#entries = batch.reduce((entries, { record }) => fold(entries, record), this.#entries);
    if (this.#bytes > compactAboveBytes) await this.#compact();
  }

  async #makeNameSure(): Promise<void> {
    if (!this.#isNameUnsure) return;
    await this.#disk.syncFolder(this.#folder);
    this.#isNameUnsure = false;
    crashPoint('agent.journal.compacted');
  }

  /** A compaction that fails before the new file has its name leaves the old one, which is complete; after it, the new one counts. */
  async #compact(): Promise<void> {
    const live = textOf(this.#entries).length;
    if (live * 2 > this.#bytes) return;
    const old = this.#file;
    try {
      const written = await replaceFile(this.#disk, this.#folder, this.#entries);
      this.#file = written.file;
      this.#bytes = written.bytes;
      this.#isNameUnsure = true;
    } catch {
      return;
    }
    await old.close().catch(() => undefined);
    await this.#makeNameSure().catch(() => undefined); // the next record waits for it
  }
}

const fileName = 'attempts.journal';

interface WrittenFile {
  readonly file: DiskFile;
  readonly bytes: number;
}

function entriesOf(text: string): JournalEntries {
  let entries: JournalEntries = new Map();
  for (const line of text.split('\n')) {
    const record = parseLine(line);
    if (record) entries = fold(entries, record);
  }
  return entries;
}

/** Writes a new file beside the old one and puts it in its place in one move; the caller makes that move durable. */
async function replaceFile(disk: Disk, folder: string, entries: JournalEntries): Promise<WrittenFile> {
  const path = join(folder, fileName);
  const bytes = Buffer.from(textOf(entries));
  const file = await disk.open(`${path}.new`, 'w');
  try {
    await writeFully(file, [bytes], 0);
    await file.datasync();
    crashPoint('agent.journal.compacting');
    await disk.rename(`${path}.new`, path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { file, bytes: bytes.length };
}

const textOf = (entries: JournalEntries): string => recordsOf(entries).map(lineOf).join('');
