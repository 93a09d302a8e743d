import { createHash } from 'node:crypto';
import { mkdtemp, open, realpath, rm, type FileHandle } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outgoing, OutgoingSession } from '@drover/protocol/outgoing';
import type { Match } from './globs.js';
import { openInside } from './inside.js';
import { packDirectory } from './pack-folder.js';
import { UploadClient, UploadRefused, type UploadTarget } from './upload-client.js';

export interface UploadPackageOptions extends UploadTarget {
  readonly workspace: string;
  /** What `expandGlobs` found; a folder is packed as `<name>.tar.gz`. */
  readonly files: readonly Match[];
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** Where packed folders wait for their upload; not in reach of tasks. */
  readonly temporaryFolder: string;
  readonly outgoing: Outgoing;
  readonly signal: AbortSignal;
  onProgress?(progress: { readonly fileName: string; readonly sentBytes: number; readonly sizeBytes: number }): void;
  /** First and longest pause between tries, and how long to go on without a byte getting through. */
  readonly patience?: { readonly firstMs: number; readonly longestMs: number; readonly giveUpMs: number };
}

export interface UploadedFile {
  readonly uploadId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export type UploadPackageResult =
  | { readonly ok: true; readonly files: readonly UploadedFile[] }
  | { readonly ok: false; readonly reason: string };

/** No longer than until agents are back: an upload should not sleep on when its controller has returned. */
const usualPatience = { firstMs: 500, longestMs: 5_000, giveUpMs: 30 * 60_000 };

/**
 * B2: uploads each file under the package's coordinates, one after the other, in constant memory. Goes on where the
 * controller says that it stands, after any interruption. What can't be uploaded is a value; rejects on abort.
 */
export async function uploadPackage(options: UploadPackageOptions): Promise<UploadPackageResult> {
  const names = options.files.map(fileNameOf);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (names.length === 0) return { ok: false, reason: 'no file matches' };
  if (double !== undefined)
    return { ok: false, reason: `two of the files are called ${double}: in a package each needs a name of its own` };
  const uploaded: UploadedFile[] = [];
  const session = options.outgoing.session();
  try {
    for (const match of options.files) uploaded.push(await uploadMatch({ ...options, session }, match));
    return { ok: true, files: uploaded };
  } catch (error) {
    options.signal.throwIfAborted();
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    session.close();
  }
}

interface Upload extends UploadPackageOptions {
  readonly session: OutgoingSession;
}

const fileNameOf = ({ path, kind }: Match): string => (kind === 'folder' ? `${basename(path)}.tar.gz` : basename(path));

async function uploadMatch(options: Upload, match: Match): Promise<UploadedFile> {
  const root = await realpath(options.workspace);
  const path = join(root, match.path);
  if (match.kind === 'file') {
    const file = await openInside(root, path);
    if (file === undefined) throw new Error(`the file ${match.path} can not be read or lies outside of the workspace`);
    return uploadAndClose(options, fileNameOf(match), file);
  }
  const folder = await mkdtemp(join(options.temporaryFolder, 'pack-'));
  try {
    const packed = join(folder, 'packed');
    await pipeline(packDirectory(path), createWriteStream(packed, { mode: 0o600 }), { signal: options.signal });
    const file = await open(packed);
    return await uploadAndClose(options, fileNameOf(match), file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function uploadAndClose(options: Upload, fileName: string, file: FileHandle): Promise<UploadedFile> {
  try {
    return await uploadFile(options, fileName, file);
  } finally {
    await file.close();
  }
}

async function uploadFile(options: Upload, fileName: string, file: FileHandle): Promise<UploadedFile> {
  const { directory, name, version, signal, onProgress } = options;
  const { sha256, sizeBytes } = await digestOf(file, signal);
  const client = new UploadClient(options, options);
  const tries = new Tries(options.patience ?? usualPatience, signal);
  const begun = await tries.until(() => client.begin({ directory, name, version, fileName, sizeBytes, sha256 }));
  const done = await tries.until(async () => {
    let stored = await client.state(begun.uploadId);
    if (stored.complete) return stored;
    tries.progressed(stored.offsetBytes);
    let sentBytes = stored.offsetBytes;
    const onSent = (bytes: number) => {
      sentBytes += bytes;
      onProgress?.({ fileName, sentBytes, sizeBytes });
    };
    if (stored.offsetBytes < sizeBytes) stored = await client.send(begun.uploadId, { file, offset: stored.offsetBytes, sizeBytes, onSent });
    return client.complete(begun.uploadId);
  });
  return { uploadId: done.uploadId, fileName, sizeBytes, sha256 };
}

async function digestOf(file: FileHandle, signal: AbortSignal): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return { sha256: hash.digest('hex'), sizeBytes: at };
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** Tries again with growing, jittered pauses, as long as bytes get through now and then. */
class Tries {
  readonly #patience: NonNullable<UploadPackageOptions['patience']>;
  readonly #signal: AbortSignal;
  #pauseMs: number;
  #lastProgress = performance.now();
  #furthest = 0;

  constructor(patience: NonNullable<UploadPackageOptions['patience']>, signal: AbortSignal) {
    this.#patience = patience;
    this.#signal = signal;
    this.#pauseMs = patience.firstMs;
  }

  progressed(offset: number): void {
    if (offset <= this.#furthest) return;
    this.#furthest = offset;
    this.#lastProgress = performance.now();
    this.#pauseMs = this.#patience.firstMs;
  }

  async until<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        this.#signal.throwIfAborted();
        if (error instanceof UploadRefused || performance.now() - this.#lastProgress > this.#patience.giveUpMs) throw error;
      }
      await delay(this.#pauseMs * (0.5 + Math.random()), undefined, { signal: this.#signal });
      this.#pauseMs = Math.min(this.#pauseMs * 2, this.#patience.longestMs);
    }
  }
}
