import type { LogLine } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';
import { LineSplitter, type SplitLine } from '../text/line-splitter.js';
import { Marks } from '../text/marks.js';
import type { LogPorts } from './ports.js';

type LogBytes = Extract<LiveMessage, { type: 'logBytes' }>;

interface TailEvents {
  /** Lines that are whole, then the growing one, if any. */
  readonly onLines: (lines: readonly Omit<LogLine, 'step'>[], end: number) => void;
  /** Bytes are missing: the tail has ended and is to be begun again from what the controller has stored. */
  readonly onGap: () => void;
}

/** The end of a growing log: bytes from the socket made into lines, once a frame. Credit is given for what was shown. */
export class LiveTail {
  private readonly splitter: LineSplitter;
  private readonly marks = new Marks();
  private waiting: LogBytes[] = [];
  private scheduled = false;
  private ended = false;
  private readonly stops: (() => void)[];

  constructor(
    private readonly attemptId: string,
    start: { readonly line: number; readonly offset: number },
    private readonly ports: LogPorts,
    private readonly events: TailEvents,
  ) {
    this.splitter = new LineSplitter(start.line, start.offset);
    this.stops = [ports.listen((message) => this.take(message)), ports.watch(() => this.splitter.end)];
  }

  get end(): number {
    return this.splitter.end;
  }

  close(): void {
    this.ended = true;
    for (const stop of this.stops) stop();
  }

  private take(message: LiveMessage): void {
    if (this.ended || (message.type !== 'logBytes' && message.type !== 'logGap') || message.attemptId !== this.attemptId) return;
    if (message.type === 'logGap') return this.gap();
    this.waiting.push(message);
    if (this.scheduled) return;
    this.scheduled = true;
    this.ports.nextFrame(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    if (this.ended) return;
    const lines: Omit<LogLine, 'step'>[] = [];
    for (const { offset, bytes, marks } of this.waiting.splice(0)) {
      if (offset > this.splitter.end) return this.gap();
      this.marks.add(marks);
      const fresh = asBytes(bytes).subarray(this.splitter.end - offset);
      lines.push(...this.splitter.feed(fresh).map((line) => this.lineOf(line)));
    }
    const rest = this.splitter.rest();
    if (rest) lines.push(this.lineOf(rest));
    this.marks.forgetBefore(this.splitter.end - 100_000);
    this.events.onLines(lines, this.splitter.end);
    this.ports.credit(this.splitter.end);
  }

  private gap(): void {
    this.close();
    this.events.onGap();
  }

  private lineOf({ number, offset, text, cut, partial }: SplitLine): Omit<LogLine, 'step'> {
    const at = this.marks.at(offset);
    return { number, offset, text, ...(at === undefined ? {} : { at }), ...(cut ? { cut } : {}), ...(partial ? { partial } : {}) };
  }
}

/** The socket hands binary parts over as buffers. */
const asBytes = (bytes: Uint8Array | ArrayBuffer): Uint8Array => (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
