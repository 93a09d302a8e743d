import { createServer, type Server, type Socket } from 'node:net';

import type { Doc } from '../bson/values.js';
import { codes, CommandError } from '../command-error.js';
import { maxMessageBytes } from '../commands/handshake.js';
import { isWrite, rawFieldOf, runCommand } from '../commands/run-command.js';
import type { CommandContext } from '../commands/context.js';
import type { Committer } from '../storage/committer.js';
import { Framing } from './framing.js';
import { encodeAnswer, parseRequest, ProtocolError, type Request } from './message.js';

/** A command that takes its time and answers by itself, outside of any transaction. */
export type SlowCommand = (request: Doc) => Promise<Doc>;

export interface ServerParts {
  readonly context: CommandContext;
  readonly committer: Committer;
  readonly slowCommands: ReadonlyMap<string, SlowCommand>;
  readonly onNotice: (text: string, fields: object) => void;
}

/** The server of the wire protocol. */
export class WireServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(private readonly parts: ServerParts) {
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  /** Listens on a socket path; resolves when clients can connect. */
  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Takes no more connections, and ends those there are. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  #serve(socket: Socket): void {
    const framing = new Framing(maxMessageBytes + 16 * 1024);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (piece) => {
      try {
        for (const message of framing.push(piece)) this.#take(socket, message);
      } catch (error) {
        this.#refuse(socket, error);
      }
    });
  }

  #take(socket: Socket, message: Buffer): void {
    let request: Request;
    try {
      request = parseRequest(message, rawFieldOf);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const reply = new CommandError('InvalidBSON', `malformed BSON: ${error instanceof Error ? error.message : String(error)}`).toReply();
      send(socket, encodeAnswer({ id: message.readInt32LE(4), form: 'message' }, reply));
      return;
    }
    const [name = ''] = Object.keys(request.command);
    const slow = this.parts.slowCommands.get(name);
    if (slow) this.#answerSlowly(socket, request, slow);
    else this.#submit(socket, request, name);
  }

  #submit(socket: Socket, request: Request, name: string): void {
    const { committer, context, onNotice } = this.parts;
    let answer: Buffer | undefined;
    committer.submit({
      source: socket,
      writes: isWrite(name),
      run: () => {
        const reply = runCommand(request.command, context);
        answer = request.wantsReply ? encodeAnswer(request, reply) : undefined;
      },
      settle: (error) => {
        if (error !== undefined) {
          onNotice('command failed', { command: name, error: messageOf(error) });
          answer = request.wantsReply ? encodeAnswer(request, failure(error)) : undefined;
        }
        if (answer) send(socket, answer);
      },
    });
  }

  #answerSlowly(socket: Socket, request: Request, slow: SlowCommand): void {
    slow(request.command)
      .catch((error: unknown) => failure(error))
      .then((reply) => {
        send(socket, encodeAnswer(request, reply));
      })
      .catch((error: unknown) => this.#refuse(socket, error));
  }

  #refuse(socket: Socket, error: unknown): void {
    this.parts.onNotice('connection closed', { error: messageOf(error) });
    socket.destroy();
  }
}

/** A client that asks on without reading its answers is not listened to while so much waits for it. */
const mostUnreadBytes = 64 * 2 ** 20;

function send(socket: Socket, answer: Buffer): void {
  if (!socket.writable) return;
  socket.write(answer);
  if (socket.writableLength <= mostUnreadBytes || socket.isPaused()) return;
  socket.pause();
  socket.once('drain', () => socket.resume());
}

/** The reply where a command failed for a reason of the store itself. */
function failure(error: unknown): Doc {
  if (error instanceof CommandError) return error.toReply();
  const message = messageOf(error);
  // LMDB reports a write that was cut short, which is how a disk becomes full, as an input/output error.
  const isFull = /MDB_MAP_FULL|No space left|Input\/output error|Disk quota|quota exceeded|File too large/i.test(message);
  const isDamaged = /MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|page not found|located page was wrong type/i.test(message);
  const codeName = isFull ? 'OutOfDiskSpace' : isDamaged ? 'DataCorruptionDetected' : 'InternalError';
  const what = isFull ? 'could not write' : isDamaged ? 'is damaged' : 'failed';
  return { ok: 0, errmsg: `the embedded store ${what}: ${message}`, code: codes[codeName], codeName };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
