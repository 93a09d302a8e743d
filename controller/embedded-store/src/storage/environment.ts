import { open, type Database, type RootDatabase } from 'lmdb';

/** A byte-keyed tree of the environment. */
export type Tree = Database<Buffer, Buffer>;

/** The open database files: three trees that are changed together in one transaction. */
export interface Environment {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** Format, owner and catalogue. */
  readonly meta: Tree;
  /** Documents by collection and record id. */
  readonly documents: Tree;
  /** Index entries by index, key and record id. */
  readonly entries: Tree;
}

/** Address space reserved for the file, so that it need not be mapped again as it grows; not space on disk. */
const addressSpaceBytes = 256 * 2 ** 30;

export interface EnvironmentOptions {
  readonly folder: string;
}

/** Opens the files, making them if they are not there. Every transaction is synced before it returns. */
export function openEnvironment({ folder }: EnvironmentOptions): Environment {
  const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const;
  const root = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    maxDbs: 8,
    mapSize: addressSpaceBytes,
    overlappingSync: false,
    noMemInit: false,
    ...binary,
  });
  return {
    root,
    meta: root.openDB({ name: 'meta', ...binary }),
    documents: root.openDB({ name: 'documents', ...binary }),
    entries: root.openDB({ name: 'entries', ...binary }),
  };
}

/** Removes every key of a half-open range; for use inside a transaction. */
export function removeRange(tree: Tree, start: Buffer, end: Buffer): void {
  const keys = [...tree.getKeys({ start, end })];
  for (const key of keys) tree.removeSync(key);
}
