import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { ok, refused, type Result } from '../../../services/result.js';

/** What a limited body ends with when more comes than may; the edge answers it with 413. */
export class BodyTooLarge extends Error {
  constructor(readonly limitBytes: number) {
    super(`the body is larger than ${limitBytes} bytes`);
  }
}

/** The body as a stream that never yields more than the limit. Destroying it leaves the request open, so that an answer can still be sent. */
export function limitedBody(
  request: IncomingMessage,
  rule: { readonly limitBytes: number; readonly contentType?: string },
): Result<Readable> {
  const { limitBytes, contentType } = rule;
  if (contentType !== undefined && mediaType(request) !== contentType)
    return refused('unsupportedMediaType', `The body must be ${contentType}.`);
  const length = Number(request.headers['content-length'] ?? 0);
  return length > limitBytes ? refused('payloadTooLarge', new BodyTooLarge(limitBytes).message) : ok(counted(request, limitBytes));
}

const mediaType = (request: IncomingMessage): string => (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function counted(request: IncomingMessage, limitBytes: number): Readable {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > limitBytes ? new BodyTooLarge(limitBytes) : null, chunk);
    },
  });
  counter.on('error', () => undefined); // the reader is told; nobody has to read
  request.once('close', () => {
    if (!request.complete) counter.destroy(new Error('the client went away'));
  });
  return request.pipe(counter);
}
