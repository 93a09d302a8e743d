import type { AttemptView } from '@drover/protocol/api';
import { neighbour } from '../find/errors.js';
import { pickLine, type LineRange } from '../find/link.js';
import { follow, type Follow, type FollowEvent } from '../rows/follow.js';
import { LogSource } from '../source/log-source.js';
import { plainText } from '../text/ansi.js';
import { LogPane } from '../view/pane.js';
import type { PaneSettings } from '../view/row-drawer.js';
import { failingSpan, findErrors, firstErrorOf } from './failure.js';
import { Finding } from './finding.js';
import { textOf } from './linked-text.js';
import type { LogLooks, LogSnapshot, SessionStart } from './looks.js';

const countsEveryMs = 250;

/** One reader at one log: where they are, what they search, whether they follow. The bar listens to it, the pane draws it. */
export class LogSession {
  readonly source: LogSource;
  private readonly pane: LogPane;
  private state: Follow;
  private readonly finding: Finding;
  private linked: LineRange | undefined;
  private looks: LogLooks;
  private attempt: AttemptView;
  private trouble: unknown;
  private opened = false;
  private touched = false;
  private currentError: number | undefined;
  /** A linked line that the log has not reached yet. */
  private awaited: number | undefined;
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
    this.finding = new Finding(start.ports.search, {
      found: () => this.tell(),
      chosen: () => this.showHit(),
      failed: (problem) => (this.trouble = problem),
    });
    this.pane = new LogPane(start.host, this.source, this.settings(), {
      onScroll: (moved) => {
        this.touched = true;
        if (moved.up) this.awaited = undefined;
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
    this.finding.close();
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
    this.pane.holdOpen();
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
    this.finding.find(query, this.pane.topLine);
    this.pane.set(this.settings());
    this.tell();
  }

  stepHit(direction: 1 | -1): void {
    this.finding.step(direction);
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
    return this.linked && textOf(this.linked, this.start.ports.lines, this.ended.signal);
  }

  private get isLive(): boolean {
    return this.attempt.log.state === 'live' || this.attempt.log.state === 'away';
  }

  private goTo(line: number): void {
    this.touched = true;
    this.apply({ type: 'left' });
    this.awaited = this.isLive && line >= this.source.totalLines ? line : undefined;
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
    if (this.awaited !== undefined && this.awaited < this.source.totalLines) this.goTo(this.awaited);
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
    const failing = failingSpan(this.source);
    if (!this.linked && !this.isLive && failing) this.pane.showLine(Math.max(failing.firstLine, failing.endLine - 1));
    this.touched = this.linked !== undefined;
    if (!this.isLive) void this.findErrors();
    this.tell();
  }

  private stay(): void {
    if (this.state.following) this.pane.toEnd();
  }

  /** Goes to the first line of the failing step that may be an error, if nobody has scrolled yet. */
  private async findErrors(): Promise<void> {
    const failing = failingSpan(this.source);
    if (!failing) return;
    await findErrors({ source: this.source, ask: this.start.ports.search, failing, signal: this.ended.signal });
    if (this.ended.signal.aborted) return;
    this.tell();
    const { firstError } = this.snapshot();
    if (!this.touched && firstError !== undefined) this.pane.showLine(firstError);
    else this.pane.draw();
  }

  private showHit(): void {
    const line = this.finding.currentHit;
    this.pane.set(this.settings());
    if (line !== undefined) this.goTo(line);
    this.tell();
  }

  private settings(): PaneSettings {
    return {
      ...this.looks,
      linked: this.linked,
      query: this.finding.search?.query ?? '',
      currentHit: this.finding.currentHit,
      live: this.attempt.log.state === 'live',
    };
  }

  private look(): LogSnapshot {
    const errors = this.source.errorLines();
    return {
      ready: this.source.ready,
      follow: this.state,
      totalLines: this.source.totalLines,
      receivedBytes: this.source.sizeBytes,
      errors,
      firstError: firstErrorOf(errors, failingSpan(this.source)),
      search: this.finding.search,
      searching: this.finding.searching,
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
