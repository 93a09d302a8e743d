import { isForGitTrust, noProxyVariables, proxyVariables } from '@drover/protocol/outgoing';
import { passedNames, passedNamesVariable, type Environment } from '../config.js';

const certificates: readonly string[] = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/**
 * The variables of the installing shell that the service gets too: all settings of the agent but its folder, which is in the
 * command line; how the controller is reached; and what tasks get by name. Never a token.
 */
export function settingsOf(env: Environment): Readonly<Record<string, string>> {
  const passed = new Set(passedNames([env[passedNamesVariable] ?? '']));
  const isCarried = (name: string): boolean =>
    (/^DROVER_AGENT_/.test(name) && name !== 'DROVER_AGENT_DATA') ||
    ['DROVER_LOG_LEVEL', 'DROVER_PRIVATE_NOTES'].includes(name) ||
    [...proxyVariables, ...noProxyVariables, ...certificates].includes(name) ||
    isForGitTrust(name) ||
    passed.has(name);
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' || !isCarried(name) ? [] : [[name, value]])),
  );
}
