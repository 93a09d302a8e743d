import type { ProblemCode } from '@drover/protocol';

export interface FieldFault {
  /** JSON pointer into what came in. */
  readonly path: string;
  readonly message: string;
}

/** An expected refusal: told to the caller as a problem detail. */
export interface Refused {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly retryAfterSeconds?: number;
}
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refused = (code: ProblemCode, detail: string, more: Pick<Refused, 'errors' | 'retryAfterSeconds'> = {}): Refused => ({
  ok: false,
  code,
  detail,
  ...more,
});
