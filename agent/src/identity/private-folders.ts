import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { privateNotesFolder } from '@drover/protocol';
import type { Environment } from '../config.js';
import { replaceText } from '../shared/files.js';
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
    await replaceText(join(notes, createHash('sha256').update(folder).digest('hex').slice(0, 32)), `${folder}\n`);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The folders that are noted and there, and the place of the notes itself. */
export function readPrivateFolders(notes: string): readonly string[] {
  if (!existsSync(notes)) return [];
  const folders = readdirSync(notes).flatMap((name) => {
    const folder = readNote(join(notes, name));
    return folder !== undefined && isAbsolute(folder) && existsSync(folder) ? [folder] : [];
  });
  return [notes, ...folders];
}

/** A note that can't be read is somebody else's business, or gone: it must not keep attempts from beginning. */
function readNote(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
