import { Type, type Static } from '@sinclair/typebox';
import { AttemptId, UploadId } from '../shared/ids.js';
import { rule } from '../shared/faults.js';
import { Closed } from '../shared/schema.js';
import { FencingNumber } from './messages.js';

/** A name of a folder or file: not empty, not `.` or `..`, no control characters, no backslash. */
const onePart = '(?!\\.{1,2}(?:/|$))[^\\u0000-\\u001f\\u007f/\\\\]{1,255}';

export const packageCoordinates = {
  directory: Type.String({
    maxLength: 400,
    pattern: '^(?!/)(?!(?:.*/)?\\.{1,2}(?:/|$))[^\\u0000-\\u001f\\u007f\\\\]*$',
    ...rule('a relative directory with “/” between its parts and no “..”'),
    description: '"" is the root',
  }),
  name: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^(?!\\.{1,2}$)[^\\u0000-\\u001f\\u007f/\\\\]+$',
    ...rule('a name without “/” and control characters'),
  }),
  version: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^(?!\\.{1,2}$)[^\\u0000-\\u001f\\u007f/\\\\]+$',
    ...rule('a name without “/” and control characters'),
  }),
  fileName: Type.String({
    minLength: 1,
    maxLength: 400,
    pattern: `^(?![A-Za-z]:[^/]*/)${onePart}(?:/${onePart})*$`,
    ...rule('a file name of at most 255 characters, or a relative path with “/” between its parts and no “..”'),
    description: 'with folders where files of one package would have the same name',
  }),
  sizeBytes: Type.Integer({ minimum: 0, maximum: 1_099_511_627_776 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', ...rule('64 hexadecimal digits in lower case') }),
};

/**
 * Body of `POST /api/v1/agent/uploads`. The same attempt, coordinates and digest give the same upload again, however often it is asked.
 * Then: `PUT /api/v1/agent/uploads/{id}/bytes` with header `Upload-Offset` and the rest of the file as body;
 * `GET /api/v1/agent/uploads/{id}` for the stored end after an interruption; `POST /api/v1/agent/uploads/{id}/complete`.
 */
export const CreateAgentUpload = Closed({ attemptId: AttemptId, fencing: FencingNumber, ...packageCoordinates });
export type CreateAgentUpload = Static<typeof CreateAgentUpload>;

export const UploadState = Closed({
  uploadId: UploadId,
  offsetBytes: Type.Integer({ minimum: 0 }),
  sizeBytes: Type.Integer({ minimum: 0 }),
  complete: Type.Boolean(),
});
export type UploadState = Static<typeof UploadState>;
