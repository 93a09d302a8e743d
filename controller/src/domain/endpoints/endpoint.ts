import type { EndpointId, Instant, ProjectId, UserId } from '@drover/protocol';
import type { Ciphertext } from '../pipelines/pipeline.js';

export const credentialFields = ['password', 'privateKey', 'knownHosts'] as const;
export type CredentialField = (typeof credentialFields)[number];

export interface EndpointRecord {
  readonly _id: EndpointId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  readonly kind: 'git' | 'dockerRegistry';
  readonly name: string;
  /** Unique in the project, whatever its case. */
  readonly nameKey: string;
  readonly url: string;
  readonly user?: string;
  readonly secrets: Readonly<Partial<Record<CredentialField, Ciphertext>>>;
  readonly version: number;
  readonly createdAt: Instant;
  readonly createdBy: UserId;
  readonly changedAt: Instant;
  readonly changedBy: UserId;
}

/** Whether credentials of an endpoint may be sent to this address: same scheme, host and port, and below its path. Else anybody could have them sent to a host of their own. */
export function covers(endpointUrl: string, url: string): boolean {
  const endpoint = placeOf(endpointUrl);
  const target = placeOf(url);
  if (!endpoint || !target || endpoint.host !== target.host || endpoint.scheme !== target.scheme) return false;
  const folder = endpoint.path.replace(/\/+$/, '');
  if (target.path.split('/').includes('..') || /%2e|%2f|%5c/i.test(target.path)) return folder === '';
  return folder === '' || target.path === folder || target.path === `${folder}.git` || target.path.startsWith(`${folder}/`);
}

function placeOf(url: string): { scheme: string; host: string; path: string } | undefined {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.*)$/.exec(url);
  if (scp) return { scheme: 'ssh:', host: (scp[1] ?? '').toLowerCase(), path: `/${(scp[2] ?? '').replace(/^\//, '')}` };
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  const isUsual = port === '' || (protocol === 'ssh:' && port === '22');
  return { scheme: protocol, host: hostname.toLowerCase() + (isUsual ? '' : `:${port}`), path: pathname };
}
