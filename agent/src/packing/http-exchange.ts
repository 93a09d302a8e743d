import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { proxyAgentFor } from '../link/proxy.js';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Buffer>;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const largestAnswerBytes = 1_000_000;

/**
 * G2: one HTTP call, by the same proxy as the link. A body is streamed in constant memory; an answer that comes before
 * its end ends the sending. Rejects when the connection fails or the signal aborts.
 */
export async function exchange(address: URL, { method, headers, body = '', signal }: Exchange): Promise<Answer> {
  const agent = await proxyAgentFor(address.href);
  const send = address.protocol === 'https:' ? requestSecure : requestPlain;
  const request = send(address, { method, headers, signal, ...(agent ? { agent } : {}) });
  const answered = answerOf(request);
  const sent = sendBody(request, body);
  try {
    const response = await answered;
    const text = await textOf(response);
    if (!request.writableFinished) request.destroy();
    return { status: response.statusCode ?? 0, text };
  } catch (error) {
    request.destroy();
    throw error;
  } finally {
    await sent;
  }
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject); // also after the answer: then it changes nothing
    request.once('close', () => reject(new Error('the connection ended before an answer came')));
  });
}

/** Never rejects: what goes wrong with the sending shows in the answer or in its absence. */
async function sendBody(request: ClientRequest, body: string | AsyncIterable<Buffer>): Promise<void> {
  if (typeof body === 'string') request.end(body);
  else await pipeline(Readable.from(body, { objectMode: false }), request).catch((error: unknown) => request.destroy(asError(error)));
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > largestAnswerBytes) throw new Error('the answer is too long');
  }
  return text;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
