import type { LookupAddress } from 'node:dns';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { OutgoingFault } from './fault.js';
import { authorizationOf, bareHost, proxyPort, type Proxy } from './proxies.js';

/** Resolves a host to the addresses that may be connected to; rejects with `forbidden`. What it returns is what is connected to. */
export type Gate = (host: string) => Promise<readonly LookupAddress[]>;

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

export interface Way {
  readonly proxy?: Proxy | undefined;
  /** Certificate authorities to trust; by default those of Node. */
  readonly trust?: (() => SecureContext) | undefined;
  readonly gate?: Gate | undefined;
}

/** Connects to the target, through the proxy if there is one; for a secure target the handshake is done. Where it rejects or is aborted nothing stays open. */
export async function openConnection(target: Target, { proxy, trust, gate }: Way, signal: AbortSignal): Promise<Socket> {
  const allowed = gate === undefined ? undefined : await unlessAborted(gate(target.host), signal);
  const socket = proxy === undefined ? await tcp(target, signal, allowed) : await tunnel({ target, proxy, trust, allowed }, signal);
  return target.isSecure ? secured(socket, { host: target.host, trust }, signal) : socket;
}

async function tunnel(
  { target, proxy, trust, allowed }: { target: Target; proxy: Proxy; trust: Way['trust']; allowed: readonly LookupAddress[] | undefined },
  signal: AbortSignal,
): Promise<Socket> {
  const host = bareHost(proxy.address);
  const plain = await tcp({ host, port: proxyPort(proxy.address) }, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new OutgoingFault('proxy', `the proxy ${proxy.name} cannot be reached`, { cause: error });
  });
  const socket = proxy.address.protocol === 'https:' ? await secured(plain, { host, trust }, signal) : plain;
  const end = allowed?.[0]?.address ?? target.host;
  const authority = `${isIP(end) === 6 ? `[${end}]` : end}:${target.port}`;
  const authorization = authorizationOf(proxy.address);
  const headers = { host: authority, ...(authorization !== undefined && { 'proxy-authorization': authorization }) };
  try {
    const { statusCode = 0 } = await answerToConnect(socket, { authority, headers }, signal);
    if (statusCode < 200 || statusCode > 299) throw refusal(proxy, authority, statusCode);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function answerToConnect(
  socket: Socket,
  { authority, headers }: { authority: string; headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ createConnection: () => socket, method: 'CONNECT', path: authority, headers, setHost: false, signal });
    asked.once('connect', (answer, _socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(answer);
    });
    asked.once('error', (error) =>
      reject(signal.aborted ? error : new OutgoingFault('proxy', 'the proxy ended the connection', { cause: error })),
    );
    asked.once('response', () => reject(new OutgoingFault('proxy', 'the proxy does not answer as a proxy')));
    asked.end();
  });
}

function refusal({ name }: Proxy, authority: string, status: number): OutgoingFault {
  return status === 407
    ? new OutgoingFault('proxy', `the proxy ${name} refused user and password, or needs them (407)`)
    : new OutgoingFault('proxy', `the proxy ${name} refused to connect to ${authority} (${status})`);
}

function tcp(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
  allowed?: readonly LookupAddress[],
): Promise<Socket> {
  const [first] = allowed ?? [];
  const pinned: LookupFunction = (_host, { all }, done) => {
    if (first === undefined) done(new OutgoingFault('forbidden', 'no address'), '');
    else if (all === true) done(null, [...(allowed ?? [])]);
    else done(null, first.address, first.family);
  };
  return settled(connectTcp({ host, port, ...(allowed && { lookup: pinned }) }).setNoDelay(), 'connect', signal);
}

function secured(socket: Socket, { host, trust }: { host: string; trust: Way['trust'] }, signal: AbortSignal): Promise<Socket> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  return settled(connectTls({ socket, host, ...name, ...(trust && { secureContext: trust() }) }), 'secureConnect', signal).catch(
    (error: unknown) => {
      socket.destroy();
      throw error;
    },
  );
}

/** The value, or the reason of the abort where that comes first: a resolver cannot be interrupted. */
function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('given up'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits for the event; on an error, an early end or an abort the socket is destroyed. */
function settled<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      socket.off(event, succeed).off('error', fail).off('close', close);
      signal.removeEventListener('abort', abort);
    };
    const succeed = () => (leave(), resolve(socket));
    const fail = (error: Error) => {
      leave();
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    const close = () => fail(new Error('the connection was closed before it was established'));
    const abort = () => fail(signal.reason instanceof Error ? signal.reason : new Error('given up'));
    socket.once(event, succeed).once('error', fail).once('close', close);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
