import { MongoCompatibilityError, MongoError, MongoServerError, type TopologyDescription } from 'mongodb';
import { MongooseError } from 'mongoose';

/** MongoDB's numbers for wrong names, passwords and rights. */
const authenticationFailed: ReadonlySet<unknown> = new Set([18, 8_000, 33, 11]);
const unauthorized = 13;

/** Why MongoDB cannot be used, in a sentence that says what to do; undefined where the error is not about it. Never shows a password. */
export function connectFaultOf(error: unknown, uri: string): string | undefined {
  if (!(error instanceof MongoError || error instanceof MongooseError)) return undefined;
  const found = causesOf(error);
  for (const [isIt, sentence] of faults) {
    const cause = found.find(isIt);
    if (cause) return sentence(hostOf(uri), cause);
  }
  const topology = topologyOf(error);
  if (topology?.type === 'ReplicaSetNoPrimary') return replicaSetFault(topology, hostOf(uri), uri);
  return `MongoDB at ${hostOf(uri)} (MONGODB_URI) cannot be reached: ${error.message.replaceAll(uri, hostOf(uri))}.`;
}

type Fault = readonly [isIt: (error: Error) => boolean, sentence: (host: string, error: Error) => string];

const faults: readonly Fault[] = [
  [
    (error) => error instanceof MongoCompatibilityError || /maximum wire version/.test(error.message),
    (host, { message }) => `MongoDB at ${host} is too old: Drover needs version 4.4 or newer (${message}).`,
  ],
  [
    (error) => authenticationFailed.has(codeOf(error)) || /Authentication failed|auth failed/i.test(error.message),
    (host) =>
      `MongoDB at ${host} refused the name or the password of MONGODB_URI. Check both, and authSource if the user belongs to another database.`,
  ],
  [
    (error) => codeOf(error) === unauthorized,
    (host, { message }) =>
      `The user of MONGODB_URI may not do what Drover needs at ${host}; give it the role readWrite on the database (${message}).`,
  ],
  [
    (error) => isOneOf(error, ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL']),
    (host) => `The host name in MONGODB_URI (${host}) was not found. Check the name and this machine’s DNS.`,
  ],
  [
    (error) => isOneOf(error, ['ECONNREFUSED']),
    (host) => `Nothing listens at ${host} (MONGODB_URI). Start MongoDB, or check host and port.`,
  ],
  [
    (error) => isTls(error),
    (host, { message }) =>
      `The TLS connection to MongoDB at ${host} failed: ${message}. Check tls, tlsCAFile and the certificate’s names in MONGODB_URI.`,
  ],
];

function replicaSetFault({ setName, servers }: TopologyDescription, host: string, uri: string): string {
  const asked = /[?&]replicaSet=([^&]+)/.exec(uri)?.[1] ?? setName ?? '';
  const isKnown = [...servers.values()].some(({ type }) => type !== 'Unknown');
  return isKnown
    ? `The replica set ${asked} at ${host} has no primary now. Look at rs.status(), and start the controller when a primary is elected.`
    : `No server at ${host} belongs to a replica set named ${asked}. Check replicaSet in MONGODB_URI (rs.status() shows the name).`;
}

const isOneOf = (error: Error, codes: readonly string[]): boolean =>
  codes.includes(String(codeOf(error))) || codes.some((code) => error.message.includes(code));

const isTls = (error: Error): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|EPROTO)/.test(String(codeOf(error))) ||
  /certificate|\bSSL\b|\bTLS\b|secure TLS/i.test(error.message);

/** The error, what it was caused by, and what each server of the topology last said. */
function causesOf(error: unknown, depth = 0): readonly Error[] {
  if (!(error instanceof Error) || depth > 6) return [];
  const servers = [...(topologyOf(error)?.servers.values() ?? [])].flatMap((server) => (server.error ? [server.error] : []));
  const more = error instanceof MongoServerError && error.errorResponse instanceof Error ? [error.errorResponse] : [];
  const aggregated = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return [error, ...[error.cause, ...servers, ...more, ...aggregated].flatMap((each) => causesOf(each, depth + 1))];
}

function topologyOf(error: Error): TopologyDescription | undefined {
  const reason: unknown = 'reason' in error ? error.reason : undefined;
  return typeof reason === 'object' && reason !== null && 'servers' in reason ? (reason as TopologyDescription) : undefined;
}

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);

/** Hosts of a URI without names and passwords. */
const hostOf = (uri: string): string => /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)/.exec(uri)?.[1] ?? 'MONGODB_URI';
