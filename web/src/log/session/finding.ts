import { maxHits, startSearch, step, withHits, type Search } from '../find/search.js';
import type { LogPorts } from '../source/ports.js';

const hitsAtOnce = 500;

export interface FindingListener {
  /** More was found, or all that there is. */
  found(): void;
  /** Another hit is the one to show. */
  chosen(): void;
  failed(problem: unknown): void;
}

/** What is searched for in a log: the whole of it, piece by piece on the controller, one search at a time. */
export class Finding {
  search: Search | undefined;
  searching = false;
  private ended = new AbortController();

  constructor(
    private readonly ask: LogPorts['search'],
    private readonly listener: FindingListener,
  ) {}

  get currentHit(): number | undefined {
    return this.search?.lines[this.search.current];
  }

  /** Starts over; the first hit at or after `from` is the one to show. An empty query ends the search. */
  find(query: string, from: number): void {
    this.ended.abort();
    this.ended = new AbortController();
    this.search = query === '' ? undefined : startSearch(query);
    this.searching = query !== '';
    if (query !== '') void this.searchOn(from, this.ended.signal);
  }

  step(direction: 1 | -1): void {
    if (!this.search) return;
    this.search = step(this.search, direction);
    this.listener.chosen();
  }

  close(): void {
    this.ended.abort();
  }

  private async searchOn(from: number, signal: AbortSignal): Promise<void> {
    try {
      for (let search = this.search; search?.next !== undefined && search.lines.length < maxHits; search = this.search) {
        const answer = await this.ask(search.query, search.next, hitsAtOnce, signal);
        if (signal.aborted) return;
        const before = search.current;
        this.search = withHits(this.search ?? search, answer, from);
        if (before < 0 && this.search.current >= 0) this.listener.chosen();
        this.listener.found();
      }
    } catch (problem) {
      if (signal.aborted) return;
      this.listener.failed(problem);
    }
    this.searching = false;
    this.listener.found();
  }
}
