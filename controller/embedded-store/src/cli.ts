import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { StoreError } from './errors.js';
import { backupBeside } from './server/backup-beside.js';
import { restoreBackup } from './server/backup.js';
import { lastOwner } from './server/owner.js';
import { repairStore } from './server/repair-store.js';
import { verifyStore } from './server/verify-store.js';
import { startEmbeddedStore } from './start.js';

const usage = `Usage:
  npm run store -- --data DIR                     starts the store alone and prints its URI; Ctrl-C stops it
  npm run store -- backup --data DIR --to DIR2    copies the store, also while it is running
  npm run store -- verify --data DIR              checks a store that is not running, or a backup
  npm run store -- repair --data DIR --to DIR2    puts what is sound of a damaged store into a new folder, and names the rest
  npm run store -- restore --from DIR2 --data DIR puts a backup into a folder without a store`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, to: { type: 'string' }, from: { type: 'string' }, help: { type: 'boolean' } },
  });
  const { data, to, from } = values;
  const [command = 'start', ...more] = positionals;
  if (values.help || more.length > 0 || data === undefined) return explain(values.help === true);
  if (command === 'start') return await serve(data);
  if (command === 'backup' && to !== undefined) {
    await backupBeside({ dataDir: resolve(data), toFolder: resolve(to) });
    return say(`The backup is in ${resolve(to)}.`);
  }
  if (command === 'verify') return await verify(resolve(data));
  if (command === 'repair' && to !== undefined) return await repair(resolve(data), resolve(to));
  if (command === 'restore' && from !== undefined) {
    await restoreBackup({ from, dataDir: data });
    return say(`The store in ${resolve(data)} is restored from ${resolve(from)}.`);
  }
  return explain(false);
}

async function verify(folder: string): Promise<number> {
  await needStopped(folder, 'Stop it, or back it up and verify the backup.');
  const { collections, documents, problems } = await verifyStore(folder);
  if (problems.length === 0) return say(`The store in ${folder} is sound: ${documents} documents in ${collections} collections.`);
  for (const problem of problems) console.error(problem);
  throw new StoreError('STORE_DAMAGED', `The store in ${folder} is damaged. Restore a backup, or keep what is sound with “repair”.`, {
    folder,
  });
}

async function repair(from: string, to: string): Promise<number> {
  await needStopped(from, 'Stop it first.');
  const { documents, lost } = await repairStore(from, to);
  for (const each of lost) say(`Lost: ${each}`);
  return say(`The store in ${to} is sound: ${documents} documents, ${lost.length} are lost. ${from} is as it was.`);
}

async function needStopped(folder: string, advice: string): Promise<void> {
  if (!existsSync(join(folder, 'data.mdb')))
    throw new StoreError('STORE_MISSING', `The folder ${folder} holds no store (no data.mdb in it).`, { folder });
  if ((await lastOwner(folder)) === 'alive')
    throw new StoreError('STORE_IN_USE', `The store in ${folder} is running. ${advice}`, { folder });
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function explain(asked: boolean): number {
  console.log(usage);
  return asked ? 0 : 2;
}

/** A word on the command line that is not known, or lacks its value. */
const isUsage = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');

async function serve(dataDir: string): Promise<number> {
  const store = await startEmbeddedStore({ dataDir, onNotice: (text, fields) => console.error(text, fields) });
  console.log(store.uri);
  const stop = new Promise<undefined>((done) => {
    process.once('SIGINT', () => done(undefined));
    process.once('SIGTERM', () => done(undefined));
  });
  const failure = await Promise.race([stop, store.failed]);
  await store.close();
  if (failure) console.error(failure.message);
  return failure ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (isUsage(error)) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  console.error(error instanceof StoreError ? `${error.message} (${error.code})` : error);
  process.exitCode = 1;
}
