/** Told of each record as it was before a write and as it is after it. */
export type Witness<T> = (before: T | undefined, after: T | undefined) => void;
export const nobody = (): void => undefined;
