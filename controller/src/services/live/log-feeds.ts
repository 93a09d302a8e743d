import type { AttemptId } from '@drover/protocol';
import type { Background } from '../background.js';
import type { LogQueries } from '../logs/log-queries.js';
import type { LogIdentity } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import { LogFeed } from './log-feed.js';
import type { Viewer } from './views.js';

/** All live logs that somebody watches here. Agents are told when the first comes and the last has gone. */
export class LogFeeds {
  private readonly feeds = new Map<AttemptId, LogFeed>();

  constructor(private readonly parts: { readonly queries: LogQueries; readonly background: Background; readonly signals: Signals }) {}

  async watch(viewer: Viewer, log: LogIdentity, from: { readonly offset: number; readonly tailBytes?: number }): Promise<void> {
    const { sizeBytes } = await this.parts.queries.stat(log);
    const known = this.feeds.get(log.attemptId);
    const feed = known ?? new LogFeed({ ...this.parts, log });
    if (!known) {
      this.feeds.set(log.attemptId, feed);
      this.parts.signals.publish({ type: 'logWatched', attemptId: log.attemptId, watched: true });
    }
    feed.watch(viewer, { ...from, end: sizeBytes });
  }

  unwatch(viewer: Viewer, attemptId: AttemptId): void {
    const feed = this.feeds.get(attemptId);
    feed?.unwatch(viewer);
    if (!feed || feed.isWatched) return;
    this.feeds.delete(attemptId);
    this.parts.signals.publish({ type: 'logWatched', attemptId, watched: false });
  }

  credit(viewer: Viewer, attemptId: AttemptId, taken: number): void {
    this.feeds.get(attemptId)?.credit(viewer, taken);
  }

  grew(attemptId: AttemptId, end: number): void {
    this.feeds.get(attemptId)?.grew(end);
  }
}
