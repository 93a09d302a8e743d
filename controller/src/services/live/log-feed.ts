import { logCreditBytes } from '@drover/protocol/live';
import { credited, nextBytes, type FlowLimits, type NextBytes, type ViewerFlow } from '../../domain/logs/viewer-flow.js';
import type { Background } from '../background.js';
import { Damaged } from '../integrity/damaged.js';
import type { LogQueries } from '../logs/log-queries.js';
import type { LogIdentity } from '../ports/logs.js';
import type { Viewer } from './views.js';

export const flowLimits: FlowLimits = { creditBytes: logCreditBytes, messageBytes: 131_072, tailBytes: 262_144 };
/** Moments that go with one message, at most. */
const momentLimit = 1_000;

export interface LogFeedParts {
  readonly log: LogIdentity;
  readonly queries: LogQueries;
  readonly background: Background;
}

interface Due {
  readonly viewer: Viewer;
  readonly sent: number;
  readonly next: NextBytes;
}

/** One live log and all who watch it here. Viewers at the same place share one read and one buffer, however many they are. */
export class LogFeed {
  private readonly viewers = new Map<Viewer, ViewerFlow>();
  private end = 0;
  private pumping = false;
  private asked = false;

  constructor(private readonly parts: LogFeedParts) {}

  get isWatched(): boolean {
    return this.viewers.size > 0;
  }

  /** Sends the log from `offset` on, or rather from at most `tailBytes` before its end. */
  watch(viewer: Viewer, from: { readonly offset: number; readonly tailBytes?: number; readonly end: number }): void {
    this.end = Math.max(this.end, from.end);
    const tail = from.tailBytes === undefined ? 0 : this.end - from.tailBytes;
    const start = Math.max(0, Math.min(Math.max(from.offset, tail), this.end));
    this.viewers.set(viewer, { sent: start, taken: start });
    this.pump();
  }

  unwatch(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  credit(viewer: Viewer, taken: number): void {
    const flow = this.viewers.get(viewer);
    if (!flow) return;
    this.viewers.set(viewer, credited(flow, taken));
    this.pump();
  }

  grew(end: number): void {
    this.end = Math.max(this.end, end);
    this.pump();
  }

  private pump(): void {
    this.asked = true;
    if (this.pumping) return;
    this.pumping = true;
    this.parts.background.run('live log', async () => {
      try {
        while (this.asked) {
          this.asked = false;
          for (const viewers of this.due()) await this.send(viewers);
        }
      } finally {
        this.pumping = false;
      }
    });
  }

  /** What is to be sent next, and to whom: one entry for each range of bytes. */
  private due(): readonly (readonly Due[])[] {
    const due = new Map<string, Due[]>();
    for (const [viewer, flow] of this.viewers) {
      const next = nextBytes(flow, this.end, flowLimits);
      if (next.from === next.to) continue;
      const key = `${next.from}-${next.to}`;
      const known = due.get(key);
      if (known) known.push({ viewer, sent: flow.sent, next });
      else due.set(key, [{ viewer, sent: flow.sent, next }]);
    }
    return [...due.values()];
  }

  private async send(due: readonly Due[]): Promise<void> {
    const [first] = due;
    if (!first) return;
    const { attemptId } = this.parts.log;
    const { from, to } = first.next;
    const { bytes, marks } = await this.read(from, to);
    for (const { viewer, sent, next } of due) {
      const flow = this.viewers.get(viewer);
      if (flow?.sent !== sent || bytes.length < to - from) continue; // left, or began again meanwhile
      this.viewers.set(viewer, credited(next.flow, flow.taken));
      if (next.gap) viewer.send({ type: 'logGap', attemptId, ...next.gap });
      viewer.send({ type: 'logBytes', attemptId, offset: from, bytes, marks });
      this.asked = true;
    }
  }

  private async read(from: number, to: number): Promise<{ readonly bytes: Uint8Array; readonly marks: Array<[number, number]> }> {
    const { log, queries } = this.parts;
    const bytes = new Uint8Array(to - from);
    let filled = 0;
    try {
      for await (const piece of queries.range(log, { from, to })) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
    } catch (error) {
      if (!(error instanceof Damaged)) throw error; // viewers get what there is; the views of the attempt say what is wrong
    }
    const places = await queries.moments(log, { from, to }, momentLimit);
    const marks = places.flatMap(({ offset, at }): Array<[number, number]> => (at === undefined ? [] : [[Math.max(offset, from), at]]));
    return { bytes: bytes.subarray(0, filled), marks };
  }
}
