import { createConnection } from 'node:net';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { decode, encode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { StoreDamaged, StoreError } from '../errors.js';
import { checkFile } from '../storage/check-file.js';
import { openEnvironment, type Environment } from '../storage/environment.js';
import { verifyFile } from '../storage/file/verify-file.js';
import { Framing } from '../wire/framing.js';
import { encodeAnswer, parseRequest } from '../wire/message.js';
import { writeBackup } from './backup.js';
import { lastOwner, serverSocketOf } from './owner.js';
import { reachSocket } from './socket-path.js';

/** Backs up a folder whether a process is serving it or not: a running server is asked to do it itself. */
export async function backupBeside({ dataDir, toFolder }: { dataDir: string; toFolder: string }): Promise<void> {
  await access(join(dataDir, 'data.mdb')).catch((error: unknown) => {
    const text = `The folder ${dataDir} holds no store (no data.mdb in it); a controller keeps its own in the folder “store” of its data.`;
    throw new StoreError('STORE_MISSING', text, { folder: dataDir }, { cause: error });
  });
  const environment = await openChecked(dataDir);
  try {
    const socket = await serverSocketOf(environment, dataDir);
    if (socket === undefined) return await writeBackup(environment, toFolder);
    const reply = await ask(socket, { droverBackup: 1, to: toFolder, $db: 'admin' });
    if (Number(reply['ok']) !== 1)
      throw new StoreError('STORE_FAILED', `The running store could not back up: ${String(reply['errmsg'])}`, { folder: toFolder });
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreDamaged(dataDir, error);
  } finally {
    await environment.root.close();
  }
}

async function openChecked(folder: string): Promise<Environment> {
  try {
    checkFile(folder);
    if ((await lastOwner(folder)) !== 'alive') await verifyFile(folder);
    return openEnvironment({ folder });
  } catch (error) {
    throw new StoreDamaged(folder, error);
  }
}

/** One command over a connection of its own; request and reply have the same form. */
async function ask(path: string, command: Doc): Promise<Doc> {
  const reached = reachSocket(path);
  return await new Promise((resolve, reject) => {
    const framing = new Framing(64 * 1024);
    const socket = createConnection(reached.path, () => socket.write(encodeAnswer({ id: 0, form: 'message' }, decode(encode(command)))));
    socket.on('error', reject);
    socket.on('close', () => {
      reached.release();
      reject(new Error('the store closed the connection before it answered'));
    });
    socket.on('data', (piece) => {
      for (const message of framing.push(piece)) {
        resolve(parseRequest(message, () => undefined).command);
        socket.end();
      }
    });
  });
}
