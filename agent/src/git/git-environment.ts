import { join } from 'node:path';
import { isForGitTrust, noProxyVariables, proxiesForCurl, proxyVariables, trustForGit } from '@drover/protocol/outgoing';
import { baseEnvironment } from '../attempts/step-environment.js';
import type { Environment } from '../config.js';
import { replaceText } from '../shared/files.js';

/** `gitEnvironment`, made at the first checkout; after a failure again at the next. */
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
  const trust = await trustForGit(given, { authorities, path: join(folder, 'authorities.pem'), write: replaceText });
  return { ...baseEnvironment(own), ...given, ...proxiesForCurl(given), ...trust };
}

const isForGit = (name: string): boolean => proxyVariables.includes(name) || noProxyVariables.includes(name) || isForGitTrust(name);
