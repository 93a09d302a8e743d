import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** Trusts these certificates (PEM) beside those that Node brings. Given a list, Node forgets NODE_EXTRA_CA_CERTS: they have to be in it. */
export function trustIn(authorities: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...rootCertificates, ...authorities] });
}

/** The certificates in a PEM file, each as its own text; undefined when it holds none. Throws when it cannot be read. */
export function certificatesIn(file: string): readonly string[] | undefined {
  const found = readFileSync(file, 'utf8').match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g);
  return found ?? undefined;
}
