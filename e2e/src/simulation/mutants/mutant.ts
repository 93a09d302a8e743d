/** A fault planted into the product: the one place in a source file where `find` stands reads `replace` instead. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** A history that broke a promise because of it when last looked at. Tried first, and trusted in nothing. */
  readonly seed: number;
}
