/** Speaks to the controller by a token; refusals become errors with the controller's own words. */
export class Api {
  private constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  static withToken(base: string, token: string): Api {
    return new Api(base, token);
  }

  async get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T> {
    return this.send<T>('POST', path, body, idempotencyKey);
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, body);
  }

  private async send<T>(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T> {
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await sentence(response)}`);
    return (await response.json()) as T;
  }
}

async function sentence(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as { detail?: string; errors?: ReadonlyArray<{ path: string; message: string }> };
    const places = (problem.errors ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
    return [problem.detail ?? text, places].filter((part) => part !== '').join(': ');
  } catch {
    return `${response.status} ${text.slice(0, 200)}`;
  }
}
