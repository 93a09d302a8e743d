import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { AttemptId } from '@drover/protocol';
import { LogHits, LogLines } from '@drover/protocol/api';
import type { AttemptDirectory, LoggedAttempt } from '../../../../services/logs/attempt-directory.js';
import { maxLines, type LogQueries } from '../../../../services/logs/log-queries.js';
import { refused, type Refused } from '../../../../services/result.js';
import { attachment } from '../../downloads/attachment.js';
import { askedRange, type AskedRange } from '../../downloads/byte-range.js';
import { content, json, route, type Route } from '../../route.js';

export interface LogRoutesParts {
  readonly attempts: AttemptDirectory;
  readonly queries: LogQueries;
}

const params = { attemptId: AttemptId };
const offset = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const rangeHeaders = { range: Type.Optional(Type.String({ maxLength: 200 })) };

/** Reading logs (V4): by bytes, by lines, by what stands in them, and as a file. */
export function logRoutes(parts: LogRoutesParts): readonly Route[] {
  return [bytesRoute(parts), linesRoute(parts), searchRoute(parts), rawRoute(parts)];
}

/** Who may see the project of the attempt, may read its log. */
function seen({ attempts }: LogRoutesParts) {
  return {
    project: 'view',
    of: async ({ attemptId }: { readonly attemptId: AttemptId }) => {
      const found = await attempts.find(attemptId);
      return found && { projectId: found.log.projectId };
    },
  } as const;
}

const bytesRoute = (parts: LogRoutesParts): Route =>
  route({
    method: 'GET',
    path: '/api/v1/attempts/:attemptId/log',
    operationId: 'readLog',
    summary: 'Bytes of the log of an attempt: all, or the part that a Range header or from and to name.',
    tag: 'logs',
    access: seen(parts),
    params,
    query: { from: Type.Optional(offset), to: Type.Optional(offset) },
    headers: rangeHeaders,
    responses: { 200: { contentType: 'text/plain' }, 206: { contentType: 'text/plain' } },
    handler: async ({ params: { attemptId }, query, headers }) => {
      const found = await parts.attempts.find(attemptId);
      if (!found) return unknownAttempt(attemptId);
      const { sizeBytes } = await parts.queries.stat(found.log);
      const asked = query.from === undefined && query.to === undefined ? askedRange(headers.range, sizeBytes) : clipped(query, sizeBytes);
      return sent(parts, found, { asked, sizeBytes, headers: { 'X-Content-Type-Options': 'nosniff' } });
    },
  });

const rawRoute = (parts: LogRoutesParts): Route =>
  route({
    method: 'GET',
    path: '/api/v1/attempts/:attemptId/log/raw',
    operationId: 'downloadLog',
    summary: 'The log of an attempt as a file.',
    tag: 'logs',
    access: seen(parts),
    params,
    headers: rangeHeaders,
    responses: { 200: { contentType: 'text/plain' }, 206: { contentType: 'text/plain' } },
    handler: async ({ params: { attemptId }, headers }) => {
      const found = await parts.attempts.find(attemptId);
      if (!found) return unknownAttempt(attemptId);
      const { sizeBytes } = await parts.queries.stat(found.log);
      return sent(parts, found, { asked: askedRange(headers.range, sizeBytes), sizeBytes, headers: attachment(`${attemptId}.log`) });
    },
  });

const linesRoute = (parts: LogRoutesParts): Route =>
  route({
    method: 'GET',
    path: '/api/v1/attempts/:attemptId/log/lines',
    operationId: 'readLogLines',
    summary: 'Lines of the log of an attempt, counted from 0. Fewer than asked for when they are long.',
    tag: 'logs',
    access: seen(parts),
    params,
    query: {
      from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 })),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: maxLines, default: 500 })),
    },
    responses: { 200: { schema: LogLines } },
    handler: async ({ params: { attemptId }, query: { from = 0, count = 500 } }) => {
      const found = await parts.attempts.find(attemptId);
      return found ? json(200, await parts.queries.lines(found, { from, count })) : unknownAttempt(attemptId);
    },
  });

const searchRoute = (parts: LogRoutesParts): Route =>
  route({
    method: 'GET',
    path: '/api/v1/attempts/:attemptId/log/search',
    operationId: 'searchLog',
    summary: 'Places of a plain text in the log of an attempt, in order; next is the line to continue from.',
    tag: 'logs',
    access: seen(parts),
    params,
    query: {
      q: Type.String({ minLength: 1, maxLength: 500 }),
      from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      ignoreCase: Type.Optional(Type.Boolean({ default: true })),
    },
    responses: { 200: { schema: LogHits } },
    handler: async ({ params: { attemptId }, query: { q, from = 0, limit = 100, ignoreCase = true }, signal }) => {
      const found = await parts.attempts.find(attemptId);
      if (!found) return unknownAttempt(attemptId);
      return json(200, await parts.queries.search(found.log, { text: q, from, limit, ignoreCase }, signal));
    },
  });

const clipped = ({ from = 0, to = Infinity }: { from?: number; to?: number }, sizeBytes: number): AskedRange => {
  const start = Math.min(from, sizeBytes);
  return { type: 'part', from: start, to: Math.max(start, Math.min(to, sizeBytes)) };
};

interface Sending {
  readonly asked: AskedRange;
  readonly sizeBytes: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

async function sent({ queries }: LogRoutesParts, found: LoggedAttempt, { asked, sizeBytes, headers }: Sending) {
  if (asked.type === 'none') return refused('rangeNotSatisfiable', `The log has ${sizeBytes} bytes.`);
  const { from, to } = asked.type === 'part' ? asked : { from: 0, to: sizeBytes };
  const source = await queries.content(found, asked.type === 'whole' || to - from === sizeBytes ? 'whole' : { from, to });
  const bytes = Readable.from(source, { objectMode: false, highWaterMark: 262_144 });
  const contentType = 'text/plain; charset=utf-8';
  const common = { ...headers, 'Accept-Ranges': 'bytes', 'Content-Length': String(to - from) };
  if (asked.type === 'whole') return content(200, bytes, { contentType, headers: common });
  return content(206, bytes, {
    contentType,
    headers: { ...common, 'Content-Range': to > from ? `bytes ${from}-${to - 1}/${sizeBytes}` : `bytes */${sizeBytes}` },
  });
}

const unknownAttempt = (attemptId: AttemptId): Refused => refused('notFound', `There is no attempt ${attemptId}.`);
