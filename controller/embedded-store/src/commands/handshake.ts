import { maxDocumentBytes } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import type { Command } from './context.js';

/** The largest message that is taken. */
export const maxMessageBytes = 48_000_000;

/** MongoDB 7.0's protocol, which the store's replies follow. */
const serverVersion = '7.0.0';
const wireVersion = 21;

/** What a driver is told on its first message: a single server with sessions, without transactions. */
export function helloReply(now: Date): Doc {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: wireVersion,
    readOnly: false,
    ok: 1,
  };
}

const helloFields = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'hostInfo',
  'topologyVersion',
  'maxAwaitTimeMS',
  'backpressure',
];
const hello: Command = { writes: false, fields: helloFields, run: ({ now }) => helloReply(now()) };
const done: Command = { writes: false, fields: [], run: () => ({ ok: 1 }) };

/** Commands of connecting, and of looking who is there. */
export const handshakeCommands: Readonly<Record<string, Command>> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: done,
  endSessions: done,
  refreshSessions: done,
  killSessions: done,
  buildInfo: { writes: false, fields: [], run: buildInfo },
  buildinfo: { writes: false, fields: [], run: buildInfo },
  connectionStatus: {
    writes: false,
    fields: ['showPrivileges'],
    run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
  },
  getParameter: {
    writes: false,
    fields: ['featureCompatibilityVersion'],
    run: () => ({ featureCompatibilityVersion: { version: '7.0' }, ok: 1 }),
  },
};

function buildInfo(): Doc {
  return {
    version: serverVersion,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'drover embedded store',
    modules: ['drover-embedded-store'],
    bits: 64,
    maxBsonObjectSize: maxDocumentBytes,
    storageEngines: ['lmdb'],
    ok: 1,
  };
}
