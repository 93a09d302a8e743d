import type { AttemptId, RunId } from '@drover/protocol';
import type { RunView } from '@drover/protocol/api';
import { liveEvent, liveLinkPath, type LiveMessage, type LiveReply, type LiveRequest } from '@drover/protocol/live';
import { io, type Socket } from 'socket.io-client';
import type { Api } from '../../testing/api.js';

type LogBytes = Extract<LiveMessage, { type: 'logBytes' }>;

/** A browser's live link that keeps nothing, so that a long measurement doesn't slow itself down. */
export class Viewer {
  readonly #socket: Socket;
  readonly #ends = new Map<RunId, (run: RunView) => void>();
  readonly #logs = new Map<AttemptId, (message: LogBytes) => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on(liveEvent, (message: LiveMessage) => {
      if (message.type === 'run' && message.run.finishedAt !== undefined) this.#ends.get(message.run.id)?.(message.run);
      else if (message.type === 'logBytes') this.#logs.get(message.attemptId)?.(message);
    });
  }

  static async open({ base, cookie }: Api): Promise<Viewer> {
    const socket = io(base, {
      path: liveLinkPath,
      transports: ['websocket'],
      extraHeaders: { cookie, origin: base },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new Viewer(socket);
  }

  /** Resolves at the end of the run, which may come at once. */
  async finished(runId: RunId): Promise<RunView> {
    const end = new Promise<RunView>((resolve) => this.#ends.set(runId, resolve));
    await this.#ask({ type: 'watchRun', runId });
    const run = await end;
    this.#ends.delete(runId);
    await this.#ask({ type: 'unwatch', topic: `run:${runId}` });
    return run;
  }

  /** Follows a log as soon as there is such an attempt, and takes in what comes; resolves when it is followed. */
  async follow(attemptId: AttemptId, onBytes: (message: LogBytes) => void): Promise<void> {
    this.#logs.set(attemptId, (message) => {
      onBytes(message);
      this.#socket.emit(liveEvent, { type: 'logCredit', attemptId, taken: message.offset + message.bytes.length });
    });
    let reply = await this.#ask({ type: 'watchLog', attemptId, offset: 0 });
    while (!reply.ok && reply.code === 'notFound') reply = await this.#ask({ type: 'watchLog', attemptId, offset: 0 });
    if (!reply.ok) throw new Error(`the log of ${attemptId} cannot be followed: ${reply.detail}`);
  }

  async unfollow(attemptId: AttemptId): Promise<void> {
    this.#logs.delete(attemptId);
    await this.#ask({ type: 'unwatch', topic: `log:${attemptId}` });
  }

  close(): void {
    this.#socket.disconnect();
  }

  #ask(request: LiveRequest): Promise<LiveReply> {
    return this.#socket.timeout(30_000).emitWithAck(liveEvent, request) as Promise<LiveReply>;
  }
}
