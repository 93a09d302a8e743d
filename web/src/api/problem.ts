import type { Problem } from '@drover/protocol';
import { knownSentence } from '../i18n/sentences.js';
import { sayCode, sayFault, type FaultOfInput } from './fault-words.js';

export type ProblemCode = Problem['code'] | 'unreachable';

/** A refusal of the controller, or its absence. `detail` is the controller's sentence; `errors` point into what was sent. */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: {
    code: ProblemCode;
    status: number;
    detail: string;
    errors?: Problem['errors'];
    requestId?: string | undefined;
    retryAfterSeconds?: number | undefined;
    cause?: unknown;
  }) {
    super(facts.detail, { cause: facts.cause });
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status;
    this.detail = facts.detail;
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** What a response that is no success says, also when it is no problem document (a proxy's page). */
export function problemOf(response: { status: number; statusText: string }, body: unknown): ApiError {
  if (isProblem(body)) {
    return new ApiError({
      code: body.code,
      status: body.status,
      detail: body.detail,
      errors: body.errors,
      requestId: body.requestId,
      retryAfterSeconds: body.retryAfterSeconds,
    });
  }
  return new ApiError({
    code: response.status >= 500 ? 'unavailable' : 'internal',
    status: response.status,
    detail: `${response.status} ${response.statusText}`.trim(),
  });
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && typeof body.detail === 'string';

/** The sentence for one place of the input, by its JSON pointer; `exact` leaves out what lies below it. */
export function errorAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const fault = error.errors.find(({ path }) => path === pointer);
  return fault && sayFault(fault);
}

/** The refusal's sentence, unless every part of it stands at one of these fields already. */
export function errorBeside(error: unknown, shown: readonly string[]): string | undefined {
  if (error === null || error === undefined) return undefined;
  if (!(error instanceof ApiError)) return sayError(error);
  const elsewhere = error.errors.filter(({ path }) => !shown.includes(path));
  if (error.errors.length > 0 && elsewhere.length === 0) return undefined;
  return sayError(error, elsewhere);
}

/** A refusal as people read it: its sentence, or where the page's language has only one for its code, that and the faults that have no field of their own. */
export function sayError(error: unknown, faults: readonly FaultOfInput[] = []): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const sentence = knownSentence(error.detail) ?? '';
  return sentence !== '' ? sentence : [sayCode(error.code, error.detail), ...faults.map(sayFault)].join('');
}
