import { LogRefused, type LogFrameBytes } from '../../services/logs/log-storage.js';
import type { LogIdentity } from '../../services/ports/logs.js';

interface Waiting {
  readonly frame: LogFrameBytes;
  readonly resolve: (answer: { readonly end: number }) => void;
  readonly reject: (error: unknown) => void;
}

export interface FrameQueueOptions {
  readonly log: LogIdentity;
  /** Bytes that are written and made durable together, at most. */
  readonly batchBytes: number;
  /** Makes the new bytes of these frames durable; tells where the log ends then. */
  readonly flush: (frames: readonly LogFrameBytes[]) => Promise<{ readonly end: number; readonly sealed: boolean }>;
  readonly refusal: (error: unknown) => LogRefused | Promise<LogRefused>;
  /** Where flushes of many logs line up. */
  readonly inLane: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What one log is asked happens one after the other; frames that wait meanwhile are made durable by one flush. */
export class FrameQueue {
  private waiting: Waiting[] = [];
  private flushDue = false;
  private users = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FrameQueueOptions) {}

  /** Something is asked of the log, or under way. */
  get isBusy(): boolean {
    return this.users > 0;
  }

  append(frame: LogFrameBytes): Promise<{ readonly end: number }> {
    const answer = new Promise<{ readonly end: number }>((resolve, reject) => this.waiting.push({ frame, resolve, reject }));
    if (!this.flushDue) {
      this.flushDue = true;
      void this.next(() => this.options.inLane(() => this.flushAll()));
    }
    return answer;
  }

  /** Does this work behind everything that was asked before. */
  next<T>(work: () => Promise<T>): Promise<T> {
    this.users++;
    const done = this.turn.then(work).finally(() => this.users--);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async flushAll(): Promise<void> {
    this.flushDue = false;
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      try {
        const { end, sealed } = await this.options.flush(batch.map(({ frame }) => frame));
        for (const each of batch) this.answer(each, end, sealed);
      } catch (error) {
        const refusal = await this.options.refusal(error);
        for (const { reject } of batch) reject(refusal);
      }
    }
  }

  private takeBatch(): readonly Waiting[] {
    let bytes = 0;
    const count = this.waiting.findIndex(({ frame }) => (bytes += frame.bytes.length) > this.options.batchBytes);
    return this.waiting.splice(0, count < 0 ? this.waiting.length : Math.max(1, count));
  }

  private answer({ frame, resolve, reject }: Waiting, end: number, sealed: boolean): void {
    if (sealed && frame.offset + frame.bytes.length > end) reject(new LogRefused('sealed', this.options.log.attemptId, end));
    else resolve({ end });
  }
}
