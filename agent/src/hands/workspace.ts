import { chmod, chown, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineHandsParts } from './machine-hands.js';

/** A new, empty folder for an attempt, which the user that its steps run as owns. */
export async function createWorkspace({ config, abilities }: Pick<MachineHandsParts, 'config' | 'abilities'>, attemptId: string): Promise<string> {
  const path = join(config.dataFolder, 'workspaces', attemptId);
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o755 });
  if (abilities.isolation === 'separateUser' && abilities.taskUser) {
    await chmod(config.dataFolder, 0o711); // the other user passes through; what lies beside is its owner's alone
    await chown(path, abilities.taskUser.uid, abilities.taskUser.gid);
  }
  return path;
}

export async function removeWorkspace(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export async function removeWorkspaces(folder: string, keep: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => !keep.has(candidate))) await removeWorkspace(join(folder, name));
}
