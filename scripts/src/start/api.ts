import { problemSentence } from '@drover/protocol';
import { createOutgoing } from '@drover/protocol/outgoing';

/** The controller runs on this machine, which no proxy leads to. */
const outgoing = createOutgoing({ environment: {} });
const answerMs = 60_000;
const answerBytes = 16_000_000;

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

  private async send<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, idempotencyKey?: string): Promise<T> {
    const { status, text } = await outgoing.exchange(new URL(`${this.base}/api/v1${path}`), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      answerMs,
      answerBytes,
    });
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${sentence(status, text)}`);
    return JSON.parse(text) as T;
  }
}

function sentence(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as { detail?: string; errors?: ReadonlyArray<{ path: string; message: string }> };
    return problemSentence({ detail: text, ...problem });
  } catch {
    return `${status} ${text.slice(0, 200)}`;
  }
}
