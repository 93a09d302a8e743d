import type { AttemptView, LogLine } from '@drover/protocol/api';
import { ErrorLines, isErrorLine } from '../find/errors.js';
import { lineOfOffset } from '../rows/line-of-offset.js';
import { LinePages, pageLines } from '../rows/pages.js';
import type { StepSpan } from '../rows/folds.js';
import { plainText } from '../text/ansi.js';
import { LiveTail } from './live-tail.js';
import type { LogPorts } from './ports.js';
import { StepLines, stepOf } from './step-lines.js';

const retryMs = 2_000;
const parallelFetches = 2;
/** A bar that is dragged passes many pages: they are fetched where it rests. */
const settleMs = 70;

/** `rows`: the number of lines or the place of steps changed; `appended`: how many whole lines came live. */
export interface LogChange {
  readonly rows: boolean;
  readonly appended: number;
}

/**
 * The log of one attempt: the lines around the reader, fetched by range, and the live end. It tells its listener of
 * changes and never asks for what it has. `close` ends everything it began.
 */
export class LogSource {
  readonly pages = new LinePages();
  readonly errors = new ErrorLines();
  totalLines: number;
  sizeBytes: number;
  /** Whether the places of all steps are known; before that nothing is shown, so that nothing jumps. */
  ready = false;
  onChange: (change: LogChange) => void = () => undefined;
  onTrouble: (problem: unknown) => void = () => undefined;

  private readonly stepLines = new StepLines();
  private readonly ended = new AbortController();
  private readonly fetching = new Set<number>();
  private wanted: readonly [from: number, to: number] = [0, 0];
  private tail: LiveTail | undefined;
  private good: StepSpan[] | undefined;
  /** The search for steps that is under way: who asks meanwhile waits for the same one. */
  private search: Promise<void> | undefined;
  /** Whether the stored end of the log has been read. */
  private anchored = false;
  private anchoring = false;
  private readonly retries = new Set<() => void>();
  private settling: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private attempt: AttemptView,
    private readonly ports: LogPorts,
  ) {
    this.totalLines = attempt.log.lines;
    this.sizeBytes = attempt.log.sizeBytes;
    void this.start();
  }

  close(): void {
    this.ended.abort();
    clearTimeout(this.retry);
    clearTimeout(this.settling);
    this.tail?.close();
  }

  get steps(): AttemptView['steps'] {
    return this.attempt.steps;
  }

  spans(): StepSpan[] {
    return this.stepLines.spans(this.attempt.steps, this.totalLines);
  }

  /** Whether a line reads like an error and its step did not end well: success is quiet. */
  isError(line: number): boolean {
    return (
      (this.errors.has(line) || (this.errors.isFull && this.readsLikeError(line))) &&
      !this.goodSpans().some(({ firstLine, endLine }) => line >= firstLine && line < endLine)
    );
  }

  private readsLikeError(line: number): boolean {
    const at = this.pages.get(line);
    return at !== undefined && at.partial !== true && isErrorLine(plainText(at.text));
  }

  errorLines(): readonly number[] {
    const good = this.goodSpans();
    return this.errors.all.filter((line) => !good.some(({ firstLine, endLine }) => line >= firstLine && line < endLine));
  }

  private goodSpans(): StepSpan[] {
    this.good ??= this.spans().filter(({ step }) => step.outcome === 'succeeded');
    return this.good;
  }

  /** A newer record of the attempt: more steps, or its end. */
  update(attempt: AttemptView): void {
    this.attempt = attempt;
    this.good = undefined;
    if (!this.grows && this.tail && this.tail.end >= attempt.log.sizeBytes) {
      this.tail.close();
      this.tail = undefined;
    }
    if (!this.anchoring && this.sizeBytes < attempt.log.sizeBytes && !this.tail) void this.anchor();
    else if (!this.grows && this.tail) void this.anchor();
    void this.findSteps();
    this.onChange({ rows: true, appended: 0 });
  }

  /** The reader sees these lines: what lies around them is fetched, what is far is forgotten. */
  need(from: number, to: number): void {
    const jumped = to < this.wanted[0] || from > this.wanted[1];
    this.wanted = [from - pageLines, to + pageLines];
    this.pages.trim((from + to) / 2, this.totalLines);
    if (!jumped) return this.fetchNext();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.fetchNext(), settleMs);
  }

  private get grows(): boolean {
    return this.attempt.log.state === 'live' || this.attempt.log.state === 'away';
  }

  private async start(): Promise<void> {
    await this.anchor();
    await this.findSteps();
  }

  /** A first answer that is late or has to be asked for again opens nothing: a linked line would be looked for where it is not. */
  private openWhenKnown(): void {
    if (!this.anchored || this.unknownSteps().length > 0) return;
    this.ready = true;
    this.changed(true);
  }

  /** Reads the stored end of the log, and follows it from there while it grows. */
  private async anchor(): Promise<void> {
    if (this.ended.signal.aborted || this.anchoring) return;
    this.anchoring = true;
    this.tail?.close();
    this.tail = undefined;
    try {
      const from = Math.max(0, this.totalLines - Math.floor(pageLines / 2));
      let answer = await this.ports.lines(from, pageLines, this.ended.signal);
      if (answer.totalLines > from + pageLines)
        answer = await this.ports.lines(answer.totalLines - pageLines, pageLines, this.ended.signal);
      this.totalLines = answer.totalLines;
      this.sizeBytes = answer.sizeBytes;
      this.put(answer.lines);
      this.anchored = true;
      if (this.grows) this.followFrom(await this.lastLine(answer.lines.at(-1)));
    } catch (problem) {
      this.failed(problem, () => void this.anchor());
    } finally {
      this.anchoring = false;
    }
    if (!this.ready && this.anchored && this.search === undefined) void this.findSteps();
    this.changed(true);
  }

  /** The newest line, also where an answer held fewer lines than were asked for, because they are long. */
  private async lastLine(last: LogLine | undefined): Promise<LogLine | undefined> {
    if (last === undefined || last.number === this.totalLines - 1) return last;
    const { lines } = await this.ports.lines(this.totalLines - 1, 1, this.ended.signal);
    this.put(lines);
    return lines.at(-1);
  }

  private followFrom(last: LogLine | undefined): void {
    const start = last?.partial === true ? { line: last.number, offset: last.offset } : { line: this.totalLines, offset: this.sizeBytes };
    this.tail = new LiveTail(this.attempt.id, start, this.ports, {
      onLines: (lines, end) => this.appended(lines, end),
      onGap: () => void this.anchor(),
    });
  }

  private appended(lines: readonly Omit<LogLine, 'step'>[], end: number): void {
    const before = this.totalLines;
    const placed = lines.map((line) => {
      this.stepLines.lineArrived(this.attempt.steps, { line: line.number, offset: line.offset });
      const step = stepOf(this.attempt.steps, line.offset);
      return step === undefined ? line : { ...line, step };
    });
    this.sizeBytes = Math.max(this.sizeBytes, end);
    this.totalLines = Math.max(before, (placed.at(-1)?.number ?? -1) + 1);
    this.put(placed);
    this.pages.trim((this.wanted[0] + this.wanted[1]) / 2, this.totalLines);
    if (!this.ended.signal.aborted) this.onChange({ rows: this.totalLines !== before, appended: this.totalLines - before });
  }

  private put(lines: readonly LogLine[]): void {
    this.pages.put(lines);
    for (const { number, text, partial } of lines) if (partial !== true && isErrorLine(plainText(text))) this.errors.add(number);
  }

  private fetchNext(): void {
    if (this.ended.signal.aborted) return;
    const next = this.pages.missing(...this.wanted, this.totalLines).find((page) => !this.fetching.has(page));
    if (next === undefined || this.fetching.size >= parallelFetches) return;
    this.fetching.add(next);
    void this.fetchPage(next);
    this.fetchNext();
  }

  private async fetchPage(page: number): Promise<void> {
    try {
      const { from, count } = this.pages.hole(page);
      const answer = await this.ports.lines(from, count, this.ended.signal);
      this.fetching.delete(page);
      this.put(answer.lines);
      if (answer.lines.length > 0) this.fetchNext();
      this.changed(false);
    } catch (problem) {
      this.failed(problem, () => {
        this.fetching.delete(page);
        this.fetchNext();
      });
    }
  }

  /** Looks for the lines at which steps begin and end, where they have not been seen going by. */
  private findSteps(): Promise<void> {
    this.search ??= this.searchSteps().finally(() => (this.search = undefined));
    return this.search;
  }

  private async searchSteps(): Promise<void> {
    try {
      for (let open = this.unknownSteps(); open.length > 0; open = this.unknownSteps()) {
        for (const offset of open) {
          const line = await lineOfOffset(offset, { totalLines: this.totalLines, sizeBytes: this.sizeBytes }, (probe) =>
            this.knownLines(probe.from, probe.count),
          );
          this.stepLines.place(offset, line);
        }
        this.changed(true);
      }
      if (!this.ready) this.openWhenKnown();
    } catch (problem) {
      this.failed(problem, () => void this.findSteps());
    }
  }

  private readonly unknownSteps = (): number[] => this.stepLines.unknown(this.attempt.steps, this.sizeBytes);

  private async knownLines(from: number, count: number): Promise<{ line: number; offset: number }[]> {
    if (!this.pages.has(from, from + count - 1)) {
      const { lines } = await this.ports.lines(from, count, this.ended.signal);
      this.put(lines);
      return lines.map(({ number, offset }) => ({ line: number, offset }));
    }
    return Array.from({ length: count }, (_, i) => ({ line: from + i, offset: this.pages.get(from + i)?.offset ?? 0 }));
  }

  private failed(problem: unknown, again: () => void): void {
    if (this.ended.signal.aborted) return;
    this.onTrouble(problem);
    this.retries.add(again);
    this.retry ??= setTimeout(() => this.tryAgain(), retryMs);
  }

  private tryAgain(): void {
    this.retry = undefined;
    const due = [...this.retries];
    this.retries.clear();
    for (const again of due) again();
  }

  private changed(rows: boolean): void {
    if (rows) this.good = undefined;
    if (!this.ended.signal.aborted) this.onChange({ rows, appended: 0 });
  }
}
