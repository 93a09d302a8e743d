import { Type, type Static } from '@sinclair/typebox';
import { OneOf } from './schema.js';

/** Stable codes of refusals, with the HTTP status each is answered with. */
export const problemStatus = {
  invalidInput: 400,
  malformedBody: 400,
  unauthenticated: 401,
  wrongCredentials: 401,
  forbidden: 403,
  originRefused: 403,
  passwordChangeRequired: 403,
  notFound: 404,
  methodNotAllowed: 405,
  conflict: 409,
  nameTaken: 409,
  stillInUse: 409,
  versionConflict: 409,
  idempotencyMismatch: 409,
  runAlreadyFinished: 409,
  queueRefused: 409,
  uploadOffsetMismatch: 409,
  leaseStale: 409,
  gone: 410,
  checksumMismatch: 422,
  definitionInvalid: 422,
  protocolMismatch: 426,
  payloadTooLarge: 413,
  unsupportedMediaType: 415,
  rangeNotSatisfiable: 416,
  tooManyRequests: 429,
  headersTooLarge: 431,
  internal: 500,
  damaged: 500,
  unavailable: 503,
  storageFull: 507,
} as const;
export type ProblemCode = keyof typeof problemStatus;
export const problemCodes = Object.keys(problemStatus) as readonly ProblemCode[];

/** RFC 9457 problem details, with a stable code and the places of the input that were wrong. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: OneOf(problemCodes),
    detail: Type.String(),
    requestId: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { path: Type.String({ description: 'JSON pointer into the input' }), message: Type.String() },
          { additionalProperties: false },
        ),
      ),
    ),
    retryAfterSeconds: Type.Optional(Type.Integer()),
  },
  { $id: 'Problem', additionalProperties: false },
);
export type Problem = Static<typeof Problem>;
