import type { FileHandle } from 'node:fs/promises';
import type { OutgoingRequest, OutgoingSession } from '@drover/protocol/outgoing';
import { attemptHeader, fencingHeader, uploadOffsetHeader } from '@drover/protocol/agent';

export interface UploadTarget {
  readonly baseUrl: string;
  /** The agent's own token. */
  readonly token: string;
  readonly attemptId: string;
  readonly fencing: number;
}

export interface StoredUpload {
  readonly uploadId: string;
  readonly offsetBytes: number;
  readonly complete: boolean;
}

/** The controller said no: trying again would not help. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, problem: { readonly code: string | undefined; readonly detail: string | undefined }) {
    super(problem.detail ?? `the controller refused the upload with ${status}`);
    this.status = status;
    this.code = problem.code;
  }
}

/** A transfer that moves no byte for so long is cut and tried again. */
const stallMs = 60_000;
/** Refusals that time may heal, a full disk too; an offset that disagrees is asked for again. */
const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 507]);
/** Conflicts that stay conflicts. */
const lasting = new Set(['leaseStale', 'conflict', 'nameTaken']);

/** A controller that takes a request and then is gone says nothing more: it is asked again. Checking several GB takes minutes. */
const answerMs = 300_000;

/** The four calls of an upload. Each rejects with `UploadRefused` if the answer is final, with anything else if not. */
export class UploadClient {
  readonly #target: UploadTarget;
  readonly #session: OutgoingSession;
  readonly #signal: AbortSignal;

  constructor(target: UploadTarget, { session, signal }: { readonly session: OutgoingSession; readonly signal: AbortSignal }) {
    this.#target = target;
    this.#session = session;
    this.#signal = signal;
  }

  begin(body: object): Promise<StoredUpload> {
    const { attemptId, fencing } = this.#target;
    return this.#call('', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ attemptId, fencing, ...body }),
    });
  }

  state(uploadId: string): Promise<StoredUpload> {
    return this.#call(`/${encodeURIComponent(uploadId)}`, { method: 'GET' });
  }

  complete(uploadId: string): Promise<StoredUpload> {
    return this.#call(`/${encodeURIComponent(uploadId)}/complete`, { method: 'POST' });
  }

  /** Sends the file from the offset to its end. */
  async send(
    uploadId: string,
    {
      file,
      offset,
      sizeBytes,
      onSent,
    }: { readonly file: FileHandle; readonly offset: number; readonly sizeBytes: number; onSent(bytes: number): void },
  ): Promise<StoredUpload> {
    return this.#call(`/${encodeURIComponent(uploadId)}/bytes`, {
      method: 'PUT',
      headers: {
        [uploadOffsetHeader]: String(offset),
        'content-type': 'application/octet-stream',
        'content-length': String(sizeBytes - offset),
      },
      body: readFrom(file, { offset, sizeBytes }, onSent),
      answerMs: stallMs,
    });
  }

  async #call(path: string, call: Partial<OutgoingRequest> & Pick<OutgoingRequest, 'method'>): Promise<StoredUpload> {
    const { baseUrl, token, attemptId, fencing } = this.#target;
    const lease = { authorization: `Bearer ${token}`, [attemptHeader]: attemptId, [fencingHeader]: String(fencing) };
    const address = new URL(`api/v1/agent/uploads${path}`, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
    const { status, text } = await this.#session.exchange(address, {
      answerMs,
      signal: this.#signal,
      ...call,
      headers: { ...lease, ...call.headers },
    });
    const value = jsonOf(text);
    if (status >= 200 && status < 300) return parseStored(value);
    const problem = parseProblem(value);
    if (passing.has(status) && !(problem.code !== undefined && lasting.has(problem.code)))
      throw new Error(problem.detail ?? `the controller answered ${status}`);
    throw new UploadRefused(status, problem);
  }
}

async function* readFrom(
  file: FileHandle,
  { offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number },
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let at = offset; at < sizeBytes;) {
    const buffer = Buffer.allocUnsafe(Math.min(256 * 1024, sizeBytes - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error('the file became shorter while it was uploaded');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
    onRead(bytesRead);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseStored(value: unknown): StoredUpload {
  const { uploadId, offsetBytes, complete } = fieldsOf(value);
  if (typeof uploadId !== 'string' || typeof offsetBytes !== 'number' || typeof complete !== 'boolean')
    throw new Error('the controller answered an upload with something else');
  return { uploadId, offsetBytes, complete };
}

function parseProblem(value: unknown): { readonly code: string | undefined; readonly detail: string | undefined } {
  const { code, detail, title } = fieldsOf(value);
  const said = typeof detail === 'string' ? detail : title;
  return { code: typeof code === 'string' ? code : undefined, detail: typeof said === 'string' ? said : undefined };
}

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});
