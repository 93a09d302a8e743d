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

/**
 * What an attempt prints on its way to the disk: secrets are taken out, the order is kept. When the disk takes no more,
 * the rest is read and thrown away, so that what prints is never held up, and `onTrouble` is told once.
 */
export class AttemptLog {
  readonly #file: LogFile;
  readonly #masker: Masker;
  readonly #clock: Clock;
  readonly #onTrouble: (trouble: LogTrouble) => void;
  #tail: Promise<void> = Promise.resolve();
  #isBroken = false;

  constructor(parts: { readonly file: LogFile; readonly masker: Masker; readonly clock: Clock; readonly onTrouble: (trouble: LogTrouble) => void }) {
    this.#file = parts.file;
    this.#masker = parts.masker;
    this.#clock = parts.clock;
    this.#onTrouble = parts.onTrouble;
  }

  /** Where the log ends; after `settle` that is behind everything printed so far. */
  get end(): number {
    return this.#file.end;
  }

  /** Adds a line of the agent's own. */
  say(line: string): void {
    void this.#enqueue(() => this.#masker.push(Buffer.from(`${line}\n`)));
  }

  /** Reads output to its end. A fault of the stream ends it like its end. */
  async drain(output: Readable): Promise<void> {
    try {
      for await (const chunk of output) await this.#enqueue(() => this.#masker.push(toBuffer(chunk)));
    } catch (error) {
      this.say(`[drover] the output broke off: ${messageOf(error)}`);
    }
  }

  /** Resolves once everything printed so far is written, what was held back included. */
  settle(): Promise<void> {
    return this.#enqueue(() => this.#masker.flush());
  }

  /** Ends the log. A broken disk yields a proof of what it holds, marked as cut. */
  async seal(): Promise<LogProof> {
    await this.settle();
    if (this.#isBroken) this.#file.markCut();
    return this.#file.seal();
  }

  #enqueue(take: () => Buffer): Promise<void> {
    this.#tail = this.#tail.then(() => this.#append(take()));
    return this.#tail;
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#isBroken || bytes.length === 0) return;
    try {
      await this.#file.append(bytes, this.#clock.now());
    } catch (error) {
      this.#isBroken = true;
      const code = codeOf(error);
      this.#onTrouble({ isDiskFull: code === 'ENOSPC' || code === 'EDQUOT', detail: messageOf(error) });
    }
  }
}

const toBuffer = (chunk: unknown): Buffer => (Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
