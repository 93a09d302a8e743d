/** Marks the end of a `switch` over a union: a new member fails to compile until it is handled. */
export function unreachable(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`);
}
