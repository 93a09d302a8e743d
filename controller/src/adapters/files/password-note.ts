import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PasswordNote } from '../../services/accounts/first-administrator.js';

/** A file that only its owner may read. */
export function createPasswordNote(path: string): PasswordNote {
  return {
    async write(password) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, 'w', 0o600);
      await file.chmod(0o600);
      await file.writeFile(`${password}\n`);
      await file.sync();
      await file.close();
      return path;
    },
    remove: () => rm(path, { force: true }),
  };
}
