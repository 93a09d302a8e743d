import { ApiError, problemOf } from './problem.js';
import { noteServerTime } from '../format/clock.js';

export const apiRoot = '/api/v1';

type Value = string | number | boolean | undefined;

interface RequestOptions {
  readonly query?: Readonly<Record<string, Value>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

let signedOut: () => void = () => undefined;
/** Who is told when the controller no longer knows the session. */
export const onSignedOut = (listener: () => void): void => void (signedOut = listener);

export const get = <T>(path: string, query?: RequestOptions['query'], signal?: AbortSignal): Promise<T> =>
  send<T>('GET', path, { query, signal });
export const post = <T>(path: string, body?: unknown, headers?: RequestOptions['headers']): Promise<T> =>
  send<T>('POST', path, { body: body ?? {}, headers });
export const put = <T>(path: string, body?: unknown): Promise<T> => send<T>('PUT', path, { body: body ?? {} });
export const patch = <T>(path: string, body: unknown): Promise<T> => send<T>('PATCH', path, { body });
export const remove = <T = void>(path: string): Promise<T> => send<T>('DELETE', path, {});

/** Asks the controller. Resolves with the parsed answer (text for anything but JSON), rejects with ApiError only. */
async function send<T>(method: string, path: string, options: RequestOptions): Promise<T> {
  const response = await reach(method, address(path, options.query), options);
  noteServerTime(response.headers.get('date'));
  const body = await read(response);
  if (response.ok) return body as T;
  const problem = problemOf(response, body);
  if (problem.code === 'unauthenticated') signedOut();
  throw problem;
}

export const address = (path: string, query: RequestOptions['query'] = {}): string => {
  const parts = Object.entries(query).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined && entry[1] !== '',
  );
  return apiRoot + path + (parts.length === 0 ? '' : `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`);
};

async function reach(method: string, url: string, { body, headers, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      signal: signal ?? null,
      headers: {
        accept: 'application/json, application/problem+json, text/yaml',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError({ code: 'unreachable', status: 0, detail: 'The controller did not answer.', cause });
  }
}

async function read(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  if (!type.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
