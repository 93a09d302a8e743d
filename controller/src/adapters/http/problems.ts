import type { ServerResponse } from 'node:http';
import { problemStatus, type Problem, type ProblemCode } from '@drover/protocol';
import type { Refused } from '../../services/result.js';

// prettier-ignore
const titles: Readonly<Record<ProblemCode, string>> = {
  invalidInput:         'The input is not valid',
  malformedBody:        'The body cannot be read',
  unauthenticated:      'Not signed in',
  wrongCredentials:     'Name or password is wrong',
  forbidden:            'Not permitted',
  originRefused:        'The request came from another site',
  passwordChangeRequired: 'A new password must be chosen first',
  notFound:             'Not found',
  methodNotAllowed:     'Method not allowed',
  conflict:             'In conflict with the present state',
  nameTaken:            'The name is taken',
  stillInUse:           'Still in use',
  versionConflict:      'Changed by somebody else meanwhile',
  idempotencyMismatch:  'The idempotency key belongs to another request',
  runAlreadyFinished:   'The run has finished',
  queueRefused:         'The queue is full',
  uploadOffsetMismatch: 'The upload stands elsewhere',
  leaseStale:           'The lease has passed on',
  gone:                 'Gone',
  checksumMismatch:     'The checksum does not agree',
  definitionInvalid:    'The definition is not valid',
  protocolMismatch:     'Another protocol version',
  payloadTooLarge:      'Too large',
  unsupportedMediaType: 'Unsupported media type',
  rangeNotSatisfiable:  'Range not satisfiable',
  tooManyRequests:      'Too many requests',
  headersTooLarge:      'The headers are too large',
  internal:             'Something went wrong inside',
  damaged:              'Stored data is damaged',
  unavailable:          'Not available now',
  storageFull:          'The storage is full',
};

/** RFC 9457: the refusal in the words of the web. */
export function problemOf(refusal: Refused, requestId: string | undefined): Problem {
  return {
    type: `urn:drover:problem:${refusal.code}`,
    title: titles[refusal.code],
    status: problemStatus[refusal.code],
    code: refusal.code,
    detail: refusal.detail,
    ...(requestId !== undefined && { requestId }),
    ...(refusal.errors && refusal.errors.length > 0 && { errors: refusal.errors.map(({ path, message }) => ({ path, message })) }),
    ...(refusal.retryAfterSeconds !== undefined && { retryAfterSeconds: refusal.retryAfterSeconds }),
  };
}

/** Answers with a problem detail; when an answer has begun already, the connection is cut instead. */
export function sendProblem(response: ServerResponse, refusal: Refused, requestId: string | undefined): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = problemOf(refusal, requestId);
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(refusal.retryAfterSeconds));
  if (refusal.code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
  if (refusal.code === 'payloadTooLarge') response.setHeader('Connection', 'close');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/problem+json');
  response.statusCode = problem.status;
  response.end(JSON.stringify(problem));
}
