import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataFolder } from './data-folder.js';

/** Notes a folder for the agents of this user, whose tasks then don't see it (`privateNotesFolder` has the rule). Resolves with the error where that can't be written, as in a container without a home. */
export async function notePrivateFolder(notes: string, folder: string): Promise<unknown> {
  try {
    await makeDataFolder(notes);
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    await writeFile(join(notes, name), `${folder}\n`, { mode: 0o600 });
    return undefined;
  } catch (error) {
    return error;
  }
}
