import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outgoing, OutgoingSession } from '@drover/protocol/outgoing';
import { nameMatches, type NamedMatch } from './file-names.js';
import { pathOf, type Match } from './globs.js';
import { openBelow, openInside, realPlace } from './inside.js';
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
  /** First and longest pause between tries, and how long to continue without a byte getting through. */
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
 * B2: uploads each file under the package's coordinates, one after the other, in constant memory. Continues where the
 * controller says that it stands, after any interruption. What can't be uploaded is a value; rejects on abort.
 */
export async function uploadPackage(options: UploadPackageOptions): Promise<UploadPackageResult> {
  if (options.files.length === 0) return { ok: false, reason: 'no file matches' };
  const named = nameMatches(options.files);
  if (!named.ok) return named;
  const uploaded: UploadedFile[] = [];
  const session = options.outgoing.session();
  try {
    for (const file of named.files) uploaded.push(await uploadMatch({ ...options, session }, file));
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

async function uploadMatch(options: Upload, { match, fileName }: NamedMatch): Promise<UploadedFile> {
  if (match.kind === 'file') return uploadAndClose(options, fileName, await openMatch(options.workspace, match));
  const folder = await mkdtemp(join(options.temporaryFolder, 'pack-'));
  try {
    const packed = join(folder, 'packed');
    const content = packDirectory(() => openBelow(options.workspace, match.names), pathOf(match.names));
    await pipeline(content, createWriteStream(packed, { mode: 0o600 }), { signal: options.signal });
    const file = await open(packed);
    return await uploadAndClose(options, fileName, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openMatch(workspace: string, { names }: Match): Promise<FileHandle> {
  const file = await openIn(workspace, names.slice(0, -1), names.at(-1) ?? Buffer.of());
  if (file === undefined) throw new Error(`the file “${pathOf(names)}” cannot be read or lies outside of the workspace`);
  return file;
}

async function openIn(workspace: string, folders: readonly Buffer[], name: Buffer): Promise<FileHandle | undefined> {
  const top = await realPlace(workspace);
  const folder = await openBelow(workspace, folders).catch(() => undefined);
  try {
    return folder && (await openInside(top, folder, name));
  } finally {
    await folder?.close();
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
