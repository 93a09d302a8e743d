import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Doc } from '../bson/values.js';
import type { CommandContext } from '../commands/context.js';
import { Cursors } from '../commands/read/cursors.js';
import { CommandError } from '../command-error.js';
import { StoreDamaged, StoreError, StoreFolderUnwritable } from '../errors.js';
import { Catalogue } from '../storage/catalogue.js';
import { checkFile } from '../storage/check-file.js';
import { Committer } from '../storage/committer.js';
import { openEnvironment, type Environment } from '../storage/environment.js';
import { PageDamage } from '../storage/file/page-file.js';
import { verifyFile, type TreeName } from '../storage/file/verify-file.js';
import type { Entry } from '../storage/file/walk-tree.js';
import { entryIsSound } from '../storage/sealed-value.js';
import { WireServer, type SlowCommand } from '../wire/server.js';
import { writeBackup } from './backup.js';
import { startSweeping, sweepAll } from './expiry.js';
import { checkFormat } from './format.js';
import { lastOwner, Owner } from './owner.js';
import { reachSocket } from './socket-path.js';

export interface StoreOptions {
  readonly dataDir: string;
  readonly socketDir?: string | undefined;
  readonly onNotice: (text: string, fields: object) => void;
}

/** An open store with its server, inside the worker thread. */
export interface OpenStore {
  /** As this process reaches it. */
  readonly socketPath: string;
  backup(toFolder: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the folder, takes the right to it, and starts to listen. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { dataDir, onNotice } = options;
  makeFolder(dataDir);
  await checkPages(dataDir);
  const environment = openFiles(options);
  let owner: Owner | undefined;
  try {
    const socketPath = makeSocketPath(options);
    owner = await Owner.claim(environment, { folder: dataDir, serverSocket: socketPath });
    removeStaleSockets(options, socketPath);
    return await serve({ environment, owner, socketPath, context: contextOf(environment, dataDir), onNotice });
  } catch (error) {
    await owner?.release();
    await environment.root.close();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    makeEach(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreFolderUnwritable(folder, error);
  }
}

/** One level after the other: node's own recursive way never ends where the system refuses, as below /proc. */
function makeEach(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeEach(dirname(folder));
  mkdirSync(folder, { recursive: false, mode: 0o700 });
}

/** How long the start may take to look through the pages: after a crash, to which damage may have led, longer. */
const checkWithinMs = { alive: 0, none: 300, killed: 3_000 } as const;

/** LMDB trusts what it maps, and a damaged page can end the whole process: each is looked at before. */
async function checkPages(folder: string): Promise<void> {
  for (const name of ['data.mdb', 'lock.mdb']) checkKind(folder, name);
  const owner = await lastOwner(folder);
  if (owner === 'alive') return; // its pages change at this moment; the folder is refused in a moment
  try {
    await verifyFile(folder, { withinMs: checkWithinMs[owner], visitor: { entry: checkEntry } });
  } catch (error) {
    throw error instanceof PageDamage ? new StoreDamaged(folder, error) : error;
  }
}

/** LMDB ends the whole process where its lock file is a folder. */
function checkKind(folder: string, name: string): void {
  try {
    if (statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === false) throw new PageDamage(`${name} is not a file`);
  } catch (error) {
    throw new StoreDamaged(folder, error);
  }
}

/** Documents say by themselves, when they are read, that they are damaged; an index would leave them out without a word. */
function checkEntry(tree: TreeName, { key, value }: Entry): void {
  if (tree === 'entries' && !entryIsSound(key, value())) throw new PageDamage(`an entry of index ${key.readUInt32BE(0)} is damaged`);
}

function openFiles({ dataDir }: StoreOptions): Environment {
  try {
    checkFile(dataDir);
    const environment = openEnvironment({ folder: dataDir });
    // The folder may have been there before, open to others.
    for (const name of ['data.mdb', 'lock.mdb']) chmodSync(join(dataDir, name), 0o600);
    return environment;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/permission|EACCES|EPERM|read-only|EROFS|No space/i.test(text)) throw new StoreFolderUnwritable(dataDir, error);
    throw new StoreDamaged(dataDir, error);
  }
}

function contextOf(environment: Environment, folder: string): CommandContext {
  checkFormat(environment, folder);
  try {
    const catalogue = new Catalogue(environment);
    return { environment, catalogue, cursors: new Cursors(Date.now), now: () => new Date() };
  } catch (error) {
    throw new StoreDamaged(folder, error);
  }
}

interface ServeParts {
  readonly environment: Environment;
  readonly owner: Owner;
  readonly socketPath: string;
  readonly context: CommandContext;
  readonly onNotice: StoreOptions['onNotice'];
}

async function serve({ environment, owner, socketPath, context, onNotice }: ServeParts): Promise<OpenStore> {
  const committer = new Committer(environment, context.catalogue);
  const backups = new Set<Promise<void>>();
  const backup = async (toFolder: string) => {
    const taking = writeBackup(environment, toFolder);
    backups.add(taking);
    await taking.finally(() => backups.delete(taking));
  };
  const slowCommands = privateCommands({ context, committer, backup });
  const server = new WireServer({ context, committer, slowCommands, onNotice });
  const socket = reachSocket(socketPath);
  await server.listen(socket.path);
  chmodSync(socket.path, 0o600);
  const stopSweeping = startSweeping({ context, committer, onNotice });
  return {
    socketPath: socket.path,
    backup,
    close: async () => {
      stopSweeping();
      committer.drain();
      await server.close();
      // A backup reads the files from a thread of its own, which must not lose them.
      await Promise.allSettled(backups);
      await owner.release();
      await environment.root.close();
      socket.release();
    },
  };
}

function makeSocketPath({ dataDir, socketDir }: StoreOptions): string {
  const folder = socketDir ?? join(dataDir, 'run');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    return join(folder, `store-${randomBytes(4).toString('hex')}.sock`);
  } catch (error) {
    throw new StoreFolderUnwritable(folder, error);
  }
}

/** What killed processes left in the store's own folder; only the holder of the folder may tidy there. */
function removeStaleSockets({ dataDir, socketDir }: StoreOptions, own: string): void {
  if (socketDir !== undefined) return;
  const folder = join(dataDir, 'run');
  for (const name of readdirSync(folder)) if (join(folder, name) !== own) rmSync(join(folder, name), { force: true });
}

interface PrivateParts {
  readonly context: CommandContext;
  readonly committer: Committer;
  readonly backup: (toFolder: string) => Promise<void>;
}

/** Commands of Drover's own: an online backup, and removing expired documents at once. */
function privateCommands({ context, committer, backup }: PrivateParts): ReadonlyMap<string, SlowCommand> {
  return new Map<string, SlowCommand>([
    [
      'droverBackup',
      async ({ to }: Doc) => {
        if (typeof to !== 'string') throw new CommandError('TypeMismatch', "droverBackup needs a folder in 'to'");
        await backup(to).catch((error: unknown) => {
          throw error instanceof StoreError ? new CommandError('IllegalOperation', error.message, { storeCode: error.code }) : error;
        });
        return { ok: 1 };
      },
    ],
    ['droverRemoveExpired', () => Promise.resolve({ removed: sweepAll({ context, committer }), ok: 1 })],
  ]);
}
