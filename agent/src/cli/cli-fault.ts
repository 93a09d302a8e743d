/** How `drover-agent` ends. Service managers must not start it again after those above 1. */
export const exitCodes = { failed: 1, identityInUse: 3, removed: 4, protocolMismatch: 5 } as const;

/** Something that a person can put right, told in one sentence on stderr. */
export class CliFault extends Error {
  override readonly name = 'CliFault';
  readonly exitCode: number;

  constructor(text: string, { exitCode = exitCodes.failed, ...options }: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(text, options);
    this.exitCode = exitCode;
  }
}
