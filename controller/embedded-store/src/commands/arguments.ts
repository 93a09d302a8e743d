import { Long } from 'bson';

import { isDoc, isNumber, toNumber, typeNameOf, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { evaluateExpression } from '../query/expression.js';

/** Typed access to the fields of a command or of one of its statements; a wrong type is refused by name. */
export class Arguments {
  constructor(
    private readonly command: string,
    readonly doc: Doc,
  ) {}

  has(name: string): boolean {
    return this.doc[name] !== undefined && this.doc[name] !== null;
  }

  string(name: string): string {
    const value = this.doc[name];
    if (typeof value === 'string') return value;
    throw this.#wrongType(name, 'string');
  }

  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }

  document(name: string): Doc {
    return this.optionalDocument(name) ?? {};
  }

  optionalDocument(name: string): Doc | undefined {
    const value = this.doc[name];
    if (value === undefined || value === null) return undefined;
    if (isDoc(value)) return value;
    throw this.#wrongType(name, 'object');
  }

  documents(name: string): Doc[] {
    const value = this.doc[name];
    if (!Array.isArray(value)) throw this.#wrongType(name, 'array');
    return value.map((item: unknown) => {
      if (!isDoc(item)) throw this.#wrongType(`${name}.0`, 'object');
      return item;
    });
  }

  number(name: string, fallback: number): number {
    const value = this.doc[name];
    if (value === undefined || value === null) return fallback;
    if (isNumber(value)) return toNumber(value);
    throw this.#wrongType(name, 'number');
  }

  /** A number that may not be below zero. */
  amount(name: string, fallback: number): number {
    const amount = this.number(name, fallback);
    if (amount >= 0) return amount;
    throw new CommandError('BadValue', `BSON field '${name}' value must be >= 0, actual value '${amount}'`, { code: 51024 });
  }

  long(name: string): Long {
    const value = this.doc[name];
    if (value instanceof Long) return value;
    if (isNumber(value)) return Long.fromNumber(toNumber(value));
    throw this.#wrongType(name, 'long');
  }

  flag(name: string, fallback = false): boolean {
    const value = this.doc[name];
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'boolean') return value;
    if (isNumber(value)) return toNumber(value) !== 0;
    throw this.#wrongType(name, 'bool');
  }

  /** The items of a list, by their places. */
  nested(name: string): Arguments {
    const value = this.doc[name];
    if (!Array.isArray(value)) throw this.#wrongType(name, 'array');
    return new Arguments(`${this.command}.${name}`, Object.fromEntries(value.entries()));
  }

  /** An index by its name or its key. */
  hint(): string | Doc | undefined {
    const { hint } = this.doc;
    if (typeof hint === 'string') return hint;
    return isDoc(hint) && Object.keys(hint).length > 0 ? hint : undefined;
  }

  /** What `let` defines: each value is an expression that knows no document. */
  variables(): Doc | undefined {
    const variables = this.optionalDocument('let');
    if (!variables) return undefined;
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, evaluateExpression(value, { doc: {} })]));
  }

  /** Refuses fields that are not in the list, and those that the store knows but does not support. */
  allow(names: ReadonlySet<string>): this {
    for (const name of Object.keys(this.doc)) {
      if (names.has(name)) continue;
      throw new CommandError('UnknownField', `BSON field '${this.command}.${name}' is an unknown field.`);
    }
    const { collation } = this.doc;
    if (isDoc(collation) && Object.keys(collation).length > 0 && collation['locale'] !== 'simple') {
      throw new CommandError('NotImplemented', 'the embedded store does not support collations');
    }
    return this;
  }

  #wrongType(name: string, wanted: string): CommandError {
    const found = this.doc[name];
    if (found === undefined)
      return new CommandError('MissingField', `BSON field '${this.command}.${name}' is missing but a required field`);
    return new CommandError(
      'TypeMismatch',
      `BSON field '${this.command}.${name}' is the wrong type '${typeNameOf(found)}', expected type '${wanted}'`,
    );
  }
}
