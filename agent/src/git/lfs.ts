import { join } from 'node:path';
import { GitFault } from './git-fault.js';
import type { GitSession } from './git-session.js';
import { aloneAt } from './mirror.js';
import { parseRepositoryUrl } from './repository-url.js';

export interface LfsRequest {
  readonly tree: string;
  /** Keeps the files for the next checkout. */
  readonly mirror: string;
  readonly protocols: string;
  /** true: a checkout without the files fails; false: pointers stay; by default they are fetched where git-lfs is installed. */
  readonly lfs: boolean | undefined;
  onNotice(text: string): void;
}

/** Replaces the pointers of Git LFS by their files; says where it cannot. */
export async function fetchLfsFiles(session: GitSession, { tree, mirror, lfs, protocols, onNotice }: LfsRequest): Promise<void> {
  const listing = await session.read(tree, ['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  const count = listing.filter((byte) => byte === 0).length;
  if (count === 0) return;
  const files = count === 1 ? '1 file is a Git LFS pointer' : `${count} files are Git LFS pointers`;
  if (lfs === false) return onNotice(`${files}; the step does not fetch the content`);
  if (!(await isInstalled(session, tree))) {
    if (lfs === true) throw new GitFault('other', `${files}, and git-lfs is not installed on this agent`);
    return onNotice(`warning: ${files} without ${count === 1 ? 'its' : 'their'} content: git-lfs is not installed on this agent`);
  }
  await refuseOddAddresses(session, tree);
  for (const [key, value] of filters) await session.demand(tree, ['config', key, value]);
  const settings = [`lfs.storage=${join(mirror, 'lfs')}`, 'lfs.locksverify=false'].flatMap((setting) => ['-c', setting]);
  await aloneAt(mirror, () => session.demand(tree, [...settings, 'lfs', 'pull', 'origin'], { protocols }));
}

/** For Git in later steps; not `required`, since a container may have no git-lfs. */
const filters = [
  ['filter.lfs.clean', 'git-lfs clean -- %f'],
  ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
  ['filter.lfs.process', 'git-lfs filter-process'],
] as const;

const isInstalled = async (session: GitSession, tree: string): Promise<boolean> =>
  (await session.git(tree, ['lfs', 'version'], { quiet: true })).exitCode === 0;

/** The repository's own `.lfsconfig` may name another server, and nothing of this machine. */
async function refuseOddAddresses(session: GitSession, tree: string): Promise<void> {
  const read = ['config', '--file', '.lfsconfig', '--null', '--get-regexp', '(^lfs\\.(push)?url$)|(^remote\\..*lfs(push)?url$)'];
  const listed = await session.read(tree, read).catch(() => Buffer.alloc(0));
  for (const entry of listed
    .toString()
    .split('\0')
    .filter((text) => text !== '')) {
    const url = entry.slice(entry.indexOf('\n') + 1);
    const parsed = await parseRepositoryUrl(url, []);
    if (!parsed.ok) throw new GitFault('other', `the file .lfsconfig names ${JSON.stringify(url)}: ${parsed.reason}`);
  }
}
