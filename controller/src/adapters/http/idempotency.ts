import type { IncomingMessage } from 'node:http';
import type { Creation } from '../../services/creation.js';
import type { Log } from '../../services/ports/environment.js';
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
  readonly freshId: string;
  readonly answers: StoredAnswers;
  readonly log: Log;
}

/** Lets a request happen once: the same key with the same body gets the first answer again, with another body it is refused. Refusals are not kept. What broke off, or whose answer could not be kept, is repeated with the ids of the first time. */
export async function once(
  { key, body, freshId, answers, log }: Once,
  act: (creation: Creation) => Promise<Answer | Refused>,
): Promise<Answer | Refused> {
  const begun = await answers.begin(key, JSON.stringify(body ?? null), freshId);
  if (begun.state === 'mismatch')
    return refused('idempotencyMismatch', 'This Idempotency-Key was used before, for a request with another body.');
  if (begun.state === 'busy')
    return refused('conflict', 'The first request with this Idempotency-Key is still under way.', { retryAfterSeconds: 1 });
  if (begun.state === 'done') return replay(begun.answer);
  const noted = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => log.warn('how a request with an idempotency key ended was not noted', { error }));
  const answer = await act(begun.creation).catch(async (error: unknown) => {
    await noted(answers.release(key));
    throw error;
  });
  if (!('ok' in answer))
    await noted(answers.finish(key, { status: answer.status, body: JSON.stringify(answer.json ?? null), headers: plain(answer.headers) }));
  else await noted(begun.creation.isRepeat ? answers.release(key) : answers.abandon(key));
  return answer;
}

const replay = ({ status, body, headers }: { status: number; body: string; headers: Readonly<Record<string, string>> }): Answer => {
  const json: unknown = JSON.parse(body);
  return { status, ...(json !== null && { json }), headers: { ...headers, 'Idempotency-Replayed': 'true' } };
};

const plain = (headers: Answer['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
