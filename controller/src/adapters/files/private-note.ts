import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataFolder } from './data-folder.js';

/** Notes a folder for the agents of this user, whose tasks then don't see it (`privateNotesFolder` has the rule). Resolves with the error where that can't be written, as in a container without a home. */
export async function notePrivateFolder(notes: string, folder: string): Promise<unknown> {
  try {
    await makeDataFolder(notes);
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    const draft = join(notes, `.${name}.${process.pid}`);
    await writeFile(draft, `${folder}\n`, { mode: 0o600 });
    await rename(draft, join(notes, name));
    return undefined;
  } catch (error) {
    return error;
  }
}
