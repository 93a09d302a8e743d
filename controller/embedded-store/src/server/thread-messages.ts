import type { StoreErrorCode } from '../errors.js';

export interface PlainStoreError {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What the worker thread is started with. */
export interface ThreadStart {
  readonly dataDir: string;
  readonly socketDir?: string | undefined;
}

/** What the main thread asks. */
export type ToThread =
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'backup'; readonly id: number; readonly toFolder: string };

/** What the worker thread tells. */
export type FromThread =
  | { readonly type: 'ready'; readonly socketPath: string }
  | { readonly type: 'refused'; readonly error: PlainStoreError }
  | { readonly type: 'notice'; readonly text: string; readonly fields: object }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainStoreError };

/** Both ends are this package, so messages are trusted; these are the only doors. */
export function parseStart(data: unknown): ThreadStart {
  return data as ThreadStart;
}

export function parseRequest(message: unknown): ToThread {
  return message as ToThread;
}

export function parseThreadMessage(message: unknown): FromThread {
  return message as FromThread;
}
