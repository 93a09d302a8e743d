import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionsFolder } from '../git/checkout.js';
import { evictMirrors } from '../git/mirror.js';

/** A mirror that no attempt has used for so long is not kept. */
const mirrorUnusedMs = 30 * 24 * 3_600_000;

/** Mirrors of repositories, shared by all attempts. */
export const mirrorsIn = (dataFolder: string): string => join(dataFolder, 'git');
/** Packed folders that wait for their upload. */
export const packingIn = (dataFolder: string): string => join(dataFolder, 'packing');

/**
 * G8: removes what a killed agent left beside its workspaces: keys of checkouts, half-made mirrors, packed folders, which
 * may be large, folders of probes; and mirrors out of use. Call it before anything runs. Says what it removed.
 */
export async function sweepLeavings(dataFolder: string, now: number): Promise<readonly string[]> {
  const mirrors = mirrorsIn(dataFolder);
  const left = [
    ...(await childrenOf(sessionsFolder(mirrors), '')),
    ...(await childrenOf(packingIn(dataFolder), '')),
    ...(await childrenOf(mirrors, 'draft-')),
    ...(await childrenOf(dataFolder, 'probe-')),
  ];
  for (const path of left) await rm(path, { recursive: true, force: true });
  const evicted = await evictMirrors(mirrors, now - mirrorUnusedMs);
  return [...left.map((path) => `folder ${path}`), ...(evicted > 0 ? [`${evicted} mirrors of repositories out of use`] : [])];
}

async function childrenOf(folder: string, prefix: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name));
}
