import type { GitCredentials } from '@drover/protocol/agent';
import { nameKeyOf } from '../../domain/accounts/account.js';
import { covers, type CredentialField, type EndpointRecord } from '../../domain/endpoints/endpoint.js';
import { mendedKey, mendedKnownHosts } from '../../domain/endpoints/key-text.js';
import { secretContext, type Credentials, type EndpointOfRun, type SecretBox } from '../ports/definitions.js';
import type { SettingsReader } from '../ports/settings.js';
import type { EndpointStore } from '../ports/stores/projects.js';

export interface CredentialPorts {
  readonly endpoints: EndpointStore;
  readonly secrets: SecretBox;
  readonly settings: SettingsReader;
}

/**
 * Opens the credentials of endpoints, for one use each; undefined when there is no such endpoint or no key for them, or
 * when it leads elsewhere: its address may have changed since the definition was saved.
 */
export function createCredentials({ endpoints, secrets, settings }: CredentialPorts): Credentials {
  return {
    async git(named, url) {
      const endpoint = await find(endpoints, named);
      return endpoint?.kind === 'git' && covers(endpoint.url, url) ? gitCredentials(secrets, endpoint) : undefined;
    },
    async registry(named) {
      const endpoint = await find(endpoints, named);
      if (endpoint?.kind !== 'dockerRegistry') return undefined;
      const password = opened(secrets, endpoint, 'password');
      return password === undefined ? undefined : { address: endpoint.url, user: endpoint.user ?? '', password };
    },
    allowedFolders: async () => (await settings.read()).allowedFolders,
  };
}

async function find(endpoints: EndpointStore, { projectId, name, id }: EndpointOfRun): Promise<EndpointRecord | undefined> {
  const endpoint = await (id === undefined ? endpoints.byName(projectId, nameKeyOf(name)) : endpoints.byId(id));
  return endpoint?.projectId === projectId ? endpoint : undefined;
}

/** What Git is given for an endpoint; undefined when a stored credential cannot be opened. */
export function gitCredentials(secrets: SecretBox, endpoint: EndpointRecord): GitCredentials | undefined {
  if (endpoint.secrets.privateKey) {
    const privateKey = opened(secrets, endpoint, 'privateKey');
    const knownHosts = opened(secrets, endpoint, 'knownHosts');
    if (privateKey === undefined || knownHosts === undefined) return undefined;
    const hosts = mendedKnownHosts(knownHosts);
    return { kind: 'sshKey', privateKey: mendedKey(privateKey), ...(hosts !== '' && { knownHosts: hosts }) };
  }
  const password = opened(secrets, endpoint, 'password');
  if (password === undefined) return undefined;
  if (password === '' && endpoint.user === undefined) return { kind: 'none' };
  return { kind: 'password', user: endpoint.user ?? 'git', password };
}

/** '' where nothing is stored, undefined where it cannot be opened. */
function opened(secrets: SecretBox, endpoint: EndpointRecord, field: CredentialField): string | undefined {
  const sealed = endpoint.secrets[field];
  return sealed ? secrets.open(sealed, secretContext.endpoint(endpoint._id, field)) : '';
}
