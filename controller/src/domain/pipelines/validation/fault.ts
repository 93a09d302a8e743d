/** So many faults are told at once. */
export const maxFaults = 100;

/** What is wrong with one place of a definition: a JSON pointer to it, and a sentence. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}
