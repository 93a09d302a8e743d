import type { LiveMessage, LiveReply, LiveRequest } from '@drover/protocol/live';
import type { Socket } from 'socket.io-client';
import { watchKey, type Watch } from './topics.js';
import { again } from '../app/again.js';

/** As in protocol/live; only their types come from there, so that no schema reaches the bundle. */
const liveLinkPath = '/live/link';
const liveEvent = 'message';

export type LinkState = { readonly type: 'waiting' } | { readonly type: 'live' } | { readonly type: 'off'; readonly since: number };

type Listener = (message: LiveMessage) => void;

/** What of socket.io's socket is used here. */
export type LiveSocket = Pick<Socket, 'on' | 'emit' | 'connect' | 'disconnect' | 'connected'>;

interface LiveOptions {
  readonly now?: () => number;
  readonly create?: () => Promise<LiveSocket>;
  readonly retryMs?: number;
}

async function createSocket(): Promise<LiveSocket> {
  const { io } = await again(() => import('socket.io-client'));
  return io({ path: liveLinkPath, transports: ['websocket'], reconnectionDelay: 500, reconnectionDelayMax: 5_000, autoConnect: false });
}

interface Subscription {
  readonly key: string;
  readonly watch: () => Watch;
  holders: number;
  topic?: string;
}

/**
 * The one socket. `watch` is counted: the same subscription is asked for once and ended with its last holder; all are
 * asked for again after a reconnect. `watch` may be a function, so that a log resumes at the offset it has reached by
 * then. What was read before the controller said that it is watched may be old: `onLive` and `onWatching` say so.
 */
export class LiveClient {
  #socket: LiveSocket | undefined;
  #closed = false;
  #subscriptions = new Map<string, Subscription>();
  #listeners = new Set<Listener>();
  #stateListeners = new Set<() => void>();
  #state: LinkState = { type: 'waiting' };
  #wasLive = false;
  /** All that is held is watched since a moment ago; `again`: after a time without a link. */
  onLive: (again: boolean) => void = () => undefined;
  /** One more thing is watched since a moment ago. */
  onWatching: (watch: Watch) => void = () => undefined;

  readonly #now: () => number;
  readonly #create: () => Promise<LiveSocket>;
  readonly #retryMs: number;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor({ now = Date.now, create = createSocket, retryMs = 5_000 }: LiveOptions = {}) {
    this.#now = now;
    this.#create = create;
    this.#retryMs = retryMs;
  }

  /** Loads the socket's code, which no first paint needs, and connects; tries again where it can't be loaded. */
  async open(): Promise<void> {
    this.#closed = false;
    const socket = await this.#create().catch(() => undefined);
    if (this.#closed) return;
    if (socket === undefined) {
      this.#setState({ type: 'off', since: this.#now() });
      this.#retry = setTimeout(() => void this.open(), this.#retryMs);
      return;
    }
    this.#socket ??= this.#listenTo(socket);
    this.#socket.connect();
  }

  /** The browser has no network: the link is lost now, not only when a ping stays away. */
  networkGone(): void {
    this.#socket?.disconnect();
    if (this.#state.type !== 'off') this.#setState({ type: 'off', since: this.#now() });
  }

  networkBack(): void {
    if (!this.#closed) this.#socket?.connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  #listenTo(socket: LiveSocket): LiveSocket {
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason: string) => {
      if (this.#state.type !== 'off') this.#setState({ type: 'off', since: this.#now() });
      if (reason === 'io server disconnect' && !this.#closed) socket.connect();
    });
    socket.on('connect_error', () => {
      if (this.#state.type !== 'off') this.#setState({ type: 'off', since: this.#now() });
    });
    socket.on(liveEvent, (message: LiveMessage) => this.#deliver(message));
    return socket;
  }

  get state(): LinkState {
    return this.#state;
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Every message, in order. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Holds a subscription until the returned function is called. */
  watch(watch: Watch | (() => Watch)): () => void {
    const request = typeof watch === 'function' ? watch : () => watch;
    const key = watchKey(request());
    const known = this.#subscriptions.get(key);
    if (known === undefined) {
      const subscription: Subscription = { key, watch: request, holders: 1 };
      this.#subscriptions.set(key, subscription);
      if (this.#socket?.connected === true) void this.#ask(subscription).then(() => this.onWatching(request()));
    } else {
      known.holders += 1;
    }
    return () => this.#release(key);
  }

  /** Sends a request that opens nothing, e.g. credit for a log. Dropped while there is no link. */
  send(request: LiveRequest): void {
    if (this.#socket?.connected === true) this.#socket.emit(liveEvent, request);
  }

  #connected(): void {
    const asked = [...this.#subscriptions.values()].map((subscription) => this.#ask(subscription));
    this.#setState({ type: 'live' });
    const again = this.#wasLive;
    this.#wasLive = true;
    void Promise.all(asked).then(() => this.onLive(again));
  }

  /** Settles with the controller's answer; never, if the link is lost before. */
  #ask(subscription: Subscription): Promise<void> {
    return new Promise((resolve) => {
      this.#socket?.emit(liveEvent, subscription.watch(), (reply: LiveReply) => {
        if (reply.ok) this.#watched(subscription, reply.topic);
        resolve();
      });
    });
  }

  /** The asker may be gone by the time of the answer; nobody is sent what nobody looks at. */
  #watched(subscription: Subscription, topic: string): void {
    subscription.topic = topic;
    if (subscription.holders === 0 && !this.#subscriptions.has(subscription.key)) this.send({ type: 'unwatch', topic });
  }

  #release(key: string): void {
    const subscription = this.#subscriptions.get(key);
    if (subscription === undefined) return;
    subscription.holders -= 1;
    if (subscription.holders > 0) return;
    this.#subscriptions.delete(key);
    if (subscription.topic !== undefined) this.send({ type: 'unwatch', topic: subscription.topic });
  }

  #deliver(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  #setState(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }
}
