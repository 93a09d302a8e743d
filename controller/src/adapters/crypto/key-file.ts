import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keyBytes, masterKeyOf, type MasterKey } from './secret-box.js';

/**
 * The keys for secrets. From the configuration when it has one, then nothing is written; else from files
 * `<folder>/<name>.key`, readable by their owner only, the last by name first. The first start makes one.
 */
export async function loadMasterKeys(folder: string, given: Buffer | undefined): Promise<readonly [MasterKey, ...MasterKey[]]> {
  if (given) return [masterKeyOf(given)];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await keysIn(folder);
  const [newest, ...older] = found;
  if (newest) return [newest, ...older];
  await makeKey(folder);
  const [made] = await keysIn(folder);
  if (!made) throw new Error(`no key could be made in ${folder}`);
  return [made];
}

async function keysIn(folder: string): Promise<readonly MasterKey[]> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.key'))
    .sort()
    .reverse();
  return Promise.all(names.map((name) => readKey(join(folder, name))));
}

async function readKey(path: string): Promise<MasterKey> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new Error(`The key file ${path} is not a file: restore it, or remove it if another key is the farm’s.`);
  const { mode } = found;
  if ((mode & 0o077) !== 0) throw new Error(`The key file ${path} can be read by others: run chmod 600 on it.`);
  const bytes = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (bytes.length !== keyBytes) throw new Error(`The key file ${path} does not hold ${keyBytes} bytes in base64.`);
  return masterKeyOf(bytes);
}

/** Whole or not at all, and never over another: two first starts at once end with one key. */
async function makeKey(folder: string): Promise<void> {
  const draft = join(folder, `draft-${randomBytes(6).toString('hex')}`);
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
  await file.sync();
  await file.close();
  await link(draft, join(folder, 'master-1.key')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}
