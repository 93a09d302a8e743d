import { isIP } from 'node:net';
import { proxyFor, type Environment, type Gate } from '@drover/protocol/outgoing';

/** Where git is sent, and what keeps it from going elsewhere. */
export interface GitDestination {
  /** The repository as git is given it. */
  readonly address: string;
  readonly settings: ReadonlyArray<readonly [string, string]>;
  readonly sshOptions: readonly string[];
}

/**
 * The address behind a repository's URL, checked by the gate and pinned: git connects to what was checked, follows no
 * redirect, and is given the URL as it was understood here. A proxy resolves the name by itself. Rejects with `forbidden`.
 */
export async function destinationOf(
  url: string,
  { gate, environment }: { gate: Gate | undefined; environment: Environment },
): Promise<GitDestination> {
  if (gate === undefined) return { address: url, settings: [], sshOptions: [] };
  return /^https?:\/\//i.test(url) ? overHttp(new URL(url), gate, environment) : overSsh(url, gate);
}

async function overHttp(url: URL, gate: Gate, environment: Environment): Promise<GitDestination> {
  url.hostname = url.hostname.replace(/\.$/, ''); // curl would look for the name without its last dot
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await gate(host);
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
  const { host, port } = sshHost(url);
  const [first] = await gate(host);
  const alias = port === '' || port === '22' ? host : `[${host}]:${port}`;
  return { address: url, settings: [], sshOptions: ['-o', `HostName=${first?.address ?? ''}`, '-o', `HostKeyAlias=${alias}`] };
}

/** Of `ssh://user@host:port/path` and `user@host:path`. Whatever git makes of it, ssh connects to the address of this host. */
function sshHost(url: string): { readonly host: string; readonly port: string } {
  const scheme = /^ssh:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/|$)/i.exec(url);
  const [, host = '', port = ''] = scheme ?? /^(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*):/.exec(url) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
