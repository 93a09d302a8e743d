import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';

import { decode, encode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { StoreDamaged, StoreInUse } from '../errors.js';
import type { Environment } from '../storage/environment.js';
import { openDocument, sealValue } from '../storage/sealed-value.js';
import { reachSocket, type ReachableSocket } from './socket-path.js';

const ownerKey = Buffer.from('owner');
const prefix = 'owner-';

/**
 * The right to a data folder. Its holder listens on a socket in the folder, which ends with its process however that
 * ends; the name of the socket stands in the store itself and is exchanged only in a transaction, against the very
 * entry that was found dead, so that of two processes only one can succeed a third.
 */
export class Owner {
  private constructor(
    private readonly environment: Environment,
    private readonly server: Server,
    private readonly socket: ReachableSocket,
    private readonly entry: Buffer,
  ) {}

  /** Takes the folder, or throws StoreInUse with the holder's process id. */
  static async claim(environment: Environment, { folder, serverSocket }: { folder: string; serverSocket: string }): Promise<Owner> {
    const name = `${prefix}${randomBytes(6).toString('hex')}.sock`;
    const socket = reachSocket(join(folder, name));
    const server = await listen(socket.path);
    try {
      const entry = sealValue(ownerKey, encode({ socket: name, pid: process.pid, serverSocket }));
      while (!(await takeOver(environment, folder, entry)));
      removeOthers(folder, name);
      return new Owner(environment, server, socket, entry);
    } catch (error) {
      server.close(() => socket.release());
      throw error;
    }
  }

  /** Gives the folder back. */
  async release(): Promise<void> {
    this.environment.root.transactionSync(() => {
      if (this.environment.meta.getBinary(ownerKey)?.equals(this.entry)) this.environment.meta.removeSync(ownerKey);
    });
    await new Promise((resolve) => this.server.close(resolve));
    this.socket.release();
  }
}

/** Where the process that has the folder serves clients; nothing where no process has it. */
export async function serverSocketOf(environment: Environment, folder: string): Promise<string | undefined> {
  const entry = environment.meta.getBinary(ownerKey);
  if (!entry || (await livePid(folder, entry)) === undefined) return undefined;
  const { serverSocket } = decodeEntry(folder, entry);
  return typeof serverSocket === 'string' ? serverSocket : undefined;
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

/** One try: false where somebody else was quicker and everything has to be looked at again. */
async function takeOver(environment: Environment, folder: string, entry: Buffer): Promise<boolean> {
  const { meta, root } = environment;
  root.resetReadTxn();
  const before = meta.getBinary(ownerKey);
  const pid = before && (await livePid(folder, before));
  if (pid !== undefined) throw new StoreInUse(folder, pid);
  let taken = false;
  root.transactionSync(() => {
    const now = meta.getBinary(ownerKey);
    taken = before ? now?.equals(before) === true : now === undefined;
    if (taken) meta.putSync(ownerKey, entry);
  });
  return taken;
}

/** The holder's process id if it is alive. */
async function livePid(folder: string, entry: Buffer): Promise<number | undefined> {
  const { socket: name } = decodeEntry(folder, entry);
  return typeof name === 'string' && name.startsWith(prefix) ? await pidBehind(folder, name) : undefined;
}

/** Whether a process serves the folder, or one that did was killed: asked of the sockets alone, before any file is opened. */
export async function lastOwner(folder: string): Promise<'alive' | 'killed' | 'none'> {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.sock'));
  for (const name of names) if ((await pidBehind(folder, name)) !== undefined) return 'alive';
  return names.length > 0 ? 'killed' : 'none';
}

/** A damaged entry must not pass for one of a process that is gone. */
function decodeEntry(folder: string, entry: Buffer): Doc {
  const bytes = openDocument(ownerKey, entry);
  if (!bytes) throw new StoreDamaged(folder, new Error('the entry of its owner cannot be read'));
  return decode(bytes);
}

async function pidBehind(folder: string, name: string): Promise<number | undefined> {
  const reached = reachSocket(join(folder, name));
  return await new Promise((resolve) => {
    let text = '';
    const socket = createConnection(reached.path);
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('end', () => resolve(Number(text)));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => reached.release());
  });
}

/** Sockets of processes that were killed. */
function removeOthers(folder: string, own: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && name.endsWith('.sock') && name !== own) rmSync(join(folder, name), { force: true });
  }
}
