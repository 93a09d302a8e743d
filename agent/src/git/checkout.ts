import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from './git-command.js';
import { openGitSession, type GitCredentials, type GitSession } from './git-session.js';
import { codeOf, messageOf } from '../shared/logger.js';
import { GitFault, type GitFaultKind } from './git-fault.js';
import { fetchLfsFiles } from './lfs.js';
import { dropMirror, mirrorPath, withMirror, type MirrorRequest } from './mirror.js';
import { emptyFolder, giveTo, moveInto, openFolderInside, preparationFolder, type Owner } from './place.js';
import { isRefName, parseRepositoryUrl } from './repository-url.js';
import { checkOutSubmodules } from './submodules.js';
import type { Wanted } from './wanted.js';
import { makeRepository } from './workspace-repository.js';

export interface CheckoutOptions extends Wanted {
  readonly repository: { readonly url: string; readonly alias?: string };
  readonly credentials: GitCredentials;
  /** S2: below these a local repository may lie. */
  readonly allowedFolders: readonly string[];
  readonly workspace: string;
  /** The workspace or a folder in it; files of the same name are replaced, others stay. */
  readonly targetPath: string;
  /** The agent's own folder; no task may read it. */
  readonly mirrorCacheDir: string;
  /** With theirs, to any depth. */
  readonly submodules?: boolean;
  /** true: a checkout without the files of Git LFS fails; false: none are fetched. */
  readonly lfs?: boolean;
  /** To whom the files are given; the agent's own user otherwise. */
  readonly owner?: Owner;
  readonly env: Readonly<Record<string, string>>;
  readonly run?: RunGit;
  readonly signal: AbortSignal;
  /** What git prints, to be masked like any output. */
  onOutput(bytes: Buffer): void;
  /** A sentence for the log. */
  onNotice(text: string): void;
}

export type CheckoutResult =
  | { readonly ok: true; readonly commit: string; readonly fromCache: boolean }
  | { readonly ok: false; readonly reason: string; readonly kind?: GitFaultKind };

/**
 * S7: puts one exact commit into the workspace, through the mirror of its repository. Git runs beside the workspace
 * with settings of its own and the finished tree is moved in, so that nothing a task wrote can steer it.
 * Refusals and what git says are values; rejects only on abort and on faults of the machine.
 */
export async function checkoutSource(options: CheckoutOptions): Promise<CheckoutResult> {
  const parsed = await parseRepositoryUrl(options.repository.url, options.allowedFolders);
  if (!parsed.ok) return parsed;
  const fault = faultOf(options);
  if (fault !== undefined) return { ok: false, reason: fault };
  const { credentials, signal, env, onOutput, run, mirrorCacheDir } = options;
  await mkdir(mirrorCacheDir, { recursive: true, mode: 0o700 });
  const session = await openGitSession({
    credentials,
    signal,
    env,
    onOutput,
    folder: sessionsFolder(mirrorCacheDir),
    knownHostsFile: join(mirrorCacheDir, 'known_hosts'),
    ...(parsed.origin !== undefined && { origin: parsed.origin }),
    ...(run && { run }),
  });
  try {
    const protocols = parsed.kind === 'folder' ? 'file' : 'https:http:ssh';
    return await checkOut(session, options, { credentials, signal, url: parsed.url, protocols, cacheFolder: mirrorCacheDir });
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, reason: messageOf(error), ...(error instanceof GitFault && { kind: error.kind }) };
  } finally {
    await session.close();
  }
}

function faultOf({ commit, ref, depth, branches }: CheckoutOptions): string | undefined {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return `${JSON.stringify(commit)} is not the full id of a commit`;
  if (ref.type !== 'commit' && !isRefName(ref.name)) return `${JSON.stringify(ref.name)} is not the name of a ${ref.type}`;
  const odd = typeof branches === 'object' ? branches.find((name) => !isRefName(name)) : undefined;
  if (odd !== undefined) return `${JSON.stringify(odd)} is not the name of a branch`;
  if (depth !== undefined && (!Number.isInteger(depth) || depth < 1)) return 'the depth of a checkout is a number from 1';
  return undefined;
}

type Source = Omit<MirrorRequest, 'wanted' | 'depth'>;

async function checkOut(session: GitSession, options: CheckoutOptions, source: Source): Promise<CheckoutResult> {
  const { workspace, targetPath, commit, owner } = options;
  await mkdir(preparationFolder(workspace), { recursive: true, mode: 0o700 });
  const prepared = await mkdtemp(join(preparationFolder(workspace), 'tree-'));
  try {
    const fromCache = await prepareTree(session, options, { ...source, prepared });
    if (owner) await giveTo(owner, prepared);
    const target = await openFolderInside(workspace, targetPath, owner);
    try {
      await moveInto(prepared, target);
    } finally {
      await target.close();
    }
    return { ok: true, commit, fromCache };
  } catch (error) {
    if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) throw new GitFault('diskFull', messageOf(error), { cause: error });
    throw error;
  } finally {
    await rm(prepared, { recursive: true, force: true });
  }
}

/** A mirror whose objects turn out to be damaged is fetched again, once. */
async function prepareTree(
  session: GitSession,
  options: CheckoutOptions,
  { prepared, ...source }: Source & { readonly prepared: string },
): Promise<boolean> {
  const write = () => session.demand(prepared, ['checkout', '--quiet', '--force', '--detach', options.commit]);
  let from = await fromMirror(session, options, { ...source, prepared });
  await write().catch(async (error: unknown) => {
    if (!from.wasThere || !(error instanceof GitFault) || error.kind === 'diskFull') throw error;
    await dropMirror(from.mirror);
    await emptyFolder(prepared);
    from = await fromMirror(session, options, { ...source, prepared });
    await write();
  });
  await session.demand(prepared, ['remote', 'add', 'origin', source.url]);
  const { lfs, submodules, depth, allowedFolders, onNotice } = options;
  const onTree = (tree: string, mirror: string) => fetchLfsFiles(session, { tree, mirror, lfs, protocols: source.protocols, onNotice });
  await onTree(prepared, from.mirror);
  if (submodules === true) await checkOutSubmodules(session, { source, allowedFolders, tree: prepared, onTree, ...(depth && { depth }) });
  return from.wasThere;
}

/**
 * The repository in the workspace, without files. A limited depth has a mirror of its own, so that no more than that
 * is fetched; where there is a mirror of all of the history, or the host gives no part of it, that one is used.
 */
async function fromMirror(
  session: GitSession,
  { commit, ref, depth, tags, branches }: CheckoutOptions,
  { prepared, ...source }: Source & { readonly prepared: string },
): Promise<{ readonly wasThere: boolean; readonly mirror: string }> {
  const wanted: Wanted = { commit, ref, ...(depth && { depth }), ...(tags !== undefined && { tags }), ...(branches && { branches }) };
  const take = (limit: number | undefined) =>
    withMirror(session, { ...source, wanted, ...(limit !== undefined && { depth: limit }) }, async (mirror, wasThere) => {
      await makeRepository(session, { mirror, prepared, wanted, isShallowMirror: limit !== undefined, signal: source.signal });
      return { wasThere, mirror };
    });
  if (depth === undefined || existsSync(mirrorPath(source))) return take(undefined);
  return take(depth).catch((error: unknown) => {
    if (error instanceof GitFault && error.kind === 'objectMissing') return take(undefined);
    throw error;
  });
}

/** Where sessions keep their keys; whatever is in it when the agent starts was left by a crash. */
export const sessionsFolder = (mirrorCacheDir: string): string => join(mirrorCacheDir, 'sessions');
