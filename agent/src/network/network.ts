import {
  certificatesIn,
  createOutgoing,
  machineAuthorities,
  proxySecrets,
  trustIn,
  type Environment,
  type Outgoing,
} from '@drover/protocol/outgoing';
import { ConfigFault } from '../config.js';
import { messageOf } from '../shared/logger.js';

/** How this machine reaches others: by its proxies, trusting the certificate authorities of its own. */
export interface Network {
  readonly outgoing: Outgoing;
  /** Certificates (PEM) of the authorities that the machine trusts beside the usual ones. */
  authorities(): readonly string[];
  /** What of the proxies' addresses no log and no step may hold. */
  readonly secrets: readonly string[];
}

/**
 * G2: as HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say, and with the authorities of `--ca-file` or
 * DROVER_AGENT_CA_FILE, SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. Throws a `ConfigFault` where the setting names no certificates.
 */
export function openNetwork(environment: Environment, caFile?: string): Network {
  const setting = caFile ?? environment['DROVER_AGENT_CA_FILE'];
  const chosen = setting === undefined || setting === '' ? [] : chosenAuthorities(setting);
  // read at the first use: an agent on a link without TLS needs none of them
  const authorities = once(() => [...new Set([...chosen, ...machineAuthorities(environment)])]);
  // those of NODE_EXTRA_CA_CERTS alone Node trusts by itself
  const isUsual = chosen.length === 0 && (environment['SSL_CERT_FILE'] ?? '') === '';
  return {
    outgoing: createOutgoing({ environment, ...(!isUsual && { trust: once(() => trustIn(authorities())) }) }),
    authorities,
    secrets: proxySecrets(environment),
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function chosenAuthorities(file: string): readonly string[] {
  try {
    const found = certificatesIn(file);
    if (found !== undefined) return found;
  } catch (error) {
    throw new ConfigFault(`The file of certificate authorities cannot be read: ${messageOf(error)}.`);
  }
  throw new ConfigFault(`The file of certificate authorities ${file} holds no certificate in PEM format.`);
}
