import { chmod, lchown, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree, type Removal } from './remove-tree.js';

export interface WorkspaceOwner {
  readonly uid: number;
  readonly gid: number;
}

/** What becomes of a workspace after its attempt. */
export type CleanupPolicy =
  | { readonly kind: 'always' }
  /** One of an attempt that did not succeed stays for a while. */
  | { readonly kind: 'onSuccess'; readonly keepFailedMs: number }
  | { readonly kind: 'keep'; readonly forMs: number };

const keptSuffix = '.kept-until';

/** G9: an empty folder for an attempt, of the user that its steps run as. What an earlier process left there is removed. */
export async function createWorkspace(options: {
  readonly root: string;
  readonly attemptId: string;
  readonly owner?: WorkspaceOwner;
  readonly remove?: (path: string) => Promise<Removal>;
}): Promise<string> {
  const { root, attemptId, owner, remove = removeTree } = options;
  const path = workspacePath(root, attemptId);
  await mkdir(root, { recursive: true, mode: 0o711 });
  if (owner) await chmod(root, 0o711); // the other user passes through and cannot list
  const removed = await remove(path);
  if (!removed.ok) throw new Error(`the workspace of an earlier attempt is in the way: ${removed.reason}`);
  await mkdir(path, { mode: 0o700 });
  if (owner) await lchown(path, owner.uid, owner.gid);
  return path;
}

/** Removes the workspace of an ended attempt, or notes until when it stays. */
export async function finishWorkspace(options: {
  readonly root: string;
  readonly attemptId: string;
  readonly policy: CleanupPolicy;
  readonly succeeded: boolean;
  readonly now: number;
}): Promise<Removal> {
  const { root, attemptId, policy, succeeded, now } = options;
  const forMs = keepMs(policy, succeeded);
  if (forMs <= 0) return removeWorkspace(root, attemptId);
  await writeFile(workspacePath(root, attemptId) + keptSuffix, String(now + forMs));
  return { ok: true };
}

/** Removes a workspace and the note about it. */
export async function removeWorkspace(root: string, attemptId: string): Promise<Removal> {
  const path = workspacePath(root, attemptId);
  const removed = await removeTree(path);
  if (removed.ok) await rm(path + keptSuffix, { force: true });
  return removed;
}

/** Removes what no attempt needs any more: leftovers of a crash and kept ones whose time is over. Says which, and what resists. */
export async function sweepWorkspaces(options: {
  readonly root: string;
  readonly active: ReadonlySet<string>;
  readonly now: number;
  readonly remove?: (path: string) => Promise<Removal>;
}): Promise<{
  readonly removed: readonly string[];
  readonly left: ReadonlyArray<{ readonly attemptId: string; readonly reason: string }>;
}> {
  const { root, active, now, remove = removeTree } = options;
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const removed: string[] = [];
  const left: { attemptId: string; reason: string }[] = [];
  for (const { name } of entries.filter((entry) => !entry.name.endsWith(keptSuffix))) {
    if (active.has(name) || (await keptUntil(join(root, name))) > now) continue;
    const result = await remove(join(root, name));
    if (result.ok) removed.push(name);
    else left.push({ attemptId: name, reason: result.reason });
    if (result.ok) await rm(join(root, name) + keptSuffix, { force: true });
  }
  return { removed, left };
}

function keepMs(policy: CleanupPolicy, succeeded: boolean): number {
  switch (policy.kind) {
    case 'always':
      return 0;
    case 'onSuccess':
      return succeeded ? 0 : policy.keepFailedMs;
    case 'keep':
      return policy.forMs;
  }
}

async function keptUntil(path: string): Promise<number> {
  const until = Number(await readFile(path + keptSuffix, 'utf8').catch(() => '0'));
  return Number.isFinite(until) ? until : 0;
}

function workspacePath(root: string, attemptId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._~-]{0,200}$/.test(attemptId))
    throw new Error(`${JSON.stringify(attemptId)} cannot be the name of a workspace`);
  return join(root, attemptId);
}
