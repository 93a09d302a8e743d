import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from './git-command.js';
import { openGitSession, type GitCredentials, type GitSession } from './git-session.js';
import { GitFault } from './git-fault.js';
import { dropMirror, mirrorPath, withMirror, type MirrorRequest } from './mirror.js';
import { giveTo, makeFolderInside, moveInto, preparationFolder, type Owner } from './place.js';
import { isRefName, parseRepositoryUrl } from './repository-url.js';
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
  readonly submodules?: boolean;
  /** To whom the files are given; the agent's own user otherwise. */
  readonly owner?: Owner;
  readonly env: Readonly<Record<string, string>>;
  readonly run?: RunGit;
  readonly signal: AbortSignal;
  /** What git prints, to be masked like any output. */
  onOutput(bytes: Buffer): void;
}

export type CheckoutResult =
  | { readonly ok: true; readonly commit: string; readonly fromCache: boolean }
  | { readonly ok: false; readonly reason: string };

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
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await session.close();
  }
}

function faultOf({ commit, ref, depth }: CheckoutOptions): string | undefined {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return `${JSON.stringify(commit)} is not the full id of a commit`;
  if (ref.type !== 'commit' && !isRefName(ref.name)) return `${JSON.stringify(ref.name)} is not the name of a ${ref.type}`;
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
    await makeFolderInside(workspace, targetPath, owner);
    await moveInto(prepared, targetPath);
    return { ok: true, commit, fromCache };
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
  const first = await fromMirror(session, options, { ...source, prepared });
  try {
    await finishTree(session, options, { ...source, prepared });
    return first.wasThere;
  } catch (error) {
    if (!first.wasThere || !(error instanceof GitFault) || error.kind === 'diskFull') throw error;
    await dropMirror(first.mirror);
    for (const name of await readdir(prepared)) await rm(join(prepared, name), { recursive: true, force: true });
    await fromMirror(session, options, { ...source, prepared });
    await finishTree(session, options, { ...source, prepared });
    return false;
  }
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

async function finishTree(
  session: GitSession,
  { commit, submodules, depth }: CheckoutOptions,
  tree: { readonly url: string; readonly protocols: string; readonly prepared: string },
): Promise<void> {
  const { prepared, url, protocols } = tree;
  await session.demand(prepared, ['checkout', '--quiet', '--force', '--detach', commit]);
  await session.demand(prepared, ['remote', 'add', 'origin', url]);
  if (submodules !== true) return;
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  await session.demand(prepared, ['submodule', 'update', '--init', '--recursive', '--force', '--checkout', ...shallow], {
    protocols: protocols === 'file' ? 'https:http:ssh' : protocols,
  });
}
