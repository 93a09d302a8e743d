import type { UploadId } from '@drover/protocol';
import { address } from '../../../api/client.js';
import { ApiError, problemOf } from '../../../api/problem.js';

interface SendInput {
  readonly uploadId: UploadId;
  readonly rest: Blob;
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Sends the rest of a file. An XMLHttpRequest, because `fetch` tells nothing of what has been sent; the browser reads the file as it goes. */
export function sendRest({ uploadId, rest, offset, signal, onProgress }: SendInput): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', address(`/uploads/${uploadId}/bytes`));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('upload-offset', String(offset));
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(problemOf({ status: request.status, statusText: request.statusText }, parsed(request.responseText)));
    request.onerror = () => reject(new ApiError({ code: 'unreachable', status: 0, detail: 'The connection was cut.' }));
    request.onabort = () => reject(new ApiError({ code: 'unreachable', status: 0, detail: 'The upload was cancelled.' }));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(rest);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
