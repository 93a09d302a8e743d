import type { Answer, Outgoing, OutgoingSession } from '@drover/protocol/outgoing';
import type { RegistryProbe } from '../../services/endpoints/remotes.js';

/** All that is asked together takes no longer. */
const limitMs = 10_000;
/** A token has some thousand bytes. */
const answerBytes = 65_536;
const redirects = 3;

/** Asks `GET /v2/` as Docker does, with the token service's detour where the registry wants it. */
export const createRegistryProbe = (outgoing: Outgoing): RegistryProbe => ({
  async test(registry, signal) {
    const session = outgoing.session();
    const limit = AbortSignal.timeout(limitMs);
    try {
      return await probe(session, registry, AbortSignal.any([signal, limit]));
    } catch (error) {
      const reason = limit.aborted ? `no answer within ${limitMs / 1_000} s` : error instanceof Error ? error.message : 'unknown';
      return { ok: false, detail: `The registry could not be reached: ${reason}.` };
    } finally {
      session.close();
    }
  },
});

async function probe(session: OutgoingSession, { url, user, password }: Parameters<RegistryProbe['test']>[0], signal: AbortSignal) {
  const ask = (address: string, headers: Record<string, string>) =>
    session.exchange(new URL(address), { method: 'GET', headers, redirects, answerMs: limitMs, answerBytes, signal });
  const basic: Record<string, string> =
    user === '' && password === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const root = `${url.replace(/\/+$/, '').replace(/\/v[12]$/, '')}/v2/`;
  const first = await ask(root, basic);
  const challenge = bearerChallenge(first.headers['www-authenticate'] ?? '', root.startsWith('https:'));
  if (first.status !== 401 || !challenge) return verdict(first.status);
  const token = tokenFrom(await ask(challenge, basic));
  return token === undefined
    ? { ok: false, detail: 'The registry’s token service refused user or password.' }
    : verdict((await ask(root, { authorization: `Bearer ${token}` })).status);
}

function verdict(status: number): { ok: boolean; detail: string } {
  if (status >= 200 && status < 300) return { ok: true, detail: 'The registry answered and let us in.' };
  if (status === 401 || status === 403) return { ok: false, detail: `The registry refused user or password (${status}).` };
  return { ok: false, detail: `The address does not answer as a Docker registry does (${status}).` };
}

/** Where to get a token. A registry by https sends nobody's password to a service without it. */
function bearerChallenge(header: string, isSecure: boolean): string | undefined {
  const realm = /^Bearer .*?realm="([^"]{1,2000})"/i.exec(header)?.[1];
  const service = /service="([^"]+)"/i.exec(header)?.[1];
  if (realm === undefined || !URL.canParse(realm) || !(isSecure ? /^https:/i : /^https?:/i).test(realm)) return undefined;
  const address = new URL(realm);
  if (service !== undefined) address.searchParams.set('service', service);
  return address.href;
}

function tokenFrom({ status, text }: Answer): string | undefined {
  const body: unknown = status >= 200 && status < 300 ? jsonOf(text) : undefined;
  if (typeof body !== 'object' || body === null) return undefined;
  const token: unknown = 'token' in body ? body.token : 'access_token' in body ? body.access_token : undefined;
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
