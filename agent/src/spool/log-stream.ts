import type { AttemptId } from '@drover/protocol';
import type { LogFile } from './log-file.js';

/** While somebody watches, a frame goes out this often: a line is to be seen within 50 ms. Else the slower pace spares the controller. */
const watchedFrameMs = 25;
const unwatchedFrameMs = 1_000;
/** This much goes out without waiting for the pace. */
const enoughBytes = 256 * 1024;

/** How far the log of one attempt has come on its way to the controller. */
export class LogStream {
  readonly attemptId: AttemptId;
  readonly fencing: number;
  readonly file: LogFile;
  /** Bytes before this are stored by the controller. */
  stored = 0;
  /** Bytes before this were sent on the connection of now. */
  sent = 0;
  /** Messages without an answer. */
  unanswered = 0;
  isReading = false;
  #isWatched = false;
  #isHurried = true;
  #lastFrameAtMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = 0;
  /** What was there when the pace last let through goes out as one, in as many frames as it takes. */
  #releasedTo = 0;

  constructor(attemptId: AttemptId, fencing: number, file: LogFile) {
    this.attemptId = attemptId;
    this.fencing = fencing;
    this.file = file;
  }

  get hasUnsent(): boolean {
    return this.file.end > this.sent;
  }

  /** The whole log is known and stored. */
  get isComplete(): boolean {
    return this.file.proof !== undefined && this.stored >= this.file.proof.sizeBytes;
  }

  /** A new connection, or a controller that lost frames: continue from where its log ends. */
  restart(stored: number): void {
    this.stored = Math.min(stored, this.file.end);
    this.sent = this.stored;
    this.unanswered = 0;
    this.#isHurried = true;
    this.#notBeforeMs = 0;
  }

  watch(watched: boolean): void {
    this.#isWatched = watched;
  }

  /** The next bytes go out at once: a step has begun. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** The controller cannot take it now. */
  pauseUntil(monotonicMs: number): void {
    this.#notBeforeMs = monotonicMs;
  }

  /** How long the next frame has to wait; 0 or less: it is due. */
  waitMs(nowMs: number): number {
    const refused = this.#notBeforeMs - nowMs;
    if (refused > 0) return refused;
    if (this.#isHurried || this.sent < this.#releasedTo || this.file.proof || this.file.end - this.sent >= enoughBytes) return 0;
    return this.#lastFrameAtMs + (this.#isWatched ? watchedFrameMs : unwatchedFrameMs) - nowMs;
  }

  /** It is due: all that is there now goes out. */
  release(): void {
    this.#releasedTo = this.file.end;
    this.#isHurried = false;
  }

  /** A frame up to `end` was sent. */
  frameSent(end: number, nowMs: number): void {
    this.sent = end;
    this.unanswered += 1;
    this.#lastFrameAtMs = nowMs;
  }

  /** The controller's log ends at `end`. What it lacks of what was sent goes again once all answers are in. */
  frameAnswered(end: number): void {
    this.unanswered -= 1;
    this.stored = Math.min(Math.max(this.stored, end), this.file.end);
    this.file.storedTo(this.stored);
    if (this.sent < this.stored) this.sent = this.stored;
    if (this.unanswered === 0) this.sent = this.stored;
  }

  /** A frame was not taken. */
  frameRefused(): void {
    this.unanswered -= 1;
    if (this.unanswered === 0) this.sent = this.stored;
  }
}
