import type { LiveMessage, LiveReply, LiveRequest } from '@drover/protocol/live';
import { liveEvent, liveLinkPath } from '@drover/protocol/live';
import { io, type Socket } from 'socket.io-client';
import type { RunView } from '@drover/protocol/api';
import type { Api } from './api.js';

const answerLimitMs = 10_000;

/** As whom the link is opened: an `Api` will do; with `authorization`, by an API token. */
interface Signed {
  readonly base: string;
  readonly cookie: string;
  readonly authorization?: string;
}

/** The live link as a browser of this person has it. Messages are kept in the order they came. */
export class Live {
  private readonly messages: LiveMessage[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    socket.on(liveEvent, (message: LiveMessage) => {
      this.messages.push(message);
      for (const listener of this.listeners) listener();
    });
  }

  static async open({ base, cookie, authorization }: Signed): Promise<Live> {
    const socket = io(base, {
      path: liveLinkPath,
      transports: ['websocket'],
      extraHeaders: { cookie, origin: base, ...(authorization === undefined ? {} : { authorization }) },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new Live(socket);
  }

  ask(request: LiveRequest): Promise<LiveReply> {
    return this.socket.timeout(answerLimitMs).emitWithAck(liveEvent, request) as Promise<LiveReply>;
  }

  /** Resolves once the messages so far, judged again with each new one, give an answer. */
  until<T>(what: string, judge: (messages: readonly LiveMessage[]) => T | undefined, limitMs = 30_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const answer = judge(this.messages);
        if (answer === undefined) return;
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve(answer);
      };
      const timer = setTimeout(() => {
        this.listeners.delete(look);
        reject(
          new Error(
            `waited ${limitMs} ms for ${what}; the last of ${this.messages.length} messages: ${JSON.stringify(this.messages.slice(-3)).slice(0, 2_000)}`,
          ),
        );
      }, limitMs);
      this.listeners.add(look);
      look();
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Watches a run until it has ended. */
export async function endOf(live: Live, api: Api, { runId, limitMs = 60_000 }: { runId: string; limitMs?: number }): Promise<RunView> {
  await live.ask({ type: 'watchRun', runId: runId as RunView['id'] });
  const now = await api.get<RunView>(`/runs/${runId}`);
  if (now.finishedAt !== undefined) return now;
  return live.until(
    `the end of run ${runId}`,
    (messages) => {
      const newest = messages.findLast((message) => message.type === 'run' && message.run.id === runId);
      return newest?.type === 'run' && newest.run.finishedAt !== undefined ? newest.run : undefined;
    },
    limitMs,
  );
}
