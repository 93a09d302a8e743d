import { open, type FileHandle } from 'node:fs/promises';
import type { AttemptId } from '@drover/protocol';
import { emptyLog, type LogPlace } from '../../../domain/logs/places.js';
import { damageOf } from '../../../services/integrity/damaged.js';
import type { ByteRange, LogStorage } from '../../../services/logs/log-storage.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import type { LogIdentity } from '../../../services/ports/logs.js';
import { DurableFolders, isMissing } from '../../../shared/durable-files.js';
import { Lanes } from './lanes.js';
import { readFileRange } from './log-bytes.js';
import { LogFile, type LogFileParts } from './log-file.js';
import { OpenFiles } from './open-files.js';
import { lastInFile, placeBytes, readPlaces } from './place-file.js';

export interface FolderLogOptions {
  /** Folder of all logs; made when needed. */
  readonly folder: string;
  readonly crashPoints: CrashPoints;
  /** Logs whose files are open at once; two files each. */
  readonly maxOpenLogs?: number;
  /** Logs that are remembered; a forgotten one is looked at again when it is asked for. */
  readonly maxKnownLogs?: number;
}

/** Flushes at once: fewer than the threads of the pool, so that reads get through while disks are slow. */
const flushLanes = 3;

/** Logs as files: one per attempt below `<folder>/<project>/<run>/`, with a side file of places and, once sealed, its verdict. */
export class FolderLogStorage implements LogStorage {
  private readonly files = new Map<AttemptId, LogFile>();
  private readonly parts: LogFileParts;

  constructor(private readonly options: FolderLogOptions) {
    this.parts = {
      root: options.folder,
      folders: new DurableFolders(options.folder),
      lanes: new Lanes(flushLanes),
      openFiles: new OpenFiles(options.maxOpenLogs ?? 512),
      crashPoints: options.crashPoints,
    };
  }

  /** Logs whose files are open now. */
  get openLogs(): number {
    return this.parts.openFiles.count;
  }

  append(...[log, frame]: Parameters<LogStorage['append']>): Promise<{ readonly end: number }> {
    return this.fileOf(log).append(frame);
  }

  stat(log: LogIdentity): ReturnType<LogStorage['stat']> {
    return this.fileOf(log).stat();
  }

  seal(...[log, judge]: Parameters<LogStorage['seal']>): ReturnType<LogStorage['seal']> {
    return this.fileOf(log).seal(judge);
  }

  remove(log: LogIdentity): Promise<void> {
    return this.fileOf(log).remove();
  }

  async *read(log: LogIdentity, range: ByteRange): AsyncGenerator<Uint8Array> {
    const file = this.fileOf(log);
    const { sizeBytes } = await file.stat();
    const within = { from: range.from, to: Math.min(range.to, sizeBytes) };
    const newest = file.tail.read(within);
    if (newest === undefined) yield* readFileRange(file.paths.log, within);
    else yield newest;
  }

  async placeOfLine(log: LogIdentity, line: number): Promise<LogPlace> {
    const [place] = await this.searchPlaces(
      log,
      (places, index) => readPlaces(places, index, index < 0 ? 0 : 1),
      (place) => place.line < line,
    );
    return place ?? emptyLog.placed;
  }

  async places(log: LogIdentity, range: ByteRange, limit: number): Promise<readonly LogPlace[]> {
    const newest = this.fileOf(log).tail.placesOf(range);
    if (newest !== undefined) return newest.slice(0, limit);
    const found = await this.searchPlaces(
      log,
      (places, index) => readPlaces(places, Math.max(index, 0), limit),
      (place) => place.offset <= range.from,
    );
    return found.filter(({ offset }) => offset < range.to);
  }

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => file.letGo()));
    this.files.clear();
  }

  private async searchPlaces(
    log: LogIdentity,
    take: (places: FileHandle, index: number) => Promise<readonly LogPlace[]>,
    holds: (place: LogPlace) => boolean,
  ): Promise<readonly LogPlace[]> {
    const file = this.fileOf(log);
    const { sizeBytes } = await file.stat();
    const places = await openForReading(file.paths.places);
    if (!places) return [];
    try {
      const { size } = await places.stat();
      const within = (place: LogPlace): boolean => place.offset <= sizeBytes && holds(place);
      const index = await lastInFile(places, Math.floor(size / placeBytes), within);
      return (await take(places, index)).filter(({ offset }) => offset <= sizeBytes);
    } catch (error) {
      if (damageOf(error) === undefined) throw error;
      return []; // the log itself is read in place of it
    } finally {
      await places.close();
    }
  }

  private fileOf(log: LogIdentity): LogFile {
    const known = this.files.get(log.attemptId);
    const file = known ?? new LogFile(log, this.parts);
    this.files.delete(log.attemptId);
    this.files.set(log.attemptId, file);
    if (!known) this.forgetOldest(file);
    return file;
  }

  private forgetOldest(kept: LogFile): void {
    let surplus = this.files.size - (this.options.maxKnownLogs ?? 8_192);
    for (const [attemptId, file] of this.files) {
      if (surplus-- <= 0) return;
      if (file === kept || file.isBusy) continue;
      this.files.delete(attemptId);
      void file.letGo();
    }
  }
}

async function openForReading(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error) || damageOf(error) !== undefined) return undefined;
    throw error;
  }
}
