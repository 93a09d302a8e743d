import type { Readable } from 'node:stream';
import type { LogProof } from '@drover/protocol/agent';
import type { Clock } from '../shared/clock.js';
import { codeOf, messageOf } from '../shared/logger.js';
import type { LogFile } from '../spool/log-file.js';
import type { Masker } from './ports.js';

export interface LogTrouble {
  readonly isDiskFull: boolean;
  readonly detail: string;
}

/** While more than this waits for the disk, the program that prints is held back. */
const mostWaitingBytes = 1024 * 1024;

/**
 * What an attempt prints on its way to the disk: secrets are taken out, the order is kept. What comes while the disk is
 * busy is written in one go. When the disk takes no more, the rest is read and thrown away, so that what prints is never
 * held up for good, and `onTrouble` is told once.
 */
export class AttemptLog {
  readonly #file: LogFile;
  readonly #masker: Masker;
  readonly #clock: Clock;
  readonly #onTrouble: (trouble: LogTrouble) => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #printedBytes = 0;
  #writing: Promise<void> | undefined;
  #isBroken = false;

  constructor(parts: {
    readonly file: LogFile;
    readonly masker: Masker;
    readonly clock: Clock;
    readonly onTrouble: (trouble: LogTrouble) => void;
  }) {
    this.#file = parts.file;
    this.#masker = parts.masker;
    this.#clock = parts.clock;
    this.#onTrouble = parts.onTrouble;
  }

  /** Where the log ends; after `settle` that is behind everything printed so far. */
  get end(): number {
    return this.#file.end;
  }

  /** How much the steps have printed. */
  get printedBytes(): number {
    return this.#printedBytes;
  }

  /** Adds a line of the agent's own. */
  say(line: string): void {
    this.print(Buffer.from(`${line}\n`));
  }

  /** Adds output that nothing has to wait for. */
  print(bytes: Buffer): void {
    this.#take(this.#masker.push(bytes));
  }

  /** Reads output to its end. A fault of the stream ends it like its end. */
  async drain(output: Readable): Promise<void> {
    try {
      for await (const chunk of output) {
        const bytes = toBuffer(chunk);
        this.#printedBytes += bytes.length;
        this.#take(this.#masker.push(bytes));
        if (this.#waitingBytes > mostWaitingBytes) await this.#writing;
      }
    } catch (error) {
      this.say(`[drover] the output broke off: ${messageOf(error)}`);
    }
  }

  /** Resolves once everything printed so far is written, what was held back included. */
  async settle(): Promise<void> {
    this.#take(this.#masker.flush());
    await this.#writing;
  }

  /** Ends the log. A broken disk yields a proof of what it holds, marked as cut. */
  async seal(): Promise<LogProof> {
    await this.settle();
    if (this.#isBroken) this.#file.markCut();
    return this.#file.seal();
  }

  #take(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isBroken) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const chunks = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      await this.#append(joined(chunks));
    }
    this.#writing = undefined;
  }

  async #append(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#file.append(chunks, this.#clock.now());
    } catch (error) {
      this.#isBroken = true;
      const code = codeOf(error);
      this.#onTrouble({ isDiskFull: code === 'ENOSPC' || code === 'EDQUOT', detail: messageOf(error) });
    }
  }
}

/** Pieces shorter than this on average are put together: each costs more by itself than its copy. */
const worthJoiningBytes = 16 * 1024;

function joined(chunks: readonly Buffer[]): readonly Buffer[] {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  return chunks.length > 1 && bytes < worthJoiningBytes * chunks.length ? [Buffer.concat(chunks)] : chunks;
}

const toBuffer = (chunk: unknown): Buffer => (Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
