/** Why an outgoing call failed. Callers test the code; the message is half a sentence for people, without credentials. */
export type OutgoingCode =
  | 'unreachable'
  | 'timeout'
  | 'tooLong'
  | 'encoded'
  | 'redirected'
  | 'proxy'
  /** The address is not allowed, or its name cannot be resolved: one answer for both, so that nobody can probe a network. */
  | 'forbidden';

export class OutgoingFault extends Error {
  override readonly name = 'OutgoingFault';
  readonly code: OutgoingCode;

  constructor(code: OutgoingCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The fault as it is, or an error of the system in its own words: Node leaves the message empty where it tried several addresses. */
export function asFault(error: unknown): OutgoingFault {
  if (error instanceof OutgoingFault) return error;
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  const message = first instanceof Error && first.message !== '' ? first.message : 'the connection failed';
  return new OutgoingFault('unreachable', message, { cause: error });
}
