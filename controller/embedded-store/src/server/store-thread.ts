import { parentPort, workerData } from 'node:worker_threads';

import { StoreError } from '../errors.js';
import { parseStart, parseRequest, type FromThread } from './thread-messages.js';
import { openStore, type OpenStore } from './open-store.js';

/** The worker thread: opens the store, serves it, and does what the main thread asks. */

const port = parentPort;
if (!port) throw new Error('the store thread has to be started as a worker');

const tell = (message: FromThread): void => port.postMessage(message);

function plainError(error: unknown): Extract<FromThread, { type: 'refused' }>['error'] {
  if (error instanceof StoreError) return { code: error.code, message: error.message, facts: error.facts };
  return { code: 'STORE_FAILED', message: error instanceof Error ? error.message : String(error), facts: {} };
}

function obey(store: OpenStore, message: unknown): void {
  const request = parseRequest(message);
  const action = request.type === 'close' ? store.close() : store.backup(request.toFolder);
  action
    .then(() => tell({ type: 'done', id: request.id }))
    .catch((error: unknown) => tell({ type: 'failed', id: request.id, error: plainError(error) }))
    .finally(() => {
      if (request.type === 'close') port?.close();
    });
}

const { dataDir, socketDir } = parseStart(workerData);
openStore({ dataDir, socketDir, onNotice: (text, fields) => tell({ type: 'notice', text, fields }) })
  .then((store) => {
    port.on('message', (message) => obey(store, message));
    tell({ type: 'ready', socketPath: store.socketPath });
  })
  .catch((error: unknown) => {
    tell({ type: 'refused', error: plainError(error) });
    port.close();
  });
