import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from './git-command.js';
import { openGitSession, type GitCredentials, type GitSession } from './git-session.js';
import { heldRef, withMirror, type MirrorRequest } from './mirror.js';
import { giveTo, makeFolderInside, moveInto, preparationFolder, type Owner } from './place.js';
import { isRefName, parseRepositoryUrl } from './repository-url.js';

export interface CheckoutOptions {
  readonly repository: { readonly url: string; readonly alias?: string };
  readonly commit: string;
  readonly ref: { readonly type: 'branch' | 'tag' | 'commit'; readonly name: string };
  readonly credentials: GitCredentials;
  /** S2: below these a local repository may lie. */
  readonly allowedFolders: readonly string[];
  readonly workspace: string;
  /** The workspace or a folder in it; files of the same name are replaced, others stay. */
  readonly targetPath: string;
  /** The agent's own folder; no task may read it. */
  readonly mirrorCacheDir: string;
  /** How many commits of history the workspace gets; all otherwise. */
  readonly depth?: number;
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
    return await checkOut(session, options, { ...options, url: parsed.url, protocols, cacheFolder: mirrorCacheDir });
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

async function checkOut(session: GitSession, options: CheckoutOptions, request: MirrorRequest): Promise<CheckoutResult> {
  const { workspace, targetPath, commit, owner } = options;
  await mkdir(preparationFolder(workspace), { recursive: true, mode: 0o700 });
  const prepared = await mkdtemp(join(preparationFolder(workspace), 'tree-'));
  try {
    const fromCache = await withMirror(session, request, async (mirror, wasThere) => {
      await copyFromMirror(session, options, { mirror, prepared });
      return wasThere;
    });
    await finishTree(session, options, { url: request.url, protocols: request.protocols, prepared });
    if (owner) await giveTo(owner, prepared);
    await makeFolderInside(workspace, targetPath, owner);
    await moveInto(prepared, targetPath);
    return { ok: true, commit, fromCache };
  } finally {
    await rm(prepared, { recursive: true, force: true });
  }
}

/** Where sessions keep their keys; whatever is in it when the agent starts was left by a crash. */
export const sessionsFolder = (mirrorCacheDir: string): string => join(mirrorCacheDir, 'sessions');

/** Fetches instead of cloning: a local clone would share files with the mirror by hard links. */
async function copyFromMirror(
  session: GitSession,
  { commit, ref, depth }: CheckoutOptions,
  { mirror, prepared }: { readonly mirror: string; readonly prepared: string },
): Promise<void> {
  const remote = { branch: `refs/remotes/origin/${ref.name}`, tag: `refs/tags/${ref.name}`, commit: heldRef(commit) }[ref.type];
  await demand(session.git(prepared, ['init', '--quiet', '--template=']));
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  await demand(
    session.git(
      prepared,
      ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...shallow, `file://${mirror}`, `+${heldRef(commit)}:${remote}`],
      { protocols: 'file' },
    ),
  );
}

async function finishTree(
  session: GitSession,
  { commit, submodules, depth }: CheckoutOptions,
  tree: { readonly url: string; readonly protocols: string; readonly prepared: string },
): Promise<void> {
  const { prepared, url, protocols } = tree;
  await demand(session.git(prepared, ['checkout', '--quiet', '--force', '--detach', commit]));
  await demand(session.git(prepared, ['config', 'remote.origin.url', url]));
  await demand(session.git(prepared, ['config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*']));
  if (submodules !== true) return;
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  await demand(
    session.git(prepared, ['submodule', 'update', '--init', '--recursive', '--force', '--checkout', ...shallow], {
      protocols: protocols === 'file' ? 'https:http:ssh' : protocols,
    }),
  );
}

async function demand(ended: ReturnType<GitSession['git']>): Promise<void> {
  const { exitCode, tail } = await ended;
  if (exitCode !== 0) throw new Error(tail === '' ? `git ended with ${exitCode}` : tail);
}
