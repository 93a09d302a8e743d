import type { SecureContext } from 'node:tls';
import type { Gate } from './connect.js';
import { Connections } from './connections.js';
import { exchange, type Answer, type OutgoingRequest } from './exchange.js';
import { proxyFor, type Environment, type Proxy } from './proxies.js';

export interface OutgoingOptions {
  /** Where the proxies are named. */
  readonly environment: Environment;
  /** Certificate authorities to trust; asked for with the first connection that needs them. By default those of Node. */
  readonly trust?: (() => SecureContext) | undefined;
  /** Decides which addresses may be connected to; it is asked for each connection, also after a redirect. */
  readonly gate?: Gate | undefined;
}

/** Several calls that share connections. */
export interface OutgoingSession {
  exchange(address: URL, request: OutgoingRequest): Promise<Answer>;
  /** Ends all connections. */
  close(): void;
}

/** The only way by which the product calls other machines over HTTP: bounded in time and size, by the machine's proxies and certificate authorities. */
export interface Outgoing {
  /** One call; its connections are closed when it settles. */
  exchange(address: URL, request: OutgoingRequest): Promise<Answer>;
  session(): OutgoingSession;
  /** Makes the connection of a WebSocket. */
  connectionsFor(address: URL): Connections;
  proxyFor(address: URL): Proxy | undefined;
}

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const session = () => openSession(options, true);
  return {
    session,
    async exchange(address, request) {
      const only = openSession(options, false);
      try {
        return await only.exchange(address, request);
      } finally {
        only.close();
      }
    },
    connectionsFor: (address) => connectionsBy(options, { isSecure: /^(https|wss):$/.test(address.protocol), isKept: false }),
    proxyFor: (address) => proxyFor(address, options.environment),
  };
}

function openSession(options: OutgoingOptions, isKept: boolean): OutgoingSession {
  const plain = connectionsBy(options, { isSecure: false, isKept });
  const secure = connectionsBy(options, { isSecure: true, isKept });
  const choose = ({ protocol }: URL): Connections => (protocol === 'https:' ? secure : plain);
  return {
    exchange: (address, request) => exchange(choose, address, request),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function connectionsBy(
  { environment, trust, gate }: OutgoingOptions,
  { isSecure, isKept }: { readonly isSecure: boolean; readonly isKept: boolean },
): Connections {
  const scheme = isSecure ? 'https' : 'http';
  const way = (host: string, port: number) => ({
    proxy: proxyFor(new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`), environment),
    trust,
    gate,
  });
  return new Connections({ isSecure, isKept, way });
}
