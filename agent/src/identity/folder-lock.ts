import { stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../shared/logger.js';

/** The system takes no longer path of a socket. */
const longestSocketPath = 100;
const answerMs = 2_000;

export interface FolderLock {
  /** Releases the folder; resolves when the socket is closed. */
  close(): Promise<void>;
}

/**
 * Makes this process the only agent of a data folder: it listens on a socket there, which ends with the process however
 * it ends. A process that connects is told how the agent stands, in one line of JSON. `undefined`: another process has it.
 */
export async function lockFolder(dataFolder: string, state: () => unknown): Promise<FolderLock | undefined> {
  const path = socketPath(dataFolder);
  const first = await listen(path, state);
  if (first) return lockOf(first, path);
  if (await isAlive(path)) return undefined;
  await unlink(path).catch(() => undefined); // a socket that nobody answers is what a killed process left
  const second = await listen(path, state);
  if (!second) return undefined;
  return lockOf(second, path);
}

/** What the agent that holds the folder says of itself; `undefined` if none does. */
export async function askHolder(dataFolder: string): Promise<unknown> {
  const text = await readAll(socketPath(dataFolder));
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}

const socketPath = (dataFolder: string): string => join(dataFolder, 'agent.sock');

/**
 * Acts with a path of the socket that the system takes. A longer one is told from within its folder: a shorter place, such
 * as the system's temporary folder, can be written by tasks. `act` uses the path before it returns.
 */
function withSocketPath<T>(path: string, act: (usable: string) => T): T {
  if (Buffer.byteLength(path) <= longestSocketPath) return act(path);
  const before = process.cwd();
  process.chdir(dirname(path));
  try {
    return act(basename(path));
  } finally {
    process.chdir(before);
  }
}

function listen(path: string, state: () => unknown): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${JSON.stringify(state())}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (codeOf(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    withSocketPath(path, (usable) => server.listen(usable, () => resolve(server.unref())));
  });
}

/** Closing removes the socket by the path it was made with. */
function lockOf(server: Server, path: string): FolderLock {
  return { close: () => new Promise((resolve) => withSocketPath(path, () => server.close(() => resolve()))) };
}

const isAlive = async (path: string): Promise<boolean> => (await readAll(path)) !== undefined;

/** All that the listener says; `undefined` if there is none. One that listens and is silent is alive all the same. */
async function readAll(path: string): Promise<string | undefined> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  return new Promise((resolve) => {
    let text = '';
    const socket = withSocketPath(path, (usable) => connect(usable));
    socket.setTimeout(answerMs, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(text));
  });
}
