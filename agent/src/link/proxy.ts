import type { Agent } from 'node:http';
import { getProxyForUrl } from 'proxy-from-env';

/** The connection maker for the proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name for this address, if any. */
export async function proxyAgentFor(url: string): Promise<Agent | undefined> {
  const proxy = getProxyForUrl(url);
  if (proxy === '') return undefined;
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}
