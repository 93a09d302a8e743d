import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { StoredAnswers } from '../../services/ports/stored-answers.js';
import { ok, refused, type Refused, type Result } from '../../services/result.js';
import { invalid } from './input/json-body.js';
import type { Answer } from './route.js';

export const idempotencyHeader = 'idempotency-key';

/** The key that a client sent; undefined without one. */
export function idempotencyKeyOf(request: IncomingMessage): Result<string | undefined> {
  const key = request.headers[idempotencyHeader];
  if (key === undefined) return ok(undefined);
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return ok(key);
  return invalid([{ path: '/headers/idempotency-key', message: 'must be 1 to 200 visible ASCII characters' }]);
}

export interface Once {
  /** Names the request: who, which route, which target, which key. */
  readonly key: string;
  readonly body: unknown;
  readonly answers: StoredAnswers;
}

/** Lets a request happen once: the same key with the same body gets the first answer again, with another body it is refused. Refusals are not kept. */
export async function once({ key, body, answers }: Once, act: () => Promise<Answer | Refused>): Promise<Answer | Refused> {
  const begun = await answers.begin(key, hashOf(body));
  if (begun.state === 'mismatch')
    return refused('idempotencyMismatch', 'This Idempotency-Key was used before, for a request with another body.');
  if (begun.state === 'busy')
    return refused('conflict', 'The first request with this Idempotency-Key is still under way.', { retryAfterSeconds: 1 });
  if (begun.state === 'done') return replay(begun.answer);
  const answer = await act().catch(async (error: unknown) => {
    await answers.abandon(key);
    throw error;
  });
  if ('ok' in answer) await answers.abandon(key);
  else await answers.finish(key, { status: answer.status, body: JSON.stringify(answer.json ?? null), headers: plain(answer.headers) });
  return answer;
}

const hashOf = (body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('hex');

const replay = ({ status, body, headers }: { status: number; body: string; headers: Readonly<Record<string, string>> }): Answer => {
  const json: unknown = JSON.parse(body);
  return { status, ...(json !== null && { json }), headers: { ...headers, 'Idempotency-Replayed': 'true' } };
};

const plain = (headers: Answer['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
