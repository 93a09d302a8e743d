import { io, NodeWebSocket, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { agentLinkPath } from '@drover/protocol/agent';
import type { Outgoing } from '@drover/protocol/outgoing';
import { isPrivateWay, UnmaskedWebSocket } from './unmasked-websocket.js';

/** How long a connection may take to come about. */
const connectMs = 10_000;

export interface Address {
  readonly url: string;
  readonly token: string;
}

/** A socket for one connection, not yet opened. It never reconnects by itself: what it had buffered would overtake the hello. */
export function createSocket({ url, token }: Address, outgoing: Outgoing): Socket {
  const address = new URL(url);
  const { origin, pathname } = address;
  const isProxied = outgoing.proxyFor(address) !== undefined;
  const options: Partial<ManagerOptions & SocketOptions> = {
    path: pathname.replace(/\/+$/, '') + agentLinkPath,
    // a proxy reads along on a way that is not encrypted, wherever that leads
    transports: [isPrivateWay(address) && (!isProxied || address.protocol === 'https:') ? UnmaskedWebSocket : NodeWebSocket],
    extraHeaders: { Authorization: `Bearer ${token}` },
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    timeout: connectMs,
  };
  // The declared type of `agent` is the browsers'; on Node it is handed to the WebSocket as an agent of node:http.
  Object.assign(options, { agent: outgoing.connectionsFor(address) });
  return io(origin, options);
}
