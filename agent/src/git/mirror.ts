import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitCredentials, GitSession } from './git-session.js';
import { provide } from './mirror-content.js';
import type { Wanted } from './wanted.js';

export interface MirrorRequest {
  readonly cacheFolder: string;
  readonly url: string;
  readonly protocols: string;
  readonly credentials: GitCredentials;
  readonly wanted: Wanted;
  /** A mirror that holds only so many commits of each history; all of them otherwise. */
  readonly depth?: number;
  /** Aborting also ends the wait for the mirror. */
  readonly signal: AbortSignal;
}

/** Part of the name: mirrors of another layout are left to `evictMirrors`. */
const layout = 2;
const queues = new Map<string, Promise<unknown>>();

/**
 * Where a repository is kept. Credentials are part of the name: who may not read a repository finds no commit of it
 * in the cache of someone who may.
 */
export function mirrorPath({ cacheFolder, url, credentials, depth }: Omit<MirrorRequest, 'wanted' | 'signal' | 'protocols'>): string {
  const key = createHash('sha256')
    .update(JSON.stringify([layout, url, credentials, depth ?? null]))
    .digest('hex');
  return join(cacheFolder, `${key.slice(0, 40)}.git`);
}

/**
 * G9: brings the mirror up to having what is wanted, then runs `use`, both while nothing else touches this mirror.
 * Rejects with what git said. The network is asked only for what isn't there yet.
 */
export function withMirror<T>(
  session: GitSession,
  request: MirrorRequest,
  use: (path: string, wasThere: boolean) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const path = mirrorPath(request);
  let isBegun = false;
  const mine = aloneAt(path, async () => {
    signal.throwIfAborted();
    isBegun = true;
    const wasThere = await provide(session, request, path);
    const now = new Date();
    await utimes(path, now, now); // the one unused for longest is the first to go
    return use(path, wasThere);
  });
  return new Promise((resolve, reject) => {
    const giveUp = () => isBegun || reject(new Error('the checkout was stopped'));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    mine.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Removes a mirror that turned out to be damaged, once nothing uses it. */
export const dropMirror = (path: string): Promise<void> => aloneAt(path, () => rm(path, { recursive: true, force: true }));

/** G9: removes the mirrors that nobody has used since `before` and nobody waits for; returns how many. */
export async function evictMirrors(cacheFolder: string, before: number): Promise<number> {
  const names = (await readdir(cacheFolder).catch(() => [])).filter((name) => name.endsWith('.git'));
  let removed = 0;
  for (const path of names.map((name) => join(cacheFolder, name))) {
    const usedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (queues.has(path) || usedAt >= before) continue;
    await dropMirror(path);
    removed += 1;
  }
  return removed;
}

/** Runs one work at a mirror at a time, in the order of asking. */
export function aloneAt<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = (queues.get(path) ?? Promise.resolve()).then(work);
  const settled = mine
    .catch(() => undefined)
    .then(() => {
      if (queues.get(path) === settled) queues.delete(path);
    });
  queues.set(path, settled);
  return mine;
}
