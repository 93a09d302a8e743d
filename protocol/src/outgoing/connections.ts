import { Agent, type ClientRequestArgs } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { openConnection, type Way } from './connect.js';
import { asFault, OutgoingFault } from './fault.js';

/** How long a connection may take to come about: name, way to the proxy, tunnel and handshake together. */
const connectMs = 10_000;

/** A request as Node hands it on. It leaves out the `signal`, and waits for a connection also when the request is given up: `until` ends that. */
interface CallOptions extends ClientRequestArgs {
  readonly until?: AbortSignal | undefined;
}

/** Makes connections for requests of `node:http` and for WebSockets, by one way. Destroying it also ends connections that are not there yet. */
export class Connections extends Agent {
  /** Node compares these with the address that is asked for. */
  readonly protocol: string;
  readonly defaultPort: number;
  readonly #isSecure: boolean;
  readonly #way: (host: string, port: number) => Way;
  readonly #pending = new Set<AbortController>();

  constructor({
    isSecure,
    isKept,
    way,
  }: {
    readonly isSecure: boolean;
    readonly isKept: boolean;
    readonly way: (host: string, port: number) => Way;
  }) {
    super({ keepAlive: isKept });
    this.protocol = isSecure ? 'https:' : 'http:';
    this.defaultPort = isSecure ? 443 : 80;
    this.#isSecure = isSecure;
    this.#way = way;
  }

  override createConnection({ host, port, until }: CallOptions, done?: (error: Error | null, socket: Duplex) => void): undefined {
    const finish = done as ((error: Error | null, socket?: Duplex) => void) | undefined;
    void this.#open({ host: host ?? 'localhost', port: Number(port ?? this.defaultPort), until }).then(
      (socket) => finish?.(null, socket),
      (error: unknown) => finish?.(asFault(error)),
    );
    return undefined;
  }

  override destroy(): void {
    for (const pending of this.#pending) pending.abort(new Error('given up'));
    super.destroy();
  }

  async #open({ host, port, until }: { host: string; port: number; until: AbortSignal | undefined }): Promise<Socket> {
    const pending = new AbortController();
    const signal = until === undefined ? pending.signal : AbortSignal.any([pending.signal, until]);
    const timer = setTimeout(() => pending.abort(new OutgoingFault('timeout', `no connection within ${connectMs / 1_000} s`)), connectMs);
    this.#pending.add(pending);
    try {
      return await openConnection({ host, port, isSecure: this.#isSecure }, this.#way(host, port), signal);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(pending);
    }
  }
}
