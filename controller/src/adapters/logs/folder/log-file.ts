import { createHash, type Hash } from 'node:crypto';
import { open, rm, rmdir, type FileHandle } from 'node:fs/promises';
import type { LogView } from '@drover/protocol/api';
import { emptyLog, linesOf, scanAll, type LogCursor } from '../../../domain/logs/places.js';
import type { StoredLog } from '../../../domain/logs/verdict.js';
import { LogRefused, type LogFrameBytes, type LogStat } from '../../../services/logs/log-storage.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import type { LogIdentity } from '../../../services/ports/logs.js';
import { readFault } from '../../../services/integrity/damaged.js';
import { FrameQueue } from '../frame-queue.js';
import { gather } from '../gather.js';
import { LogTail } from '../log-tail.js';
import {
  codeOf,
  isFull,
  isMissing,
  isThere,
  placeWhole,
  readWhole,
  syncFolder,
  together,
  type DurableFolders,
} from '../../../shared/durable-files.js';
import type { Lanes } from './lanes.js';
import { readFileRange, writeAll } from './log-bytes.js';
import { pathsOf, type LogPaths } from './log-paths.js';
import type { OpenFiles } from './open-files.js';
import { encodePlaces, placeBytes } from './place-file.js';
import { recover } from './recovery.js';
import { decodeSeal, encodeSeal } from './seal-file.js';

/** Bytes that are written and made durable together, at most. */
const flushBytes = 4_194_304;

export interface LogFileParts {
  readonly root: string;
  readonly folders: DurableFolders;
  readonly lanes: Lanes;
  readonly openFiles: OpenFiles;
  readonly crashPoints: CrashPoints;
}

interface Handles {
  readonly log: FileHandle;
  readonly places: FileHandle;
}

/** One log in its files. */
export class LogFile {
  readonly paths: LogPaths;
  private cursor: LogCursor | undefined;
  private placeCount = 0;
  private sealed: LogView | undefined;
  private hash: Hash | undefined;
  private handles: Handles | undefined;
  /** The newest of what is durable, while the files are open. */
  readonly tail = new LogTail();
  private readonly queue: FrameQueue;

  constructor(
    private readonly log: LogIdentity,
    private readonly parts: LogFileParts,
  ) {
    this.paths = pathsOf(parts.root, log);
    this.queue = new FrameQueue({
      log,
      batchBytes: flushBytes,
      flush: (frames) => this.flush(frames),
      refusal: (error) => this.refuse(error),
      inLane: (work) => parts.lanes.run(work),
    });
  }

  get isBusy(): boolean {
    return this.queue.isBusy;
  }

  append(frame: LogFrameBytes): Promise<{ readonly end: number }> {
    return this.queue.append(frame);
  }

  async stat(): Promise<LogStat> {
    if (!this.cursor && !this.sealed) await this.queue.next(() => this.load().then(() => this.makeRoom()));
    if (this.sealed) return { sizeBytes: this.sealed.sizeBytes, lines: this.sealed.lines, seal: this.sealed };
    const cursor = this.cursor ?? emptyLog;
    return { sizeBytes: cursor.offset, lines: linesOf(cursor) };
  }

  /**
   * Costs no flush of the verdict: it says nothing that durable bytes and the attempt's record don't, so that one that
   * a power cut takes is judged again by the next reader. Of an empty log nothing is written at all.
   */
  seal(judge: (stored: StoredLog) => LogView): Promise<LogView> {
    return this.queue.next(async () => {
      await this.load();
      if (this.sealed) return this.sealed;
      const cursor = this.cursor ?? emptyLog;
      await this.handles?.places.datasync();
      const verdict = judge({ sizeBytes: cursor.offset, lines: linesOf(cursor), sha256: await this.sha256(cursor.offset) });
      this.parts.crashPoints.reach('controller.log.judged');
      if (cursor.offset > 0) await placeWhole(this.paths.seal, encodeSeal(verdict));
      this.parts.crashPoints.reach('controller.log.sealed');
      this.sealed = verdict;
      this.hash = undefined;
      await this.closeHandles();
      return verdict;
    });
  }

  remove(): Promise<void> {
    return this.queue.next(async () => {
      await this.closeHandles();
      for (const path of [this.paths.log, this.paths.places, this.paths.seal]) await rm(path, { force: true });
      await rmdir(this.paths.folder).catch(ignoreKept);
      this.cursor = undefined;
      this.sealed = undefined;
      this.hash = undefined;
    });
  }

  /** Closes its files; they are opened again when needed. */
  letGo(): Promise<void> {
    return this.queue.next(() => this.closeHandles());
  }

  private async flush(frames: readonly LogFrameBytes[]): Promise<{ readonly end: number; readonly sealed: boolean }> {
    await this.load();
    if (this.sealed) return { end: this.sealed.sizeBytes, sealed: true };
    const { buffers, marks, end } = gather(this.cursor?.offset ?? 0, frames);
    if (buffers.length > 0) await this.store(buffers, marks);
    await this.makeRoom();
    return { end, sealed: false };
  }

  /** After a failed write or flush nothing is believed of the open file: the next one starts at the durable end again. */
  private async refuse(error: unknown): Promise<LogRefused> {
    await this.closeHandles();
    return new LogRefused(isFull(error) ? 'storageFull' : 'unavailable', this.log.attemptId, this.cursor?.offset ?? 0, { cause: error });
  }

  private async store(buffers: readonly Uint8Array[], marks: LogFrameBytes['marks']): Promise<void> {
    const start = this.cursor ?? emptyLog;
    const { log, places } = this.handles ?? (await this.open());
    const scanned = scanAll(start, buffers, marks);
    await together(
      writeAll(log, buffers, start.offset),
      ...(scanned.places.length > 0 ? [writeAll(places, [encodePlaces(scanned.places)], this.placeCount * placeBytes)] : []),
    );
    this.parts.crashPoints.reach('controller.log.written');
    await log.datasync();
    if (start.offset === 0) await syncFolder(this.paths.folder);
    this.parts.crashPoints.reach('controller.log.appended');
    this.tail.add(start.offset, buffers, { before: this.placeCount > 0 ? start.placed : undefined, places: scanned.places });
    this.cursor = scanned.cursor;
    this.placeCount += scanned.places.length;
    if (start.offset === 0) this.hash = createHash('sha256');
    for (const bytes of buffers) this.hash?.update(bytes);
  }

  /** Finds out how the log stands, if nobody knows yet. */
  private async load(): Promise<void> {
    if (this.cursor ?? this.sealed) return;
    if (!(await isThere(this.paths.folder))) return this.beginEmpty();
    const seal = await readWhole(this.paths.seal).catch((error: unknown) => {
      throw readFault('The record of the log', error);
    });
    this.sealed = decodeSeal(seal);
    if (this.sealed) return;
    try {
      await this.openExisting();
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.beginEmpty();
    }
  }

  private beginEmpty(): void {
    this.cursor = emptyLog;
    this.placeCount = 0;
  }

  private async openExisting(): Promise<void> {
    const handles = await openBoth(this.paths, 'r+');
    this.handles = handles;
    try {
      const { cursor, placeCount } = await recover(handles.log, handles.places);
      await syncFolder(this.paths.folder);
      this.cursor = cursor;
      this.placeCount = placeCount;
    } catch (error) {
      await this.closeHandles(); // the next reader opens them again
      throw error;
    }
    await this.parts.openFiles.use(this);
  }

  private async open(): Promise<Handles> {
    await this.parts.folders.make(this.paths.folder, async () => {
      this.handles = await openBoth(this.paths, this.cursor?.offset === 0 ? 'w+' : 'r+');
    });
    await this.parts.openFiles.use(this);
    if (this.handles === undefined) throw new Error(`the files of ${this.log.attemptId} were closed while they were opened`);
    return this.handles;
  }

  private async makeRoom(): Promise<void> {
    if (this.parts.openFiles.isOver) await this.closeHandles();
  }

  private async closeHandles(): Promise<void> {
    const handles = this.handles;
    this.handles = undefined;
    this.tail.forget();
    this.parts.openFiles.forget(this);
    await Promise.allSettled([handles?.log.close(), handles?.places.close()]);
  }

  /** Of all bytes: from the running sum if it saw them all, else from the file. */
  private async sha256(sizeBytes: number): Promise<string> {
    if (this.hash) return this.hash.copy().digest('hex');
    const hash = createHash('sha256');
    for await (const piece of readFileRange(this.paths.log, { from: 0, to: sizeBytes })) hash.update(piece);
    return hash.digest('hex');
  }
}

/** Of a new log both at once. Where there is no old log no side file is made: it would keep the folder when the run is removed. */
async function openBoth(paths: LogPaths, flags: 'r+' | 'w+'): Promise<Handles> {
  const opened = open(paths.log, flags, 0o600);
  const beside = flags === 'w+' ? open(paths.places, flags, 0o600) : opened.then(() => openOldPlaces(paths));
  const [log, places] = await Promise.allSettled([opened, beside]);
  if (log.status === 'fulfilled' && places.status === 'fulfilled') return { log: log.value, places: places.value };
  for (const one of [log, places]) if (one.status === 'fulfilled') await one.value.close();
  throw log.status === 'rejected' ? log.reason : places.status === 'rejected' ? places.reason : new Error('unreachable');
}

/** A side file is made where it is missing, and then opened so that it can be written anywhere. */
async function openOldPlaces(paths: LogPaths): Promise<FileHandle> {
  await (await open(paths.places, 'a+', 0o600)).close();
  return open(paths.places, 'r+');
}

function ignoreKept(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
}
