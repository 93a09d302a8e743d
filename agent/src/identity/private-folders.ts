import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { privateNotesFolder } from '@drover/protocol';
import type { Environment } from '../config.js';
import { makePrivateFolder } from '../shared/make-folder.js';

/** Where this user's programs note what no task may see. */
export const notesFolder = (env: Environment): string => privateNotesFolder(env, homeOf(env));

/** As the system knows it, whatever HOME says, so that all programs of a user look at the same place; a user without an entry has only HOME. */
function homeOf(env: Environment): string {
  try {
    return userInfo().homedir;
  } catch {
    return env['HOME'] ?? '/';
  }
}

/** Notes a folder, so that no task of any agent of this user sees it. A home that can't be written keeps no notes: resolves with the reason. */
export async function notePrivateFolder(
  notes: string,
  folder: string,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  try {
    await makePrivateFolder(notes);
    await writeFile(join(notes, createHash('sha256').update(folder).digest('hex').slice(0, 32)), `${folder}\n`, { mode: 0o600 });
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The folders that are noted and there, and the place of the notes itself. Notes of folders that are gone are removed. */
export function readPrivateFolders(notes: string): readonly string[] {
  if (!existsSync(notes)) return [];
  const folders = readdirSync(notes).flatMap((name) => {
    const note = join(notes, name);
    const folder = readFileSync(note, 'utf8').trim();
    if (isAbsolute(folder) && existsSync(folder)) return [folder];
    rmSync(note, { force: true });
    return [];
  });
  return [notes, ...folders];
}
