/** `missing`: fewer bytes than recorded. `changed`: as many, but with another SHA-256. `unreadable`: the disk gives an error, or something else is in place of the bytes. */
export type DamageKind = 'missing' | 'changed' | 'unreadable';

/** Stored bytes are not what was stored. The message names the log or file and says what to do. */
export class Damaged extends Error {
  readonly code = 'damaged';

  constructor(
    readonly kind: DamageKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Damaged';
  }
}

/** A storage has fewer bytes than it recorded. */
export function bytesMissing(what: string, { expected, found }: { readonly expected: number; readonly found: number }): Damaged {
  return new Damaged('missing', `${what} is damaged: expected ${expected} bytes, the storage has ${found}.`);
}

/** What a storage throws for an error of a read: `Damaged` where it tells of damage. */
export function readFault(what: string, error: unknown): unknown {
  const kind = error instanceof Damaged ? undefined : damageOf(error);
  return kind === undefined ? error : new Damaged(kind, `${what} is damaged: the disk cannot read all of its bytes.`, { cause: error });
}

/** What a read ends with when it is the place that is broken, and not a lack of descriptors or memory that passes. */
const brokenPlace: ReadonlySet<unknown> = new Set(['EIO', 'EISDIR', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO', 'EUCLEAN', 'EBADMSG']);

/** How an error of a read tells of damage; undefined for every other error. */
export function damageOf(error: unknown): DamageKind | undefined {
  if (error instanceof Damaged) return error.kind;
  return error instanceof Error && 'code' in error && brokenPlace.has(error.code) ? 'unreadable' : undefined;
}
