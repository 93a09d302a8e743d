import { request as send, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Connections } from './connections.js';
import { asFault, OutgoingFault } from './fault.js';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent in constant memory; an answer that comes before its end ends the sending. */
  readonly body?: string | AsyncIterable<Buffer>;
  /** The whole answer has to be there within this time of the beginning, redirects included; where a body is streamed, of its last piece. */
  readonly answerMs: number;
  /** Size of the longest answer that is taken. */
  readonly answerBytes?: number;
  /** How many redirects of a GET are followed. An answer that redirects further is a fault; with 0 it is an answer as any. */
  readonly redirects?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const usualAnswerBytes = 1_000_000;
/** Headers longer than this end the connection. */
const headerBytes = 16_384;

type Choose = (address: URL) => Connections;

/** One call and its answer. Rejects with an `OutgoingFault`, or with the reason of the caller's signal; the request is over then. */
export async function exchange(choose: Choose, address: URL, request: OutgoingRequest): Promise<Answer> {
  const limit = new Deadline(request.answerMs);
  const signal = request.signal ? AbortSignal.any([request.signal, limit.signal]) : limit.signal;
  try {
    return await follow(choose, address, { ...request, signal, limit, left: request.redirects ?? 0 });
  } catch (error) {
    request.signal?.throwIfAborted();
    limit.signal.throwIfAborted();
    throw asFault(error);
  } finally {
    limit.clear();
  }
}

interface Limited extends OutgoingRequest {
  readonly signal: AbortSignal;
  readonly limit: Deadline;
  /** Redirects that may still be followed. */
  readonly left: number;
}

async function follow(choose: Choose, address: URL, request: Limited): Promise<Answer> {
  const answer = await once(choose(address), address, request);
  const { method, redirects = 0, left } = request;
  const { location } = answer.headers;
  if (method !== 'GET' || redirects === 0 || location === undefined || !isRedirect(answer.status)) return answer;
  if (left === 0) throw new OutgoingFault('redirected', 'the address redirects too often');
  const next = nextAddress(address, location);
  const headers = next.origin === address.origin ? request.headers : withoutCredentials(request.headers ?? {});
  return follow(choose, next, { ...request, ...(headers && { headers }), left: left - 1 });
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

function nextAddress(address: URL, location: string): URL {
  const next = URL.canParse(location, address.href) ? new URL(location, address.href) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol) || next.username !== '' || next.password !== '')
    throw new OutgoingFault('redirected', 'the address redirects to something that is not an http address');
  return next;
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie|proxy-authorization)$/i.test(name)));
}

async function once(agent: Connections, address: URL, request: Limited): Promise<Answer> {
  const { method, headers = {}, body = '', signal } = request;
  // nothing is asked for that would have to be unpacked: a small answer could become an endless one
  const options = {
    method,
    agent,
    signal,
    until: signal,
    maxHeaderSize: headerBytes,
    headers: { ...headers, 'accept-encoding': 'identity' },
  };
  const sent = send(address, options);
  const answered = answerOf(sent);
  const sending = sendBody(sent, body, request.limit);
  try {
    const response = await answered;
    const text = await textOf(response, request.answerBytes ?? usualAnswerBytes);
    signal.throwIfAborted(); // an answer without a length seems to be complete when its connection is cut
    if (!sent.writableFinished) sent.destroy();
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  } catch (error) {
    sent.destroy();
    throw error;
  } finally {
    await sending;
  }
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', reject); // also after the answer: then it changes nothing
    sent.once('close', () => reject(new Error('the connection ended before an answer came')));
  });
}

/** Never rejects: a failure of the sending shows in the answer or in its absence. */
async function sendBody(sent: ClientRequest, body: string | AsyncIterable<Buffer>, limit: Deadline): Promise<void> {
  if (typeof body === 'string') sent.end(body);
  else
    await pipeline(Readable.from(extending(body, limit), { objectMode: false }), sent).catch((error: unknown) =>
      sent.destroy(asFault(error)),
    );
}

async function* extending(body: AsyncIterable<Buffer>, limit: Deadline): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    limit.extend();
    yield piece;
  }
}

async function textOf(response: IncomingMessage, most: number): Promise<string> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new OutgoingFault('encoded', 'the answer is compressed, which nobody asked for');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most) throw new OutgoingFault('tooLong', `the answer is longer than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Aborts when the time is up. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(new OutgoingFault('timeout', `no complete answer within ${ms / 1_000} s`)), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extend(): void {
    this.#timer.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
