import { createHash, type Hash } from 'node:crypto';
import type { Instant } from '@drover/protocol';
import type { LogMarks, LogProof } from '@drover/protocol/agent';
import { maxLogFrameBytes } from '@drover/protocol/agent';
import { crashPoint } from '../crash-points.js';
import { machineDisk, type Disk, type DiskFile } from '../shared/disk.js';
import { writeFully } from '../shared/files.js';
import { Marks } from './marks.js';
import { Recent } from './recent.js';

/** At most this many marks fit one message. */
const marksPerFrame = 1_000;

export interface LogPiece {
  readonly offset: number;
  readonly bytes: Buffer;
  readonly marks: LogMarks;
}

/**
 * The log of one attempt, on disk from its first byte until the controller has acknowledged the attempt.
 * Written by one writer in order; read anywhere below `end` at the same time.
 */
export class LogFile {
  #end: number;
  #isCut = false;
  #proof: LogProof | undefined;
  readonly #marks = new Marks();
  readonly #recent = new Recent();
  readonly #hash: Hash;
  readonly #file: DiskFile;
  readonly #limitBytes: number;
  #announce: () => void = () => undefined;

  private constructor(file: DiskFile, limitBytes: number, hash: Hash, end: number) {
    this.#file = file;
    this.#limitBytes = limitBytes;
    this.#hash = hash;
    this.#end = end;
  }

  /** A new, empty log. Past `limitBytes` it is cut with a visible note. */
  static async create(path: string, limitBytes: number, disk: Disk = machineDisk): Promise<LogFile> {
    return new LogFile(await disk.open(path, 'w+'), limitBytes, createHash('sha256'), 0);
  }

  /** The log that a crashed process left; an absent one counts as empty. It takes nothing more. */
  static async recover(path: string, disk: Disk = machineDisk): Promise<LogFile> {
    const file = await disk.open(path, 'a+');
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(maxLogFrameBytes);
    let end = 0;
    for (let length = 1; length > 0; end += length) {
      length = (await file.read(piece, 0, piece.length, end)).bytesRead;
      hash.update(piece.subarray(0, length));
    }
    const log = new LogFile(file, end, hash, end);
    log.#isCut = await log.#endsWithNote();
    return log;
  }

  /** Where the log ends now. */
  get end(): number {
    return this.#end;
  }

  /** Set once nothing more will come. */
  get proof(): LogProof | undefined {
    return this.#proof;
  }

  /** Calls back whenever the log has grown or was sealed. */
  onChange(announce: () => void): void {
    this.#announce = announce;
  }

  /** Takes bytes in order: a call may follow only when the one before has resolved. Rejects if the disk doesn't take them. */
  async append(chunks: readonly Buffer[], now: Instant): Promise<void> {
    if (this.#isCut || this.#proof || lengthOf(chunks) === 0) return;
    const pieces = this.#withinLimit(chunks);
    crashPoint('agent.spool.appending');
    await writeFully(this.#file, pieces, this.#end);
    crashPoint('agent.spool.appended');
    this.#marks.add(this.#end, now);
    for (const bytes of pieces) {
      this.#hash.update(bytes);
      this.#recent.add(this.#end, bytes);
      this.#end += bytes.length;
    }
    this.#announce();
  }

  /** The next piece from `offset` on, as one message takes it. */
  async read(offset: number): Promise<LogPiece> {
    const { marks, end } = this.#marks.within(offset, Math.min(this.#end, offset + maxLogFrameBytes), marksPerFrame);
    const recent = this.#recent.piece(offset, end);
    return { offset, bytes: recent ?? (await this.#readBack(offset, end)), marks };
  }

  async #readBack(offset: number, end: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(end - offset);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) throw new Error(`log ends at ${offset + filled}, expected ${end}`);
      filled += bytesRead;
    }
    return bytes;
  }

  /** The controller has stored the log up to `offset`: what is kept in memory of it is no longer needed. */
  storedTo(offset: number): void {
    this.#recent.forget(offset);
    this.#marks.forget(offset);
  }

  /** Ends the log, makes it durable and states what it holds. Asked again it says the same. */
  async seal(): Promise<LogProof> {
    if (this.#proof) return this.#proof;
    await this.#file.datasync().catch(() => this.markCut());
    this.#proof ??= { sizeBytes: this.#end, sha256: this.#hash.digest('hex'), cut: this.#isCut };
    crashPoint('agent.spool.sealed');
    this.#announce();
    return this.#proof;
  }

  /** Ends a log on a disk that takes no more: what was lost makes it a cut one. */
  markCut(): void {
    this.#isCut = true;
  }

  async close(): Promise<void> {
    this.#announce = () => undefined;
    await this.#file.close();
  }

  /** What still fits, with the note in the place of what does not. The whole stays within the limit where the note itself fits. */
  #withinLimit(chunks: readonly Buffer[]): readonly Buffer[] {
    if (this.#end + lengthOf(chunks) <= this.#limitBytes) return chunks;
    this.#isCut = true;
    const note = cutNote(this.#limitBytes);
    const room = Math.max(this.#limitBytes - note.length - this.#end, 0);
    const all = Buffer.concat(chunks);
    return [all.subarray(0, wholeCharacters(all, room)), note];
  }

  async #endsWithNote(): Promise<boolean> {
    const start = Math.max(this.#end - 200, 0);
    const { bytes } = this.#end > start ? await this.read(start) : { bytes: Buffer.alloc(0) };
    return cutNotePattern.test(bytes.toString('utf8'));
  }
}

const lengthOf = (chunks: readonly Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);

const cutNote = (limitBytes: number): Buffer =>
  Buffer.from(`\n[drover] the log is cut here: its limit of ${limitBytes} bytes is reached; the task continues\n`);
const cutNotePattern = /\n\[drover\] the log is cut here: its limit of \d+ bytes is reached; the task (?:continues|goes\x20on)\n$/; // as versions before wrote it, too

/** The longest beginning of at most `room` bytes that doesn't break a UTF-8 character. */
function wholeCharacters(chunk: Buffer, room: number): number {
  let length = room;
  while (length > 0 && room - length < 4 && ((chunk[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  return length;
}
