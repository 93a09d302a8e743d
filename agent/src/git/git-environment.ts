import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noProxyVariables, proxiesForCurl, proxyVariables } from '@drover/protocol/outgoing';
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

/** The same, made at the first checkout; after a failure again at the next. */
export function gitEnvironmentOnce(
  own: Environment,
  { authorities, folder }: { readonly authorities: () => readonly string[]; readonly folder: string },
): () => ReturnType<typeof gitEnvironment> {
  let made: ReturnType<typeof gitEnvironment> | undefined;
  return async () => {
    made ??= gitEnvironment(own, { authorities: authorities(), folder });
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

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
  return { ...baseEnvironment(own), ...given, ...proxiesForCurl(given), ...(await trusting(given, authorities, folder)) };
}

const isForGit = (name: string): boolean =>
  proxyVariables.includes(name) || noProxyVariables.includes(name) || /^GIT_(PROXY_)?SSL_/.test(name);

/** Git trusts the authorities of one file: those that it trusted before, by the machine's setting or the system's, go into it too. */
async function trusting(
  given: Readonly<Record<string, string>>,
  authorities: readonly string[],
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const file = given['GIT_SSL_CAINFO'] ?? systemAuthorities.find((path) => existsSync(path));
  const before = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  const missing = authorities.filter((authority) => !before.includes(authority));
  if (missing.length === 0) return {};
  const path = join(folder, 'authorities.pem');
  await replaceText(path, [before, ...missing, ''].join('\n'));
  return { GIT_SSL_CAINFO: path, GIT_PROXY_SSL_CAINFO: given['GIT_PROXY_SSL_CAINFO'] ?? path };
}
