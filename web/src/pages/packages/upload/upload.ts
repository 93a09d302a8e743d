import type { ProjectId, UploadId } from '@drover/protocol';
import type { Package } from '@drover/protocol/api';
import { get, post } from '../../../api/client.js';
import { sayError } from '../../../api/problem.js';
import { sendRest } from './send-rest.js';
import { again } from '../../../app/again.js';

export interface Coordinates {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
}

export type UploadStatus =
  | { readonly type: 'hashing'; readonly done: number }
  | { readonly type: 'sending'; readonly sent: number }
  | { readonly type: 'completing' }
  | { readonly type: 'interrupted'; readonly sent: number; readonly detail: string }
  | { readonly type: 'done'; readonly made: Package };

interface UploadState {
  readonly uploadId: UploadId;
  readonly offsetBytes: number;
  readonly complete: boolean;
}

const hashedAtOnce = 4 * 1_048_576;

/** SHA-256 of a file in constant memory: the browser's own can't take it in parts. The code for it is loaded when it is first needed. */
export async function digestOf(file: Blob, onProgress: (done: number) => void, signal: AbortSignal): Promise<string> {
  const { sha256 } = await again(() => import('@noble/hashes/sha2.js'));
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += hashedAtOnce) {
    signal.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + hashedAtOnce).arrayBuffer()));
    onProgress(Math.min(file.size, at + hashedAtOnce));
  }
  return [...hash.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface UploadInput {
  readonly projectId: ProjectId;
  readonly file: File;
  readonly sha256: string;
  readonly coordinates: Coordinates;
  readonly onStatus: (status: UploadStatus) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends a file and waits until it is checked. Asked again after an interruption it continues where the controller's part
 * ends: the same coordinates and digest are the same upload.
 */
export async function upload({ projectId, file, sha256, coordinates, onStatus, signal }: UploadInput): Promise<void> {
  let sent = 0;
  try {
    const made = await post<UploadState>(`/projects/${projectId}/uploads`, {
      ...coordinates,
      fileName: file.name,
      sizeBytes: file.size,
      sha256,
    });
    const state = await get<UploadState>(`/uploads/${made.uploadId}`).catch(() => made);
    sent = Math.min(file.size, state.offsetBytes);
    onStatus({ type: 'sending', sent });
    if (sent < file.size) {
      await sendRest({
        uploadId: made.uploadId,
        rest: file.slice(sent),
        offset: sent,
        signal,
        onProgress: (bytes) => onStatus({ type: 'sending', sent: (sent = Math.min(file.size, state.offsetBytes + bytes)) }),
      });
    }
    onStatus({ type: 'completing' });
    onStatus({ type: 'done', made: await post<Package>(`/uploads/${made.uploadId}/complete`) });
  } catch (problem) {
    if (signal.aborted) return;
    onStatus({
      type: 'interrupted',
      sent,
      detail: sayError(problem),
    });
  }
}
