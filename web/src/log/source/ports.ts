import type { LogHits, LogLines } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';

/** What a log needs of the world. */
export interface LogPorts {
  lines(from: number, count: number, signal: AbortSignal): Promise<LogLines>;
  search(query: string, from: number, limit: number, signal: AbortSignal): Promise<LogHits>;
  /** Subscribes to the bytes from `offset()` on, asked again after each reconnect. Returns the end of it. */
  watch(offset: () => number): () => void;
  credit(taken: number): void;
  listen(listener: (message: LiveMessage) => void): () => void;
  /** Calls back once before the next repaint; a page that is not seen waits. */
  nextFrame(callback: () => void): void;
}
