import type { AttemptId } from '@drover/protocol';
import type { AgentReply, LogFrame } from '@drover/protocol/agent';
import { crashPoint } from '../crash-points.js';
import { LinkDown, type ControllerLink } from '../link/port.js';
import type { Cancel, Clock } from '../shared/clock.js';
import { messageOf, type Logger } from '../shared/logger.js';
import type { LogFile } from './log-file.js';
import { LogStream } from './log-stream.js';
import { afterAnswer, afterSend, hasRoom, openWindow, type Window } from './window.js';

/** Wait after a refusal that names no time of its own. */
const refusedMs = 5_000;

export interface LogSenderPorts {
  readonly link: ControllerLink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The whole log of an attempt is stored: its result may follow. */
  readonly onStored: (attemptId: AttemptId) => void;
  /** The controller has given the attempt to nobody or to somebody else. */
  readonly onStale: (attemptId: AttemptId) => void;
}

/**
 * Brings the logs of all attempts to the controller over one connection: in order, each byte until it is stored,
 * no more unacknowledged than the window of the connection. It never waits for the controller elsewhere than here.
 */
export class LogSender {
  readonly #ports: LogSenderPorts;
  readonly #streams = new Map<AttemptId, LogStream>();
  /** Logs that somebody watches; it may be said before there is anything of them. */
  readonly #watched = new Set<AttemptId>();
  #window: Window | undefined;
  /** Counts connections, so that an answer of an earlier one changes nothing. */
  #connection = 0;
  #alarm: Cancel | undefined;

  constructor(ports: LogSenderPorts) {
    this.#ports = ports;
  }

  /** Takes a log on, from the offset at which the controller's copy ends. */
  add(attemptId: AttemptId, fencing: number, file: LogFile): void {
    const stream = new LogStream(attemptId, fencing, file);
    stream.watch(this.#watched.has(attemptId));
    this.#streams.set(attemptId, stream);
    file.onChange(() => this.#pump());
    this.#pump();
  }

  remove(attemptId: AttemptId): void {
    this.#watched.delete(attemptId);
    this.#streams.delete(attemptId);
  }

  isStored(attemptId: AttemptId): boolean {
    return this.#streams.get(attemptId)?.isComplete ?? false;
  }

  /** Says that somebody watches a log, or no longer. */
  watch(attemptId: AttemptId, watched: boolean): void {
    if (watched) this.#watched.add(attemptId);
    else this.#watched.delete(attemptId);
    this.#streams.get(attemptId)?.watch(watched);
    this.#pump();
  }

  /** Sends the next bytes of a log without waiting for its pace. */
  hurry(attemptId: AttemptId): void {
    this.#streams.get(attemptId)?.hurry();
  }

  /** A connection is ready: continues at the ends that the controller has stated. */
  resume(ends: ReadonlyMap<AttemptId, number>): void {
    this.#window = openWindow;
    this.#connection += 1;
    for (const stream of this.#streams.values()) {
      stream.restart(ends.get(stream.attemptId) ?? stream.stored);
      this.#announceIfStored(stream);
    }
    this.#pump();
  }

  /** The connection is gone; what it left unanswered counts as unsent. */
  pause(): void {
    this.#window = undefined;
    this.#alarm?.();
    this.#alarm = undefined;
  }

  /** Sends what is due, and sets one alarm for what will be. Without unsent bytes there is no alarm. */
  #pump(): void {
    this.#alarm?.();
    this.#alarm = undefined;
    if (!this.#window) return;
    const nowMs = this.#ports.clock.monotonicMs();
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values()) {
      if (!stream.hasUnsent) this.#announceIfStored(stream);
      if (!stream.hasUnsent || stream.isReading) continue;
      const waitMs = stream.waitMs(nowMs);
      if (waitMs <= 0) stream.release();
      if (waitMs > 0) soonestMs = Math.min(soonestMs, waitMs);
      else if (hasRoom(this.#window)) void this.#sendNext(stream);
    }
    if (Number.isFinite(soonestMs)) this.#alarm = this.#ports.clock.after(soonestMs, () => this.#pump());
  }

  /** Reads and sends one frame. One stream reads one frame at a time, so that frames leave in order. */
  async #sendNext(stream: LogStream): Promise<void> {
    stream.isReading = true;
    try {
      const { offset, bytes, marks } = await stream.file.read(stream.sent);
      if (!this.#window || this.#streams.get(stream.attemptId) !== stream || stream.sent !== offset) return;
      const frame: LogFrame = { type: 'log', attemptId: stream.attemptId, fencing: stream.fencing, offset, bytes, marks };
      this.#window = afterSend(this.#window, bytes.length);
      stream.frameSent(offset + bytes.length, this.#ports.clock.monotonicMs());
      this.#follow(stream, frame, bytes.length);
    } catch (error) {
      stream.pauseUntil(this.#ports.clock.monotonicMs() + refusedMs);
      this.#ports.logger.error('the spooled log could not be read', { attemptId: stream.attemptId, error: messageOf(error) });
    } finally {
      stream.isReading = false;
    }
    this.#moveOn(stream);
  }

  /** Streams take turns: who has sent goes to the end of the row. */
  #moveOn(stream: LogStream): void {
    if (this.#streams.delete(stream.attemptId)) this.#streams.set(stream.attemptId, stream);
    this.#pump();
  }

  #follow(stream: LogStream, frame: LogFrame, length: number): void {
    const sentAtMs = this.#ports.clock.monotonicMs();
    crashPoint('agent.log.sending');
    const answer = this.#ports.link.send<'log'>(frame);
    crashPoint('agent.log.sent');
    const connection = this.#connection;
    answer.then(
      (reply) => {
        if (connection !== this.#connection || !this.#window) return;
        this.#window = afterAnswer(this.#window, length, this.#ports.clock.monotonicMs() - sentAtMs);
        this.#answered(stream, reply);
        this.#pump();
      },
      (error: unknown) => {
        if (error instanceof LinkDown || connection !== this.#connection || !this.#window) return; // goes again on the next connection
        this.#ports.logger.error('a piece of log could not be sent', { attemptId: stream.attemptId, error: messageOf(error) });
        this.#window = afterAnswer(this.#window, length, 0);
        stream.frameRefused();
        stream.pauseUntil(this.#ports.clock.monotonicMs() + refusedMs);
        this.#pump();
      },
    );
  }

  #answered(stream: LogStream, reply: AgentReply<'log'>): void {
    if (reply.ok) {
      crashPoint('agent.log.stored');
      stream.frameAnswered(reply.end);
      this.#announceIfStored(stream);
      return;
    }
    stream.frameRefused();
    if (reply.code === 'stale' || reply.code === 'removed') {
      this.#streams.delete(stream.attemptId);
      this.#ports.onStale(stream.attemptId);
      return;
    }
    this.#ports.logger.warn('a piece of log was refused', { attemptId: stream.attemptId, code: reply.code, detail: reply.detail });
    stream.pauseUntil(this.#ports.clock.monotonicMs() + (reply.retryAfterMs ?? refusedMs));
  }

  #announceIfStored(stream: LogStream): void {
    if (stream.isComplete) this.#ports.onStored(stream.attemptId);
  }
}
