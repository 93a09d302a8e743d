import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Refused } from '../../services/result.js';
import { sendProblem } from './problems.js';
import type { Answer, Route } from './route.js';

/** Sends what a handler answered: a problem, JSON, content, or nothing. Resolves when the last byte is handed over. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer | Refused,
  about: { readonly route: Route; readonly requestId: string; readonly headOnly: boolean },
): Promise<void> {
  if ('ok' in answer) return sendProblem(response, answer, about.requestId);
  response.statusCode = answer.status;
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.json !== undefined) return sendBytes(response, JSON.stringify(answer.json), 'application/json', about.headOnly);
  if (answer.content === undefined) {
    response.end();
    return;
  }
  const type = answer.contentType ?? declaredType(about.route, answer.status);
  if (typeof answer.content === 'string' || answer.content instanceof Uint8Array)
    return sendBytes(response, answer.content, type, about.headOnly);
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', type);
  if (about.headOnly) {
    answer.content.destroy();
    response.end();
    return;
  }
  await pipeline(answer.content, response);
}

function sendBytes(response: ServerResponse, bytes: string | Uint8Array, type: string, headOnly: boolean): void {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(bytes));
  response.end(headOnly ? undefined : bytes);
}

function declaredType(route: Route, status: number): string {
  const rule = route.responses[status];
  return rule && 'contentType' in rule ? rule.contentType : 'application/octet-stream';
}
