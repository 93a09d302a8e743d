/** For programs on Node only: it never reaches a browser (.dependency-cruiser.cjs). */
export { OutgoingFault, type OutgoingCode } from './fault.js';
export type { Gate } from './connect.js';
export type { Answer, OutgoingRequest } from './exchange.js';
export { createOutgoing, type Outgoing, type OutgoingSession } from './outgoing.js';
export { noProxyVariables, proxiesForCurl, proxyFor, proxySecrets, proxyVariables, type Environment } from './proxies.js';
export { certificatesIn, isForGitTrust, machineAuthorities, trustForGit, trustIn } from './trust.js';
