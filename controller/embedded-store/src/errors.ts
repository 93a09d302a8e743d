export type StoreErrorCode =
  | 'STORE_IN_USE'
  | 'STORE_FOLDER_UNWRITABLE'
  | 'STORE_DAMAGED'
  | 'STORE_FORMAT_NEWER'
  | 'STORE_NOT_EMPTY'
  | 'STORE_MISSING'
  | 'STORE_UNSUPPORTED'
  | 'STORE_FAILED';

/** Why the store does not start, or ended. Callers test `code`; the message is a sentence for people. */
export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    /** The facts of the message: folder, pid, versions. */
    readonly facts: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another process has the folder. */
export class StoreInUse extends StoreError {
  constructor(folder: string, pid: number) {
    super('STORE_IN_USE', `The store in ${folder} is in use by process ${pid}. Stop that one first, or give another folder.`, {
      folder,
      pid,
    });
  }
}

/** The folder cannot be made or written. */
export class StoreFolderUnwritable extends StoreError {
  constructor(folder: string, cause: unknown) {
    super('STORE_FOLDER_UNWRITABLE', `The folder ${folder} cannot be written: ${textOf(cause)}`, { folder }, { cause });
  }
}

/** The files are not what the store wrote. */
export class StoreDamaged extends StoreError {
  constructor(folder: string, cause: unknown) {
    super(
      'STORE_DAMAGED',
      `The store in ${folder} is damaged: ${textOf(cause)}. Restore a backup into an empty folder, or see what “npm run store -- repair” can keep.`,
      { folder },
      { cause },
    );
  }
}

/** The files come from a later release. */
export class StoreFormatNewer extends StoreError {
  constructor(folder: string, { found, known }: { found: number; known: number }) {
    super(
      'STORE_FORMAT_NEWER',
      `The store in ${folder} has format ${found}; this release knows formats up to ${known}. Use a newer release.`,
      { folder, found, known },
    );
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The same error after its way out of the worker thread, where only plain values travel. */
export function parseStoreError(plain: {
  code: StoreErrorCode;
  message: string;
  facts: Readonly<Record<string, string | number>>;
}): StoreError {
  const { code, message, facts } = plain;
  const folder = String(facts['folder'] ?? '');
  switch (code) {
    case 'STORE_IN_USE':
      return new StoreInUse(folder, Number(facts['pid']));
    case 'STORE_FORMAT_NEWER':
      return new StoreFormatNewer(folder, { found: Number(facts['found']), known: Number(facts['known']) });
    default:
      return new StoreError(code, message, facts);
  }
}
