/**
 * The id of what a request makes. A request that is repeated under its Idempotency-Key, because it broke off or its
 * answer was lost, comes with the id of the first time: `isRepeat` says that the thing may be there already.
 */
export interface Creation {
  readonly id: string;
  readonly isRepeat: boolean;
}
