import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { OutgoingFault, type Gate } from '@drover/protocol/outgoing';
import { createAddressCheck, type AddressRules } from './address-rules.js';

/** The same for an address that is forbidden and for a name that is not there: nobody learns what lies in a network. */
export const forbiddenSentence =
  'the controller may not connect to this address, or its name cannot be resolved; an administrator decides which addresses are allowed';

/** Resolves hosts and lets through only addresses that the rules allow; undefined when nothing is forbidden. The caller connects to what this returns. */
export function createGate(rules: AddressRules, resolve: Resolve = resolveHost): Gate | undefined {
  const check = createAddressCheck(rules, ownAddresses);
  if (check === undefined) return undefined;
  return async (host) => {
    const found = await resolve(host).catch(() => []);
    const allowed = check.allowsHost(host) ? found : found.filter(({ address }) => check.allowsAddress(address));
    if (allowed.length === 0) throw new OutgoingFault('forbidden', forbiddenSentence);
    return allowed;
  };
}

type Resolve = (host: string) => Promise<ReadonlyArray<{ readonly address: string; readonly family: number }>>;

/** By the system. Each look-up occupies one of the four threads that also read and write files: let few run at once. */
export const resolveHost: Resolve = async (host) => {
  const family = isIP(host);
  return family === 0 ? lookup(host, { all: true }) : [{ address: host, family }];
};

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
