import type { TSchema } from '@sinclair/typebox';

type Json = Readonly<Record<string, unknown>>;

/** Schemas that have a name become components; wherever such a schema stands inside another, a reference to it is put. */
export function createSchemaWriter(named: Readonly<Record<string, TSchema>>) {
  const names = new Map<unknown, string>(Object.entries(named).map(([name, schema]) => [schema, name]));

  const write = (value: unknown): unknown => {
    const name = names.get(value);
    return name === undefined ? inside(value) : { $ref: `#/components/schemas/${name}` };
  };
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(write);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, part]) => (key === '$id' || key === 'discriminator' ? [] : [[key, write(part)]])),
    );
  };

  return {
    /** The schema as plain JSON. */
    schema: (schema: TSchema): unknown => write(schema),
    components: (): Json => Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, inside(schema)])),
  };
}
