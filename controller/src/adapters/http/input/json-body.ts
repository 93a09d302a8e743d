import type { IncomingMessage } from 'node:http';
import { faultSentence, parse } from '@drover/protocol';
import type { TSchema } from '@sinclair/typebox';
import { ok, refused, type Refused, type Result } from '../../../services/result.js';
import { hostilePart, isTooDeep } from './hostile.js';

export const defaultJsonLimitBytes = 1_048_576;

/** Reads and checks a JSON body: its size, encoding, syntax, depth, names, and its schema. */
export async function readJson(request: IncomingMessage, schema: TSchema, limitBytes = defaultJsonLimitBytes): Promise<Result<unknown>> {
  if (!isJson(request.headers['content-type']))
    return refused('unsupportedMediaType', 'The body must be JSON: send “Content-Type: application/json”.');
  if (hasEncoding(request)) return refused('unsupportedMediaType', 'A body with a Content-Encoding is not understood here: send it plain.');
  const text = await readText(request, limitBytes);
  if (!text.ok) return text;
  return checkJson(text.value, schema);
}

function checkJson(text: string, schema: TSchema): Result<unknown> {
  if (isTooDeep(text)) return refused('malformedBody', 'The JSON is nested deeper than 64 levels.');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused(
      'malformedBody',
      text.trim() === '' ? 'The body is empty; JSON was expected.' : `The body is not JSON: ${firstLine(error)}.`,
    );
  }
  const fault = hostilePart(document);
  if (fault) return invalid([fault]);
  const parsed = parse(schema, document);
  return parsed.ok ? ok(parsed.value) : invalid(parsed.faults);
}

/** A refusal that names the first faulty field in its sentence, too. */
export function invalid(errors: ReadonlyArray<{ readonly path: string; readonly message: string }>): Refused {
  const [first] = errors;
  const sentence = first === undefined ? 'the input is not valid' : faultSentence(first);
  return refused('invalidInput', `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`, { errors });
}

/** Position and kind of the fault, without the surroundings that newer engines quote. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : 'unreadable').split(/,? *(?:\.\.\.|")/)[0]?.slice(0, 120) ?? 'unreadable';

function isJson(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  return (
    (type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type ?? '')) &&
    (charset === undefined || charset === 'utf-8' || charset === 'utf8')
  );
}

const hasEncoding = (request: IncomingMessage): boolean =>
  !['', 'identity'].includes((request.headers['content-encoding'] ?? '').toLowerCase());

async function readText(request: IncomingMessage, limitBytes: number): Promise<Result<string>> {
  const tooLarge = refused('payloadTooLarge', `The body is larger than ${limitBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limitBytes) return tooLarge;
    chunks.push(bytes);
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    return refused('malformedBody', 'The body is not UTF-8.');
  }
}
