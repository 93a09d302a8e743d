import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFault } from './git-fault.js';
import type { GitSession } from './git-session.js';
import type { MirrorRequest } from './mirror.js';
import { allBranches, branchRef, heldRef, initOptions, wantsNews, wantsTags, type Branches } from './wanted.js';

/** More packs than this are put into fewer. */
const packLimit = 50;

/** Makes the mirror have what is wanted; resolves with whether it had it already. */
export async function provide(session: GitSession, request: MirrorRequest, path: string): Promise<boolean> {
  await clearInterrupted(path);
  if (await holds(session, path, request)) return true;
  if (existsSync(path) && !(await isSound(session, path))) await rm(path, { recursive: true, force: true });
  await tidy(session, path, request);
  const isNew = !existsSync(path);
  if (isNew) await create(session, request, path);
  try {
    await fetchWanted(session, request, path);
  } catch (error) {
    if (isNew || !(error instanceof GitFault) || error.kind !== 'other') throw error;
    await rm(path, { recursive: true, force: true }); // it may be the mirror that is broken
    await create(session, request, path);
    await fetchWanted(session, request, path);
  }
  return false;
}

/** What a git that was killed left; nothing else is at work here. */
async function clearInterrupted(path: string): Promise<void> {
  const leftIn = async (folder: string, isLeft: (name: string) => boolean, deep = false): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const child = join(folder, entry.name);
      if (isLeft(entry.name)) await rm(child, { force: true, recursive: true });
      else if (deep && entry.isDirectory()) await leftIn(child, isLeft, true);
    }
  };
  const isLock = (name: string) => name.endsWith('.lock');
  await leftIn(path, isLock);
  await leftIn(join(path, 'refs'), isLock, true);
  await leftIn(join(path, 'objects'), (name) => name.startsWith('tmp_objdir') || name.startsWith('incoming'));
  await leftIn(join(path, 'objects/pack'), (name) => name.startsWith('tmp_') || name.startsWith('.tmp-'));
}

async function isSound(session: GitSession, path: string): Promise<boolean> {
  const { exitCode } = await session.git(path, ['for-each-ref', '--count=1', '--format=%(objecttype)'], { quiet: true, bare: true });
  return exitCode === 0;
}

async function holds(session: GitSession, path: string, { wanted, depth }: MirrorRequest): Promise<boolean> {
  if (!existsSync(path) || wantsNews(wanted)) return false;
  if (depth !== undefined && !existsSync(boundaryFile(path, wanted.commit))) return false;
  const { commit, ref } = wanted;
  const isCommit = (name: string) =>
    session.git(path, ['rev-parse', '--quiet', '--verify', `${name}^{commit}`], { quiet: true, bare: true });
  if ((await isCommit(heldRef(commit))).exitCode !== 0) return false;
  return ref.type !== 'tag' || (await isCommit(`refs/tags/${ref.name}`)).tail === commit;
}

/** Made beside and moved into place: an interrupted one is never taken for a mirror. */
async function create(session: GitSession, { cacheFolder, wanted }: MirrorRequest, path: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(cacheFolder, 'draft-'));
  await session.demand(draft, ['init', '--bare', '--quiet', '--template=', ...initOptions(wanted.commit)], { bare: true });
  await rename(draft, path);
}

/** The exact commit first; hosts that don't give single commits are asked for the branch or tag, then for everything. */
async function fetchWanted(session: GitSession, request: MirrorRequest, path: string): Promise<void> {
  const { wanted, depth, url, protocols } = request;
  const { commit, ref } = wanted;
  const branches = await branchSpecs(session, request, path);
  const tags = depth === undefined || wantsTags(wanted) ? ['+refs/tags/*:refs/tags/*'] : [];
  const own = {
    branch: [`+refs/heads/${ref.name}:${branchRef(ref.name)}`],
    tag: [`+refs/tags/${ref.name}:refs/tags/${ref.name}`],
    commit: [],
  }[ref.type];
  const everything = [`+refs/heads/*:${allBranches}*`, '+refs/tags/*:refs/tags/*'];
  const exact = ref.type === 'tag' && tags.length === 0 ? [commit, ...own] : [commit];
  let fault: GitFault | undefined;
  for (const specs of [exact, [commit], own, ...(depth === undefined ? [everything] : [])]) {
    if (specs.length === 0) continue;
    const failed = await fetch(session, { path, url, protocols, specs: [...new Set([...specs, ...tags, ...branches])], depth });
    if (failed === undefined && (await hold(session, path, commit))) return noteBoundary(path, request);
    if (failed !== undefined && failed.kind !== 'objectMissing') throw failed;
    fault ??= failed;
  }
  throw new GitFault('objectMissing', `${url} does not have the commit ${commit}`, { cause: fault });
}

interface Fetch {
  readonly path: string;
  readonly url: string;
  readonly protocols: string;
  readonly specs: readonly string[];
  readonly depth: number | undefined;
}

/** Resolves with what failed. Tags and branches that the repository has deleted are deleted here, too. */
async function fetch(session: GitSession, { path, url, protocols, specs, depth }: Fetch): Promise<GitFault | undefined> {
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  const options = ['--progress', '--no-tags', '--prune', '--force', '--no-write-fetch-head', '--no-auto-gc', ...shallow];
  return session.demand(path, ['fetch', ...options, '--end-of-options', url, ...specs], { protocols, bare: true }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof GitFault) return error;
      throw error;
    },
  );
}

async function branchSpecs(session: GitSession, { wanted, url, protocols }: MirrorRequest, path: string): Promise<readonly string[]> {
  const { branches } = wanted;
  if (branches === undefined) return [];
  if (branches === 'all') return [`+refs/heads/*:${allBranches}*`];
  const listing = await session.read(path, ['ls-remote', '--symref', '--', url, 'HEAD', ...headsOf(branches)], { protocols, bare: true });
  const lines = listing.toString().split('\n');
  const spec = (name: string) => `+refs/heads/${name}:${branchRef(name)}`;
  if (branches === 'default') {
    const head = lines.map((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1]).find((name) => name !== undefined);
    if (head === undefined) throw new GitFault('notFound', 'the repository names no default branch');
    await session.demand(path, ['symbolic-ref', 'HEAD', `refs/heads/${head}`], { bare: true });
    return [spec(head)];
  }
  const lost = branches.find((name) => !lines.some((line) => line.endsWith(`\trefs/heads/${name}`)));
  if (lost !== undefined) throw new GitFault('notFound', `the repository has no branch “${lost}”, which the checkout step asks for`);
  return branches.map(spec);
}

const headsOf = (branches: Branches): readonly string[] =>
  typeof branches === 'string' ? [] : branches.map((name) => `refs/heads/${name}`);

/** A ref keeps the commit; false where it isn't among what was fetched. */
async function hold(session: GitSession, path: string, commit: string): Promise<boolean> {
  return (await session.git(path, ['update-ref', heldRef(commit), commit], { quiet: true, bare: true })).exitCode === 0;
}

/** Where a mirror of limited depth notes at which commits the history of a commit ends: a later fetch moves that. */
export const boundaryFile = (path: string, commit: string): string => join(path, 'boundaries', commit);

async function noteBoundary(path: string, { depth, wanted }: MirrorRequest): Promise<void> {
  if (depth === undefined) return;
  await mkdir(join(path, 'boundaries'), { recursive: true });
  const draft = join(path, 'boundaries', 'draft.lock');
  await copyFile(join(path, 'shallow'), draft).catch(() => writeFile(draft, '')); // none: the history is shorter
  await rename(draft, boundaryFile(path, wanted.commit));
}

/** A mirror of limited depth holds more with each commit and can be fetched again soon: it is begun again. */
async function tidy(session: GitSession, path: string, { depth }: MirrorRequest): Promise<void> {
  if (!existsSync(path)) return;
  if ((await readdir(path)).includes('refs')) await session.git(path, ['pack-refs', '--all'], { quiet: true, bare: true });
  const packs = (await readdir(join(path, 'objects/pack')).catch(() => [])).filter((name) => name.endsWith('.pack'));
  if (packs.length <= packLimit) return;
  if (depth !== undefined) return rm(path, { recursive: true, force: true });
  const geometric = await session.git(path, ['repack', '--geometric=2', '-d', '-q'], { quiet: true, bare: true });
  if (geometric.exitCode !== 0) await session.git(path, ['repack', '-a', '-d', '-q'], { quiet: true, bare: true });
}
