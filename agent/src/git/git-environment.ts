import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noProxyVariables, proxyVariables } from '@drover/protocol/outgoing';
import { baseEnvironment } from '../attempts/step-environment.js';
import type { Environment } from '../config.js';
import { replaceText } from '../shared/files.js';

/** Where systems keep the authorities that they trust: Debian and its kin, Red Hat, SUSE, Alpine. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * What the agent's own Git sees of the machine: all that a step sees, and what is for nobody else: proxies with their
 * passwords, keys and certificates of GIT_SSL_*. Where more authorities are to be trusted, they go into a file in `folder`.
 */
export async function gitEnvironment(
  own: Environment,
  { authorities, folder }: { readonly authorities: readonly string[]; readonly folder: string },
): Promise<Readonly<Record<string, string>>> {
  const kept = Object.entries(own).filter(([name]) => isForGit(name));
  const given = Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])));
  return { ...baseEnvironment(own), ...given, ...proxies(given), ...(await trusting(given, authorities, folder)) };
}

const isForGit = (name: string): boolean =>
  proxyVariables.includes(name) || noProxyVariables.includes(name) || /^GIT_(PROXY_)?SSL_/.test(name);

/** As the link takes them: for http in capitals too, which curl ignores; this machine itself by none. */
function proxies(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => {
    const value = given[name] ?? given[name.toUpperCase()];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (named.length === 0) return {};
  const excepted = (given['no_proxy'] ?? given['NO_PROXY'] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  const no_proxy = [...excepted.map((entry) => entry.replace(/^\*\./, '.')), 'localhost', '127.0.0.0/8', '127.0.0.1', '::1'].join(',');
  return { ...Object.fromEntries(named), no_proxy, NO_PROXY: no_proxy };
}

/** Git trusts the authorities of one file, so that those of the system go into it too. A file that the machine names for Git stays. */
async function trusting(
  given: Readonly<Record<string, string>>,
  authorities: readonly string[],
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  if (authorities.length === 0 || given['GIT_SSL_CAINFO'] !== undefined) return {};
  const system = systemAuthorities.find((path) => existsSync(path));
  const path = join(folder, 'authorities.pem');
  await replaceText(path, [system === undefined ? '' : await readFile(system, 'utf8'), ...authorities, ''].join('\n'));
  return { GIT_SSL_CAINFO: path, GIT_PROXY_SSL_CAINFO: given['GIT_PROXY_SSL_CAINFO'] ?? path };
}
