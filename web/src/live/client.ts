import type { LiveMessage, LiveReply, LiveRequest } from '@drover/protocol/live';
import type { Socket } from 'socket.io-client';
import { watchKey, type Watch } from './topics.js';

/** As in protocol/live; only their types come from there, so that no schema reaches the bundle. */
const liveLinkPath = '/live/link';
const liveEvent = 'message';

export type LinkState = { readonly type: 'waiting' } | { readonly type: 'live' } | { readonly type: 'off'; readonly since: number };

type Listener = (message: LiveMessage) => void;

interface Subscription {
  readonly watch: () => Watch;
  holders: number;
  topic?: string;
}

/**
 * The one socket. `watch` is counted: the same subscription is asked for once and ended with its last holder; all are
 * asked for again after a reconnect, before `onReconnect` is called. `watch` may be a function, so that a log resumes
 * at the offset it has reached by then.
 */
export class LiveClient {
  #socket: Socket | undefined;
  #closed = false;
  #subscriptions = new Map<string, Subscription>();
  #listeners = new Set<Listener>();
  #stateListeners = new Set<() => void>();
  #state: LinkState = { type: 'waiting' };
  #wasLive = false;
  onReconnect: () => void = () => undefined;

  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Loads the socket's code, which no first paint needs, and connects. */
  async open(): Promise<void> {
    this.#closed = false;
    const { io } = await import('socket.io-client');
    if (this.#closed) return;
    this.#socket ??= this.#listenTo(
      io({ path: liveLinkPath, transports: ['websocket'], reconnectionDelay: 500, reconnectionDelayMax: 5_000, autoConnect: false }),
    );
    this.#socket.connect();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.disconnect();
  }

  #listenTo(socket: Socket): Socket {
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason) => {
      this.#setState({ type: 'off', since: this.#now() });
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
      const subscription: Subscription = { watch: request, holders: 1 };
      this.#subscriptions.set(key, subscription);
      if (this.#socket?.connected === true) this.#ask(subscription);
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
    for (const subscription of this.#subscriptions.values()) this.#ask(subscription);
    this.#setState({ type: 'live' });
    if (this.#wasLive) this.onReconnect();
    this.#wasLive = true;
  }

  #ask(subscription: Subscription): void {
    this.#socket?.emit(liveEvent, subscription.watch(), (reply: LiveReply) => {
      if (reply.ok) subscription.topic = reply.topic;
    });
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
