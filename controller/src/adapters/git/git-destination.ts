import { isIP } from 'node:net';
import { OutgoingFault, proxyFor, type Environment, type Gate } from '@drover/protocol/outgoing';
import { forbiddenSentence } from '../../shared/outgoing/gate.js';

/** Where git is sent, and what keeps it from going elsewhere. */
export interface GitDestination {
  /** The repository as git is given it. */
  readonly address: string;
  readonly settings: ReadonlyArray<readonly [string, string]>;
  readonly sshOptions: readonly string[];
}

export interface DestinationPorts {
  readonly gate: Gate | undefined;
  readonly environment: Environment;
  /** Whether this machine's git keeps to an address that it is told: from 2.37 on. An older one would resolve the name again. */
  readonly canPin: () => Promise<boolean>;
}

const tooOld = 'the controller’s Git is too old: where addresses are forbidden it needs Git 2.37 or newer';

/**
 * The address behind a repository's URL, checked by the gate and pinned: git connects to what was checked, follows no
 * redirect, and is given the URL as it was understood here. A proxy resolves the name by itself. Rejects with `forbidden`.
 */
export async function destinationOf(url: string, { gate, environment, canPin }: DestinationPorts): Promise<GitDestination> {
  if (gate === undefined) return { address: url, settings: [], sshOptions: [] };
  return /^https?:\/\//i.test(url) ? overHttp(new URL(url), { gate, environment, canPin }) : overSsh(url, gate);
}

async function overHttp(url: URL, { gate, environment, canPin }: DestinationPorts & { readonly gate: Gate }): Promise<GitDestination> {
  if (!/^[a-z0-9_[]/i.test(url.hostname)) throw forbidden(); // curl takes a first sign for a command
  url.hostname = url.hostname.replace(/\.$/, ''); // curl would look for the name without its last dot
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await gate(host);
  if (isIP(host) === 0 && !(await canPin())) throw new OutgoingFault('unreachable', tooOld);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address)).join(',');
  const names = proxyFor(url, environment) === undefined ? ['*', ...(isIP(host) === 0 ? [host] : [])] : [];
  return {
    address: url.href,
    settings: [['http.followRedirects', 'false'], ...names.map((name) => ['http.curloptResolve', `${name}:${port}:${list}`] as const)],
    sshOptions: [],
  };
}

async function overSsh(url: string, gate: Gate): Promise<GitDestination> {
  const { host, port } = sshHost(url) ?? {};
  if (host === undefined) throw forbidden();
  const [first] = await gate(host);
  const alias = port === undefined || port === '22' ? host : `[${host}]:${port}`;
  return { address: url, settings: [], sshOptions: ['-o', `HostName=${first?.address ?? ''}`, '-o', `HostKeyAlias=${alias}`] };
}

/**
 * Of `ssh://user@host:port/path` and `user@host:path`, and of nothing else: `http::http://…` would have git start another
 * transport. Whatever git makes of the rest, ssh connects to the address of this host.
 */
function sshHost(url: string): { readonly host: string; readonly port: string | undefined } | undefined {
  const scheme = /^ssh:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/|$)/i.exec(url);
  const [, host, port] = scheme ?? /^(?:[^@/:]*@)?(\[[^\]]*\]|[^:/]*):(?![:/]{2}|:)/.exec(url) ?? [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port };
}

const forbidden = (): OutgoingFault => new OutgoingFault('forbidden', forbiddenSentence);
