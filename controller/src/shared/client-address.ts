import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';

/** Where a request comes from, trusted proxies seen through. */
export type ClientAddress = (request: IncomingMessage) => string;

/** `trusted`: addresses, subnets and express’s words (`loopback`, …) of proxies whose `X-Forwarded-For` is believed. */
export function clientAddressOf(trusted: readonly string[]): ClientAddress {
  const isTrusted = proxyAddress.compile([...trusted]);
  return (request) => proxyAddress(request, isTrusted);
}

/** Whether an address is one of this machine or of a trusted proxy, behind which many clients stand. */
export function isSharedAddress(trusted: readonly string[]): (address: string) => boolean {
  const isTrusted = proxyAddress.compile(['loopback', ...trusted]);
  return (address) => isTrusted(address, 0);
}
