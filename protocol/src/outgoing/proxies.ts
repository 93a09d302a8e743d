import { BlockList, isIP } from 'node:net';
import { OutgoingFault } from './fault.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  readonly address: URL;
  /** Host and port, for people: without user and password. */
  readonly name: string;
}

/** Variables that name proxies; the lower-case form wins, as in curl. */
export const proxyVariables: readonly string[] = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
export const noProxyVariables: readonly string[] = ['no_proxy', 'NO_PROXY'];

/** The proxy that the environment names for an http, https, ws or wss address. The machine itself is never reached through one. */
export function proxyFor(address: URL, environment: Environment): Proxy | undefined {
  const scheme = /^(https|wss):$/.test(address.protocol) ? 'https' : 'http';
  const text = valueOf(environment, `${scheme}_proxy`) ?? valueOf(environment, 'all_proxy');
  const host = bareHost(address);
  if (text === undefined || isLoopback(host)) return undefined;
  const port = Number(address.port) || (scheme === 'https' ? 443 : 80);
  return isExcepted({ host, port }, valueOf(environment, 'no_proxy') ?? '') ? undefined : parseProxy(text);
}

/** In place of an address that cannot be understood: curl would print it, password and all. */
const notValid = 'http://proxy-address-is-not-valid.invalid:9';

/**
 * The environment with its proxies as curl, and so Git, has to get them to take the same: small letters also for
 * http, and this machine by none of them.
 */
export function proxiesForCurl(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => {
    const value = valueOf(environment, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (named.length === 0) return environment;
  const readable = (proxy: string): string => (urlOf(proxy.trim()) === undefined ? notValid : proxy);
  const given: Record<string, string> = {};
  for (const [name, value] of [...Object.entries(environment), ...named])
    given[name] = proxyVariables.includes(name) && value !== '' ? readable(value) : value;
  const excepted = (valueOf(environment, 'no_proxy') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  const no_proxy = [...excepted.map((entry) => entry.replace(/^\*\./, '.')), 'localhost', '127.0.0.0/8', '127.0.0.1', '::1'].join(',');
  return { ...given, no_proxy, NO_PROXY: no_proxy };
}

/** What of a proxy's address must not be seen: passwords as written and decoded, and the header that carries them. */
export function proxySecrets(environment: Environment): readonly string[] {
  const secrets = proxyVariables.flatMap((name) => {
    const text = environment[name]?.trim() ?? '';
    const address = urlOf(text);
    if (address === undefined) return text.includes('@') ? [text] : []; // what cannot be understood may be a password
    if (address.password === '') return [];
    const written = /:([^:@]*)@[^@]*$/.exec(text)?.[1] ?? '';
    return [written, address.password, decoded(address.password), authorizationOf(address)?.replace('Basic ', '') ?? ''];
  });
  return [...new Set(secrets.filter((secret) => secret !== ''))];
}

/** The value of Proxy-Authorization, where the proxy's address holds a user. */
export function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** The host of an address as a resolver takes it: an IPv6 address without its brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host) || contains(loopback, host);
}

function parseProxy(text: string): Proxy {
  const address = urlOf(text);
  if (address === undefined) throw new OutgoingFault('proxy', 'the environment names a proxy whose address is not a valid URL');
  if (!/^https?:$/.test(address.protocol))
    throw new OutgoingFault(
      'proxy',
      `the environment names a proxy of the kind ${address.protocol.slice(0, -1)}; use an http or https proxy`,
    );
  return { address, name: `${address.hostname}:${proxyPort(address)}` };
}

export const proxyPort = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** An address without a scheme is one of http, as curl takes it. */
function urlOf(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

function valueOf(environment: Environment, name: string): string | undefined {
  const value = (environment[name] ?? environment[name.toUpperCase()])?.trim();
  return value === '' ? undefined : value;
}

/** NO_PROXY: names with all below them, addresses, subnets, each with a port if need be, or `*`. */
function isExcepted(target: { readonly host: string; readonly port: number }, list: string): boolean {
  const host = target.host.replace(/\.$/, '').toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
      if (port !== undefined && Number(port) !== target.port) return false;
      return matchesHost(host, name.replace(/^\[|\]$/g, ''));
    });
}

function matchesHost(host: string, entry: string): boolean {
  const [base = '', bits] = entry.split('/');
  const family = isIP(base);
  if (family !== 0) {
    const list = new BlockList();
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false;
    list.addSubnet(base, prefix, family === 4 ? 'ipv4' : 'ipv6');
    return contains(list, host);
  }
  const domain = entry.replace(/^\*?\./, '').replace(/\.$/, '');
  return host === domain || host.endsWith(`.${domain}`);
}

function contains(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
