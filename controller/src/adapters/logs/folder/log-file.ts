import { createHash, type Hash } from 'node:crypto';
import { open, rm, rmdir, type FileHandle } from 'node:fs/promises';
import type { LogView } from '@drover/protocol/api';
import { emptyLog, linesOf, scan, type LogCursor, type LogPlace } from '../../../domain/logs/places.js';
import type { StoredLog } from '../../../domain/logs/verdict.js';
import { LogRefused, type LogFrameBytes, type LogStat } from '../../../services/logs/log-storage.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import type { LogIdentity } from '../../../services/ports/logs.js';
import { gather } from '../gather.js';
import { codeOf, isFull, isMissing, makeFolder, readWhole, syncFolder, writeWhole } from './durable-files.js';
import type { Lanes } from './lanes.js';
import { readFileRange, writeAll } from './log-bytes.js';
import { pathsOf, type LogPaths } from './log-paths.js';
import type { OpenFiles } from './open-files.js';
import { encodePlaces, placeBytes } from './place-file.js';
import { recover } from './recovery.js';

/** Bytes that are written and made durable together, at most. */
const flushBytes = 4_194_304;

export interface LogFileParts {
  readonly root: string;
  readonly lanes: Lanes;
  readonly openFiles: OpenFiles;
  readonly crashPoints: CrashPoints;
}

interface Pending {
  readonly frame: LogFrameBytes;
  readonly resolve: (answer: { readonly end: number }) => void;
  readonly reject: (error: unknown) => void;
}

interface Handles {
  readonly log: FileHandle;
  readonly places: FileHandle;
}

/** One log in its files. What it is asked happens one after the other; frames that wait are made durable by one flush. */
export class LogFile {
  readonly paths: LogPaths;
  private cursor: LogCursor | undefined;
  private placeCount = 0;
  private sealed: LogView | undefined;
  private hash: Hash | undefined;
  private handles: Handles | undefined;
  private pending: Pending[] = [];
  private flushDue = false;
  private users = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: LogIdentity,
    private readonly parts: LogFileParts,
  ) {
    this.paths = pathsOf(parts.root, log);
  }

  get isBusy(): boolean {
    return this.users > 0;
  }

  append(frame: LogFrameBytes): Promise<{ readonly end: number }> {
    const answer = new Promise<{ readonly end: number }>((resolve, reject) => this.pending.push({ frame, resolve, reject }));
    if (!this.flushDue) {
      this.flushDue = true;
      void this.next(() => this.parts.lanes.run(() => this.flush()));
    }
    return answer;
  }

  async stat(): Promise<LogStat> {
    if (!this.cursor && !this.sealed) await this.next(() => this.load());
    if (this.sealed) return { sizeBytes: this.sealed.sizeBytes, lines: this.sealed.lines, seal: this.sealed };
    const cursor = this.cursor ?? emptyLog;
    return { sizeBytes: cursor.offset, lines: linesOf(cursor) };
  }

  seal(judge: (stored: StoredLog) => LogView): Promise<LogView> {
    return this.next(async () => {
      await this.load();
      if (this.sealed) return this.sealed;
      const cursor = this.cursor ?? emptyLog;
      await this.handles?.places.datasync();
      const verdict = judge({ sizeBytes: cursor.offset, lines: linesOf(cursor), sha256: await this.sha256(cursor.offset) });
      this.parts.crashPoints.reach('controller.log.judged');
      await makeFolder(this.paths.folder);
      await writeWhole(this.paths.seal, JSON.stringify(verdict));
      this.parts.crashPoints.reach('controller.log.sealed');
      this.sealed = verdict;
      this.hash = undefined;
      await this.closeHandles();
      return verdict;
    });
  }

  remove(): Promise<void> {
    return this.next(async () => {
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
    return this.next(() => this.closeHandles());
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    this.users++;
    const done = this.turn.then(work).finally(() => this.users--);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async flush(): Promise<void> {
    this.flushDue = false;
    while (this.pending.length > 0) {
      const batch = this.takeBatch();
      try {
        await this.load();
        await this.write(batch);
      } catch (error) {
        const refusal = new LogRefused(isFull(error) ? 'storageFull' : 'unavailable', this.log.attemptId, this.cursor?.offset ?? 0, { cause: error });
        for (const { reject } of batch) reject(refusal);
        await this.closeHandles();
      }
    }
  }

  private takeBatch(): readonly Pending[] {
    let bytes = 0;
    const count = this.pending.findIndex(({ frame }) => (bytes += frame.bytes.length) > flushBytes);
    return this.pending.splice(0, count < 0 ? this.pending.length : Math.max(1, count));
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    const before = this.sealed?.sizeBytes ?? this.cursor?.offset ?? 0;
    const { buffers, marks } = gather(before, batch.map(({ frame }) => frame));
    if (buffers.length > 0 && this.sealed) return this.refuseSealed(batch, before);
    if (buffers.length > 0) await this.store(buffers, marks);
    const end = this.sealed?.sizeBytes ?? this.cursor?.offset ?? 0;
    for (const { resolve } of batch) resolve({ end });
  }

  private refuseSealed(batch: readonly Pending[], end: number): void {
    for (const { frame, resolve, reject } of batch) {
      if (frame.offset + frame.bytes.length <= end) resolve({ end });
      else reject(new LogRefused('sealed', this.log.attemptId, end));
    }
  }

  private async store(buffers: readonly Uint8Array[], marks: LogFrameBytes['marks']): Promise<void> {
    const start = this.cursor ?? emptyLog;
    const { log, places } = this.handles ?? (await this.open());
    const scanned = this.scanAll(start, buffers, marks);
    await writeAll(log, buffers, start.offset);
    if (scanned.places.length > 0) await writeAll(places, [encodePlaces(scanned.places)], this.placeCount * placeBytes);
    this.parts.crashPoints.reach('controller.log.written');
    await log.datasync();
    if (start.offset === 0) await syncFolder(this.paths.folder);
    this.parts.crashPoints.reach('controller.log.appended');
    this.cursor = scanned.cursor;
    this.placeCount += scanned.places.length;
    if (start.offset === 0) this.hash = createHash('sha256');
    for (const bytes of buffers) this.hash?.update(bytes);
  }

  private scanAll(start: LogCursor, buffers: readonly Uint8Array[], marks: LogFrameBytes['marks']): { cursor: LogCursor; places: LogPlace[] } {
    let cursor = start;
    const places: LogPlace[] = [];
    for (const bytes of buffers) {
      const scanned = scan(cursor, bytes, marks);
      cursor = scanned.cursor;
      places.push(...scanned.places);
    }
    return { cursor, places };
  }

  /** Finds out how the log stands, if nobody knows yet. */
  private async load(): Promise<void> {
    if (this.cursor ?? this.sealed) return;
    const verdict = await readWhole(this.paths.seal);
    if (verdict !== undefined) {
      this.sealed = parseVerdict(verdict);
      return;
    }
    try {
      await this.openExisting();
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.cursor = emptyLog;
      this.placeCount = 0;
    }
  }

  private async openExisting(): Promise<void> {
    const handles = await openBoth(this.paths, 'r+');
    this.handles = handles;
    const { cursor, placeCount } = await recover(handles.log, handles.places);
    await syncFolder(this.paths.folder);
    this.cursor = cursor;
    this.placeCount = placeCount;
    await this.parts.openFiles.use(this);
  }

  private async open(): Promise<Handles> {
    await makeFolder(this.paths.folder);
    const handles = await openBoth(this.paths, this.cursor?.offset === 0 ? 'w+' : 'r+');
    this.handles = handles;
    await this.parts.openFiles.use(this);
    return handles;
  }

  private async closeHandles(): Promise<void> {
    const handles = this.handles;
    this.handles = undefined;
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

async function openBoth(paths: LogPaths, flags: 'r+' | 'w+'): Promise<Handles> {
  const log = await open(paths.log, flags, 0o600);
  try {
    return { log, places: await open(paths.places, flags === 'w+' ? 'w+' : 'a+', 0o600).then((appending) => reopened(appending, paths)) };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** A side file is made where it is missing, and then opened so that it can be written anywhere. */
async function reopened(made: FileHandle, paths: LogPaths): Promise<FileHandle> {
  await made.close();
  return open(paths.places, 'r+');
}

const parseVerdict = (text: string): LogView => JSON.parse(text) as LogView;

function ignoreKept(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
}
