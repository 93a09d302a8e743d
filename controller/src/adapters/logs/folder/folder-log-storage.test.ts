import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogStorage } from '../../../services/logs/log-storage.js';
import { describeLogStorage } from '../log-storage.contract.js';
import { noCrashes } from '../testing.js';
import { FolderLogStorage } from './folder-log-storage.js';

for (const [title, maxOpenLogs] of [
  ['logs in a folder', 512],
  ['logs in a folder with one open at a time', 1],
] as const) {
  let folder: string;
  const opened: LogStorage[] = [];
  const open = (): LogStorage => {
    const storage = new FolderLogStorage({ folder: join(folder, 'logs'), crashPoints: noCrashes, maxOpenLogs });
    opened.push(storage);
    return storage;
  };
  describeLogStorage(
    title,
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
      return {
        storage: open(),
        reopen: async () => {
          await opened.at(-1)?.close();
          return open();
        },
      };
    },
    async () => {
      for (const storage of opened.splice(0)) await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  );
}
