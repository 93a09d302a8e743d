/** `missing`: fewer bytes than recorded. `changed`: as many, but with another SHA-256. `unreadable`: the disk gives an error. */
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

/** How an error of a read tells of damage; undefined for every other error. */
export function damageOf(error: unknown): DamageKind | undefined {
  if (error instanceof Damaged) return error.kind;
  return error instanceof Error && 'code' in error && error.code === 'EIO' ? 'unreadable' : undefined;
}
