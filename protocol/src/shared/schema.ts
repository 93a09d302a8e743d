import { Type, type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from '@sinclair/typebox';
import { Ajv2020, type DefinedError, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { faultOf, type Fault } from './faults.js';

export { faultSentence, problemSentence, type Fault } from './faults.js';

/** An object with these properties and no others. */
export const Closed = <P extends TProperties>(properties: P, options: { description?: string; $id?: string } = {}): TObject<P> =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** One of these words. */
export const OneOf = <const T extends readonly string[]>(
  words: T,
  options: { description?: string; default?: T[number] } = {},
): TUnsafe<T[number]> => Type.Unsafe<T[number]>({ type: 'string', enum: words, ...options });

/** One of these objects, told apart by the constant that each has at `tag`: faults then speak of the object that was meant. */
export const Variants = <T extends TObject[]>(
  tag: string,
  objects: [...T],
  options: { $id?: string; description?: string } = {},
): TUnsafe<Static<T[number]>> =>
  Type.Unsafe<Static<T[number]>>({ type: 'object', discriminator: { propertyName: tag }, required: [tag], oneOf: objects, ...options });

/** A list of exactly two, as JSON Schema 2020-12 has it. */
export const Pair = <A extends TSchema, B extends TSchema>(first: A, second: B): TUnsafe<[Static<A>, Static<B>]> =>
  Type.Unsafe<[Static<A>, Static<B>]>({ type: 'array', prefixItems: [first, second], items: false, minItems: 2, maxItems: 2 });

/** A value or null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] };

/** How schemas are compiled, wherever that happens. */
export const compilerOptions: Options = {
  allErrors: false,
  strict: false,
  ownProperties: true,
  validateFormats: false,
  discriminator: true,
  verbose: true,
};
const ajv = new Ajv2020(compilerOptions);
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks input from outside against a schema; the value is typed by it and trusted afterwards. Compiles a schema at its first use. */
export function parse<T extends TSchema>(schema: T, input: unknown): Parsed<Static<T>> {
  const validate = compiled.get(schema) ?? compile(schema);
  if (validate(input)) return { ok: true, value: input as Static<T> };
  return { ok: false, faults: ((validate.errors ?? []) as DefinedError[]).map(faultOf) };
}

function compile(schema: TSchema): ValidateFunction {
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}
