import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { limitGroup } from './cgroup-limits.js';
import { isWritten, readLines } from '../cgroup-roots.js';

/** Holds the groups of all attempts, of other agents beside this one, too. */
export const usualTasksGroup = 'drover-tasks';

/**
 * A8: the folder for the groups of attempts in a hierarchy. Where it limits memory that is a group with the limit of all
 * attempts together: each may have most of the machine, so that two of them could use it up. Elsewhere the root itself.
 */
export function folderForTasks(root: string, { name, allMemoryBytes }: { readonly name: string; readonly allMemoryBytes: number }): string {
  const folder = join(root, name);
  if (!limitsMemory(root) || !isMade(folder)) return root;
  isWritten(join(folder, 'memory.use_hierarchy'), '1'); // older kernels count what is below a group only if told to
  limitGroup(folder, { memoryBytes: allMemoryBytes });
  // version 2 gives no limits to groups in a group unless it is told to
  for (const controller of ['cpu', 'pids', 'memory']) isWritten(join(folder, 'cgroup.subtree_control'), `+${controller}`);
  return folder;
}

/** In version 2 what a group may set is what the one above gives it. */
const limitsMemory = (root: string): boolean =>
  existsSync(join(root, 'memory.limit_in_bytes')) ||
  readLines(join(root, 'cgroup.subtree_control')).some((line) => line.split(' ').includes('memory'));

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}
