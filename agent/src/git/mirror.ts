import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GitCredentials, GitSession } from './git-session.js';

export interface MirrorRequest {
  readonly cacheFolder: string;
  readonly url: string;
  readonly protocols: string;
  readonly credentials: GitCredentials;
  readonly commit: string;
  readonly ref: { readonly type: 'branch' | 'tag' | 'commit'; readonly name: string };
  /** Aborting ends the wait for one's turn, too. */
  readonly signal: AbortSignal;
}

/** More packs than this are put into one. */
const packLimit = 50;
const queues = new Map<string, Promise<unknown>>();

/**
 * Where a repository is kept. Credentials are part of the name: who may not read a repository finds no commit of it
 * in the cache of someone who may.
 */
export function mirrorPath(request: Pick<MirrorRequest, 'cacheFolder' | 'url' | 'credentials'>): string {
  const key = createHash('sha256')
    .update(JSON.stringify([request.url, request.credentials]))
    .digest('hex');
  return join(request.cacheFolder, `${key.slice(0, 40)}.git`);
}

/** Ref by which the mirror holds a commit. */
export const heldRef = (commit: string): string => `refs/drover/commits/${commit}`;

/**
 * G9: brings the mirror up to having the commit, then runs `use`, both while no one else touches this mirror.
 * Rejects with what git said. The network is asked only when the commit isn't there yet.
 */
export function withMirror<T>(
  session: GitSession,
  request: MirrorRequest,
  use: (path: string, wasThere: boolean) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const path = mirrorPath(request);
  let isBegun = false;
  const mine = inTurn(path, async () => {
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
    await inTurn(path, () => rm(path, { recursive: true, force: true }));
    removed += 1;
  }
  return removed;
}

/** Lets one work at a path at a time, in the order of asking. */
function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = (queues.get(path) ?? Promise.resolve()).then(work);
  const settled = mine
    .catch(() => undefined)
    .then(() => {
      if (queues.get(path) === settled) queues.delete(path);
    });
  queues.set(path, settled);
  return mine;
}

async function provide(session: GitSession, request: MirrorRequest, path: string): Promise<boolean> {
  await clearInterrupted(path);
  if (await holds(session, path, request.commit)) return true;
  if (existsSync(path) && !(await isSound(session, path))) await rm(path, { recursive: true, force: true });
  if (!existsSync(path)) await create(session, request.cacheFolder, path);
  await fetchCommit(session, request, path);
  await tidy(session, path);
  return false;
}

/** What a git that was killed left; nobody else is at work here. */
async function clearInterrupted(path: string): Promise<void> {
  const clear = async (folder: string, isLeftover: (name: string) => boolean) => {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(isLeftover)) await rm(join(folder, name), { force: true, recursive: true });
  };
  await clear(path, (name) => name.endsWith('.lock'));
  await clear(join(path, 'refs/drover/commits'), (name) => name.endsWith('.lock'));
  await clear(join(path, 'objects/pack'), (name) => name.startsWith('tmp_'));
}

async function holds(session: GitSession, path: string, commit: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const { exitCode } = await session.git(path, ['rev-parse', '--quiet', '--verify', `${heldRef(commit)}^{commit}`], { quiet: true });
  return exitCode === 0;
}

async function isSound(session: GitSession, path: string): Promise<boolean> {
  const { exitCode } = await session.git(path, ['for-each-ref', '--count=1', '--format=%(objecttype)'], { quiet: true });
  return exitCode === 0;
}

/** Made beside and moved into place: an interrupted one is never taken for a mirror. */
async function create(session: GitSession, cacheFolder: string, path: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(cacheFolder, 'draft-'));
  const { exitCode, tail } = await session.git(draft, ['init', '--bare', '--quiet', '--template=', draft]);
  if (exitCode !== 0) throw new Error(tail);
  await rename(draft, path);
}

/** The exact commit first; hosts that don't give single commits are asked for the branch or tag, then for everything. */
async function fetchCommit(session: GitSession, { url, protocols, commit, ref }: MirrorRequest, path: string): Promise<void> {
  const fetch = (...refs: string[]) =>
    session.git(
      path,
      ['fetch', '--progress', '--no-tags', '--force', '--no-write-fetch-head', '--no-auto-gc', '--end-of-options', url, ...refs],
      { protocols },
    );
  const named = {
    branch: [`+refs/heads/${ref.name}:refs/drover/heads/${ref.name}`],
    tag: [`+refs/tags/${ref.name}:refs/drover/tags/${ref.name}`],
    commit: [],
  };
  const exact = await fetch(`+${commit}:${heldRef(commit)}`);
  if (exact.exitCode === 0) return;
  let { tail } = exact;
  for (const refs of [named[ref.type], ['+refs/heads/*:refs/drover/heads/*', '+refs/tags/*:refs/drover/tags/*']]) {
    if (refs.length === 0) continue;
    const ended = await fetch(...refs);
    if (ended.exitCode !== 0) tail = ended.tail;
    const kept = await session.git(path, ['update-ref', heldRef(commit), commit], { quiet: true });
    if (kept.exitCode === 0) return;
    if (ended.exitCode === 0) tail = `the repository does not have the commit ${commit} any more`;
  }
  throw new Error(tail);
}

async function tidy(session: GitSession, path: string): Promise<void> {
  const packs = (await readdir(join(path, 'objects/pack')).catch(() => [])).filter((name) => name.endsWith('.pack'));
  if (packs.length > packLimit) await session.git(path, ['repack', '-a', '-d', '-q'], { quiet: true });
}
