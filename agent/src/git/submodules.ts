import { join } from 'node:path';
import { GitFault } from './git-fault.js';
import type { GitSession } from './git-session.js';
import { withMirror, type MirrorRequest } from './mirror.js';
import { parseRepositoryUrl } from './repository-url.js';

export interface SubmoduleRequest {
  /** Of the repository above, for its cache and credentials. */
  readonly source: Omit<MirrorRequest, 'wanted' | 'depth'>;
  readonly allowedFolders: readonly string[];
  /** The files of the repository above; its remote is set. */
  readonly tree: string;
  readonly depth?: number;
  /** Is given each submodule's folder and mirror, once its files are there. */
  onTree(tree: string, mirror: string): Promise<void>;
}

interface Submodule {
  readonly path: string;
  readonly commit: string;
}

/** Deeper than this, submodules most likely contain each other. */
const maxLevels = 20;

/**
 * Checks out the submodules of a tree and theirs, each through a mirror of its own. Git resolves their addresses; the
 * rules for a source hold for them, too. Rejects with a `GitFault` that names the submodule.
 */
export async function checkOutSubmodules(session: GitSession, request: SubmoduleRequest, level = 1): Promise<void> {
  for (const submodule of await submodulesOf(session, request.tree)) {
    const tree = join(request.tree, submodule.path);
    if (level > maxLevels) throw new GitFault('other', `submodules are nested deeper than ${maxLevels} levels`);
    const mirror = await checkOut(session, request, submodule).catch((error: unknown) => {
      if (!(error instanceof GitFault)) throw error;
      throw new GitFault(error.kind, `submodule ${submodule.path}: ${error.message}`, { cause: error });
    });
    await request.onTree(tree, mirror);
    await checkOutSubmodules(session, { ...request, tree }, level + 1);
  }
}

async function submodulesOf(session: GitSession, tree: string): Promise<readonly Submodule[]> {
  const entries = (await session.read(tree, ['ls-files', '--stage', '-z'])).toString().split('\0');
  return entries.flatMap((entry) => {
    const [, commit, path] = /^160000 ([0-9a-f]+) 0\t(.+)$/s.exec(entry) ?? [];
    return commit === undefined || path === undefined ? [] : [{ commit, path }];
  });
}

/** Git clones from the mirror; then the submodule is told where it really comes from. */
async function checkOut(session: GitSession, request: SubmoduleRequest, { path, commit }: Submodule): Promise<string> {
  const { tree, source, allowedFolders, depth } = request;
  const name = await nameOf(session, tree, path);
  const key = `submodule.${name}.url`;
  await session.demand(tree, ['submodule', '--quiet', 'init', '--', path]);
  const address = (await session.read(tree, ['config', '--get', key])).toString().replace(/\n$/, '');
  const parsed = await parseRepositoryUrl(withoutUser(address), allowedFolders);
  if (!parsed.ok) throw new GitFault('other', parsed.reason);
  const protocols = parsed.kind === 'folder' ? 'file' : 'https:http:ssh';
  const wanted = { commit, ref: { type: 'commit', name: commit } } as const;
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  return withMirror(session, { ...source, url: parsed.url, protocols, wanted, ...(depth && { depth }) }, async (mirror) => {
    await session.demand(tree, ['config', key, `file://${mirror}`]);
    const update = ['submodule', '--quiet', 'update', '--force', '--checkout', ...shallow, '--', path];
    await session.demand(tree, update, { protocols: 'file' });
    await session.demand(tree, ['config', key, parsed.url]);
    await session.demand(join(tree, path), ['remote', 'set-url', 'origin', parsed.url]);
    return mirror;
  });
}

/** Of the entry of `.gitmodules` for this path; keys and values end in NUL, a key and its value are parted by a newline. */
async function nameOf(session: GitSession, tree: string, path: string): Promise<string> {
  const listed = await session.read(tree, ['config', '--file', '.gitmodules', '--null', '--list']).catch(() => Buffer.alloc(0));
  for (const entry of listed.toString().split('\0')) {
    const [, name] = /^submodule\.(.+)\.path\n/s.exec(entry) ?? [];
    if (name !== undefined && entry.slice(entry.indexOf('\n') + 1) === path) return name;
  }
  throw new GitFault('other', 'the file .gitmodules has no address for it');
}

/** A user without a password says nothing: the endpoint's is used. */
const withoutUser = (address: string): string => address.replace(/^(https?:\/\/)[^/@:]*@/, '$1');
