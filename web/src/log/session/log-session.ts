import type { AttemptView } from '@drover/protocol/api';
import { errorNeedles, isErrorLine, neighbour } from '../find/errors.js';
import { pickLine, type LineRange } from '../find/link.js';
import { maxHits, startSearch, step, withHits, type Search } from '../find/search.js';
import { follow, type Follow, type FollowEvent } from '../rows/follow.js';
import { LogSource } from '../source/log-source.js';
import type { LogPorts } from '../source/ports.js';
import { plainText } from '../text/ansi.js';
import { LogPane } from '../view/pane.js';
import type { PaneSettings, PaneTexts } from '../view/row-drawer.js';

const searchLimit = 500;
const needleLimit = 40;
const countsEveryMs = 250;
const mostCopiedLines = 5_000;

/** What the bar around a log shows of it. */
export interface LogSnapshot {
  readonly ready: boolean;
  readonly follow: Follow;
  readonly totalLines: number;
  readonly receivedBytes: number;
  readonly firstError: number | undefined;
  readonly errors: readonly number[];
  readonly search: Search | undefined;
  readonly searching: boolean;
  readonly linked: LineRange | undefined;
  readonly allFolded: boolean;
  readonly trouble: unknown;
}

export interface LogLooks {
  readonly texts: PaneTexts;
  readonly marks: PaneSettings['marks'];
  readonly heights: PaneSettings['heights'];
  readonly wrap: boolean;
}

export interface SessionStart {
  readonly host: HTMLElement;
  readonly attempt: AttemptView;
  readonly ports: LogPorts;
  readonly looks: LogLooks;
  readonly linked: LineRange | undefined;
  readonly onLink: (range: LineRange) => void;
}

/** One reader at one log: where they are, what they search, whether they follow. The bar listens to it, the pane draws it. */
export class LogSession {
  readonly source: LogSource;
  private readonly pane: LogPane;
  private state: Follow;
  private search: Search | undefined;
  private searching = false;
  private searchEnd = new AbortController();
  private linked: LineRange | undefined;
  private looks: LogLooks;
  private attempt: AttemptView;
  private trouble: unknown;
  private opened = false;
  private touched = false;
  private currentError: number | undefined;
  private shown: LogSnapshot | undefined;
  /** The running step's time stands in the log too. */
  private readonly ticking: ReturnType<typeof setInterval>;
  private later: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly ended = new AbortController();

  constructor(private readonly start: SessionStart) {
    this.attempt = start.attempt;
    this.looks = start.looks;
    this.linked = start.linked;
    this.state = { following: this.isLive && start.linked === undefined } as Follow;
    if (!this.state.following) this.state = { following: false, unseen: 0 };
    this.source = new LogSource(start.attempt, start.ports);
    this.pane = new LogPane(start.host, this.source, this.settings(), {
      onScroll: (moved) => {
        this.touched = true;
        this.apply({ type: 'scrolled', ...moved });
      },
      onLine: (line, extend) => this.pick(line, extend),
      onDrawn: () => undefined,
    });
    this.source.onChange = ({ rows, appended }) => this.changed(rows, appended);
    this.ticking = setInterval(() => this.isLive && this.pane.draw(), 1_000);
    this.source.onTrouble = (problem) => {
      this.trouble = problem;
      this.tell();
    };
  }

  close(): void {
    clearTimeout(this.later);
    clearInterval(this.ticking);
    this.ended.abort();
    this.searchEnd.abort();
    this.source.close();
    this.pane.close();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): LogSnapshot => (this.shown ??= this.look());

  setLooks(looks: LogLooks): void {
    this.looks = looks;
    this.pane.set(this.settings());
    this.stay();
  }

  repaint(): void {
    this.pane.repaint();
  }

  update(attempt: AttemptView): void {
    if (!this.state.following) this.pane.holdOpen();
    const ended = this.isLive && attempt.log.state !== 'live' && attempt.log.state !== 'away';
    this.attempt = attempt;
    this.source.update(attempt);
    this.pane.set(this.settings());
    this.stay();
    if (ended) void this.findErrors();
    this.tell();
  }

  toggleFollow(): void {
    this.touched = true;
    this.apply({ type: 'toggled' });
    if (this.state.following) this.pane.toEnd();
  }

  /** Points at lines, counted from 1, and brings the first one into view. */
  link(range: LineRange | undefined): void {
    this.linked = range;
    this.pane.set(this.settings());
    if (range !== undefined && this.source.ready) this.goTo(range.from - 1);
    this.tell();
  }

  goToError(direction: 1 | -1 | 0): void {
    const { errors, firstError } = this.snapshot();
    const line = direction === 0 ? firstError : neighbour(errors, this.currentError ?? this.pane.topLine, direction);
    if (line === undefined) return;
    this.currentError = line;
    this.goTo(line);
  }

  showStep(direction: 1 | -1): void {
    this.touched = true;
    this.apply({ type: 'left' });
    this.pane.showStep(direction);
  }

  foldAll(): void {
    this.pane.foldAll(this.pane.allFolded);
    this.tell();
  }

  /** Searches the whole log on the controller; an empty query ends the search. */
  find(query: string): void {
    this.searchEnd.abort();
    this.searchEnd = new AbortController();
    this.search = query === '' ? undefined : startSearch(query);
    this.searching = query !== '';
    this.pane.set(this.settings());
    this.tell();
    if (query !== '') void this.searchOn(this.pane.topLine, this.searchEnd.signal);
  }

  stepHit(direction: 1 | -1): void {
    if (!this.search) return;
    this.search = step(this.search, direction);
    this.showHit();
  }

  /** How far down each of these lines lies, from 0 to 1. */
  placesOf(lines: readonly number[]): number[] {
    const { rows } = this.pane;
    return lines.map((line) => rows.topOf(rows.rowOfLine(line)) / Math.max(1, rows.height));
  }

  lastLine(): string {
    const line = this.source.pages.get(this.source.totalLines - 1);
    return line ? plainText(line.text) : '';
  }

  /** The linked lines as text, for the clipboard; at most 5,000. */
  async linkedText(): Promise<string | undefined> {
    if (!this.linked) return undefined;
    const [from, to] = [this.linked.from - 1, Math.min(this.linked.to, this.linked.from - 1 + mostCopiedLines)];
    const lines: string[] = [];
    while (from + lines.length < to) {
      const answer = await this.start.ports.lines(from + lines.length, Math.min(500, to - from - lines.length), this.ended.signal);
      if (answer.lines.length === 0) break;
      lines.push(...answer.lines.map(({ text }) => plainText(text)));
    }
    return lines.join('\n');
  }

  private get isLive(): boolean {
    return this.attempt.log.state === 'live' || this.attempt.log.state === 'away';
  }

  private goTo(line: number): void {
    this.touched = true;
    this.apply({ type: 'left' });
    this.pane.showLine(line);
  }

  private pick(line: number, extend: boolean): void {
    this.linked = pickLine(this.linked, line + 1, extend);
    this.apply({ type: 'left' });
    this.pane.set(this.settings());
    this.start.onLink(this.linked);
    this.tell();
  }

  private apply(event: FollowEvent): void {
    const before = this.state;
    this.state = follow(before, event);
    if (before === this.state) return;
    if (event.type === 'appended') this.tellLater();
    else this.tell();
  }

  private changed(rows: boolean, appended: number): void {
    this.trouble = undefined;
    if (appended > 0) this.apply({ type: 'appended', lines: appended });
    if (this.source.ready && !this.opened) return this.open();
    if (rows) this.pane.refresh(this.state.following);
    else if (this.state.following) this.pane.toEnd();
    else this.pane.draw();
    this.tellLater();
  }

  /** The first look at a log: the linked line, its end while it grows, its first error if it failed, else its start. */
  private open(): void {
    this.opened = true;
    this.pane.refresh(this.state.following);
    if (this.linked) this.goTo(this.linked.from - 1);
    const failing = this.failingSpan();
    if (!this.linked && !this.isLive && failing) this.pane.showLine(Math.max(failing.firstLine, failing.endLine - 1));
    this.touched = this.linked !== undefined;
    if (!this.isLive) void this.findErrors();
    this.tell();
  }

  private stay(): void {
    if (this.state.following) this.pane.toEnd();
  }

  private failingSpan() {
    return this.source
      .spans()
      .find(
        ({ step: { state, outcome } }) => state === 'finished' && outcome !== 'succeeded' && outcome !== 'skipped' && outcome !== 'stopped',
      );
  }

  /** Asks the controller for lines of the failing step that may be errors, and goes to the first one if nobody has scrolled yet. */
  private async findErrors(): Promise<void> {
    const failing = this.failingSpan();
    if (!failing) return;
    const answers = await Promise.allSettled(
      errorNeedles.map((needle) => this.start.ports.search(needle, failing.firstLine, needleLimit, this.ended.signal)),
    );
    for (const answer of answers) {
      if (answer.status !== 'fulfilled') continue;
      for (const { line, text } of answer.value.hits)
        if (line < failing.endLine && isErrorLine(plainText(text))) this.source.errors.add(line);
    }
    if (this.ended.signal.aborted) return;
    this.tell();
    const { firstError } = this.snapshot();
    if (!this.touched && firstError !== undefined) this.pane.showLine(firstError);
    else this.pane.draw();
  }

  private async searchOn(from: number, signal: AbortSignal): Promise<void> {
    try {
      for (let search = this.search; search?.next !== undefined && search.lines.length < maxHits; search = this.search) {
        const answer = await this.start.ports.search(search.query, search.next, searchLimit, signal);
        if (signal.aborted) return;
        const before = search.current;
        this.search = withHits(this.search ?? search, answer, from);
        if (before < 0 && this.search.current >= 0) this.showHit();
        this.tell();
      }
    } catch (problem) {
      if (signal.aborted) return;
      this.trouble = problem;
    }
    this.searching = false;
    this.tell();
  }

  private showHit(): void {
    const line = this.search?.lines[this.search.current];
    this.pane.set(this.settings());
    if (line !== undefined) this.goTo(line);
    this.tell();
  }

  private settings(): PaneSettings {
    return {
      ...this.looks,
      linked: this.linked,
      query: this.search?.query ?? '',
      currentHit: this.search?.lines[this.search.current],
      live: this.attempt.log.state === 'live',
    };
  }

  private look(): LogSnapshot {
    const errors = this.source.errorLines();
    const failing = this.failingSpan();
    const inFailing = failing && errors.find((line) => line >= failing.firstLine && line < failing.endLine);
    const lastOfFailing = failing && failing.endLine > failing.firstLine ? failing.endLine - 1 : undefined;
    return {
      ready: this.source.ready,
      follow: this.state,
      totalLines: this.source.totalLines,
      receivedBytes: this.source.sizeBytes,
      errors,
      firstError: inFailing ?? (failing ? lastOfFailing : errors[0]),
      search: this.search,
      searching: this.searching,
      linked: this.linked,
      allFolded: this.pane.allFolded,
      trouble: this.trouble,
    };
  }

  private tell(): void {
    clearTimeout(this.later);
    this.later = undefined;
    if (this.ended.signal.aborted) return;
    this.shown = undefined;
    for (const listener of this.listeners) listener();
  }

  private tellLater(): void {
    this.later ??= setTimeout(() => this.tell(), countsEveryMs);
  }
}
