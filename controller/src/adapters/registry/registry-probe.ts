import type { RegistryProbe } from '../../services/endpoints/remotes.js';

const limitMs = 10_000;

/** Asks `GET /v2/` as Docker does, with the token service's detour where the registry wants it. */
export const registryProbe: RegistryProbe = {
  async test({ url, user, password }, signal) {
    const ask = (address: string, headers: Record<string, string>) =>
      fetch(address, { headers, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) });
    const basic: Record<string, string> =
      user === '' && password === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    const root = `${url.replace(/\/+$/, '').replace(/\/v[12]$/, '')}/v2/`;
    try {
      const first = await ask(root, basic);
      const challenge = bearerChallenge(first.headers.get('www-authenticate') ?? '');
      if (first.status !== 401 || !challenge) return verdict(first.status);
      const token = await tokenFrom(await ask(challenge, basic));
      return token === undefined
        ? { ok: false, detail: 'The registry’s token service refused user or password.' }
        : verdict((await ask(root, { authorization: `Bearer ${token}` })).status);
    } catch (error) {
      return { ok: false, detail: `The registry could not be reached: ${reasonOf(error)}.` };
    }
  },
};

function verdict(status: number): { ok: boolean; detail: string } {
  if (status >= 200 && status < 300) return { ok: true, detail: 'The registry answered and let us in.' };
  if (status === 401 || status === 403) return { ok: false, detail: `The registry refused user or password (${status}).` };
  return { ok: false, detail: `The address does not answer as a Docker registry does (${status}).` };
}

function bearerChallenge(header: string): string | undefined {
  const realm = /^Bearer .*?realm="([^"]+)"/i.exec(header)?.[1];
  const service = /service="([^"]+)"/i.exec(header)?.[1];
  if (realm === undefined || !URL.canParse(realm) || !/^https?:/.test(realm)) return undefined;
  const address = new URL(realm);
  if (service !== undefined) address.searchParams.set('service', service);
  return address.href;
}

async function tokenFrom(response: Response): Promise<string | undefined> {
  if (!response.ok) return undefined;
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) return undefined;
  const token: unknown = 'token' in body ? body.token : 'access_token' in body ? body.access_token : undefined;
  return typeof token === 'string' ? token : undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `no answer within ${limitMs / 1_000} s`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
