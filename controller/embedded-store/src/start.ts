import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';

import { parseStoreError, StoreError } from './errors.js';
import { parseThreadMessage, type FromThread, type ThreadStart, type ToThread } from './server/thread-messages.js';

export interface EmbeddedStoreOptions {
  /** Where the data lives; made if it is not there. */
  readonly dataDir: string;
  /** A folder of its own for the socket, which is made private; by default inside `dataDir`. */
  readonly socketDir?: string;
  /** Told of what went wrong without ending the store. */
  readonly onNotice?: (text: string, fields?: object) => void;
}

/** A running store. */
export interface EmbeddedStore {
  /** For mongoose and the driver: `mongodb://` with the path of a unix socket. */
  readonly uri: string;
  /** Copies everything that was acknowledged so far into a new or empty folder, while the store continues. */
  backup(toFolder: string): Promise<void>;
  /** Ends connections and closes the files; harmless twice. */
  close(): Promise<void>;
  /** Resolves if the store ends without having been closed. */
  readonly failed: Promise<Error>;
}

/**
 * Starts the store in a worker thread. Resolves when clients can connect; rejects with a StoreError where the folder
 * is in use, cannot be written, is damaged, or comes from a later release.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  if (process.platform === 'win32') {
    throw new StoreError(
      'STORE_UNSUPPORTED',
      'The embedded store needs unix sockets, which the driver does not have on Windows. Set MONGODB_URI.',
    );
  }
  const { dataDir, socketDir, onNotice } = options;
  const start: ThreadStart = { dataDir: resolve(dataDir), socketDir: socketDir && resolve(socketDir) };
  const thread = new StoreThread(start, onNotice ?? (() => undefined));
  const socketPath = await thread.ready;
  return {
    uri: `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`,
    backup: (toFolder) => thread.ask({ type: 'backup', toFolder: resolve(toFolder) }),
    close: () => thread.close(),
    failed: thread.failed,
  };
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** From source the thread is TypeScript too, and loads it by itself. */
function startThread(workerData: ThreadStart): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./server/store-thread.js', import.meta.url), { workerData });
  return new Worker(new URL('./server/store-thread-from-source.mjs', import.meta.url), { workerData, execArgv: [] });
}

type Question = { type: 'close' } | { type: 'backup'; toFolder: string };

class StoreThread {
  readonly ready: Promise<string>;
  readonly failed: Promise<Error>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #closing: Promise<void> | undefined;

  constructor(start: ThreadStart, onNotice: (text: string, fields?: object) => void) {
    const worker = startThread(start);
    this.#worker = worker;
    let fault: Error | undefined;
    let refusal: StoreError | undefined;
    worker.on('error', (error: Error) => (fault = error));
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (data: unknown) => {
        const message = parseThreadMessage(data);
        if (message.type === 'ready') resolve(message.socketPath);
        else if (message.type === 'refused') refusal = parseStoreError(message.error);
        else if (message.type === 'notice') onNotice(message.text, message.fields);
        else this.#settle(message);
      });
      worker.once('exit', () => reject(refusal ?? this.#ended(fault)));
    });
    this.failed = new Promise((resolve) => {
      worker.once('exit', () => {
        for (const { reject } of this.#pending.values()) reject(this.#ended(fault));
        if (!this.#closing) resolve(this.#ended(fault));
      });
    });
  }

  ask(question: Question): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const request: ToThread = { ...question, id };
      this.#worker.postMessage(request);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.ask({ type: 'close' })
      .catch(() => undefined)
      .then(() => this.#exited);
    return this.#closing;
  }

  #settle(message: Extract<FromThread, { type: 'done' | 'failed' }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === 'done') pending?.resolve();
    else pending?.reject(parseStoreError(message.error));
  }

  #ended(fault: Error | undefined): StoreError {
    return new StoreError('STORE_FAILED', `The embedded store ended: ${fault?.message ?? 'its thread exited'}`, {}, { cause: fault });
  }
}
