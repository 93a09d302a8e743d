import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Environment } from './proxies.js';

/** Trusts these certificates (PEM) beside those that Node brings. Given a list, Node forgets NODE_EXTRA_CA_CERTS: they have to be in it. */
export function trustIn(authorities: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...rootCertificates, ...authorities] });
}

/** The certificates in a PEM file, each as its own text; undefined when it holds none. Throws when it cannot be read. */
export function certificatesIn(file: string): readonly string[] | undefined {
  const found = readFileSync(file, 'utf8').match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g);
  return found ?? undefined;
}

/**
 * The certificates (PEM) that a machine names beside the usual ones, in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. A variable
 * that leads nowhere is no reason not to work: the programs that it is for ignore it too.
 */
export function machineAuthorities(environment: Environment): readonly string[] {
  const files = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => environment[name] || []);
  return [...new Set(files.flatMap(certificatesOrNone))];
}

function certificatesOrNone(file: string): readonly string[] {
  try {
    return certificatesIn(file) ?? [];
  } catch {
    return [];
  }
}

/** Where systems keep the authorities that they trust: Debian and its kin, Red Hat, SUSE, Alpine. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * What Git's environment needs so that it trusts these authorities too. It trusts those of one file: what it trusted before,
 * by the machine's setting or the system's, goes into `path` with them; `write` replaces that file. Empty where none is missing.
 */
export async function trustForGit(
  given: Environment,
  {
    authorities,
    path,
    write,
  }: { readonly authorities: readonly string[]; readonly path: string; readonly write: (path: string, text: string) => Promise<void> },
): Promise<Readonly<Record<string, string>>> {
  const file = given['GIT_SSL_CAINFO'] || systemAuthorities.find((candidate) => existsSync(candidate));
  const before = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  const missing = authorities.filter((authority) => !before.includes(authority));
  if (missing.length === 0) return {};
  await write(path, [before, ...missing, ''].join('\n'));
  return { GIT_SSL_CAINFO: path, GIT_PROXY_SSL_CAINFO: given['GIT_PROXY_SSL_CAINFO'] || path };
}

/** Keys, certificates and authorities of Git's own: they are for Git alone, and no step sees them. */
export const isForGitTrust = (name: string): boolean => /^GIT_(PROXY_)?SSL_/.test(name);
