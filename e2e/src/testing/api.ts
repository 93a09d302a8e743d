import type { Problem } from '@drover/protocol';

/** A refusal of the API, with its problem detail. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    request: string,
  ) {
    super(`${request}: ${status} ${problem.code}: ${problem.detail} ${JSON.stringify(problem.errors ?? [])}`);
  }
}

/** What somebody in the tests makes of a password that they were given. */
export const ownPassword = (given: string): string => `own ${given}`;

/** The REST API as one signed-in person sees it. */
export class Api {
  private constructor(
    readonly base: string,
    readonly cookie: string,
  ) {}

  static async signIn(base: string, name: string, password: string): Promise<Api> {
    const response = await fetch(`${base}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: base },
      body: JSON.stringify({ name, password }),
    });
    if (!response.ok) throw new Refusal(response.status, (await response.json()) as Problem, 'POST /session');
    return new Api(
      base,
      response.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    );
  }

  /** The first time of somebody whose password another has chosen: they make it `ownPassword`. */
  static async firstSignIn(base: string, name: string, given: string): Promise<Api> {
    const api = await Api.signIn(base, name, given);
    await api.put('/me/password', { current: given, next: ownPassword(given) });
    return api;
  }

  /** Sends a request as it is; the caller looks at the answer. */
  raw(
    method: string,
    path: string,
    init: { body?: string | Uint8Array | ReadableStream; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { cookie: this.cookie, origin: this.base, ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body, duplex: 'half' }),
    });
  }

  async send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await this.raw(method, path, {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Refusal(response.status, JSON.parse(text) as Problem, `${method} ${path}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> {
    return this.send<T>('POST', path, body, headers);
  }
  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, body);
  }
}
