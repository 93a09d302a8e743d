/** As much of JSON Schema as completion needs. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

type Path = readonly (string | number)[];

/** The schemas that may hold at a path; alternatives are narrowed by the constants that the value there has. */
export function schemasAt(root: Schema, path: Path, value: unknown): readonly Schema[] {
  let here = narrow(alternatives(root, root), value);
  let inside = value;
  for (const part of path) {
    inside = typeof inside === 'object' && inside !== null ? (inside as Readonly<Record<string, unknown>>)[part] : undefined;
    const next = here.flatMap((schema) => childOf(schema, part));
    here = narrow(
      next.flatMap((schema) => alternatives(root, schema)),
      inside,
    );
  }
  return here;
}

function childOf(schema: Schema, part: string | number): readonly Schema[] {
  if (typeof part === 'number') return schema.items === undefined ? [] : [schema.items];
  const property = schema.properties?.[part];
  if (property !== undefined) return [property];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

function alternatives(root: Schema, schema: Schema): readonly Schema[] {
  const target = schema.$ref === undefined ? schema : (root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? schema);
  const parts = target.oneOf ?? target.anyOf;
  return parts === undefined ? [target] : parts.flatMap((part) => alternatives(root, part));
}

function narrow(schemas: readonly Schema[], value: unknown): readonly Schema[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return schemas;
  const facts = value as Readonly<Record<string, unknown>>;
  const fitting = schemas.filter((schema) =>
    Object.entries(schema.properties ?? {}).every(
      ([name, property]) => property.const === undefined || facts[name] === undefined || facts[name] === property.const,
    ),
  );
  return fitting.length === 0 ? schemas : fitting;
}

export interface Completion {
  readonly label: string;
  readonly detail?: string;
  readonly needed: boolean;
}

/** Field names that may be added to a mapping. */
export function fieldsFor(schemas: readonly Schema[], present: readonly string[]): readonly Completion[] {
  const found = new Map<string, Completion>();
  for (const schema of schemas) {
    for (const [label, property] of Object.entries(schema.properties ?? {})) {
      if (present.includes(label) || found.has(label)) continue;
      found.set(label, {
        label,
        ...(property.description === undefined ? {} : { detail: property.description }),
        needed: schema.required?.includes(label) ?? false,
      });
    }
  }
  return [...found.values()];
}

/** Values that a place allows, where they can be listed. */
export const valuesFor = (schemas: readonly Schema[]): readonly string[] => [
  ...new Set(
    schemas
      .flatMap((schema) => [
        ...(schema.enum ?? []),
        ...(schema.const === undefined ? [] : [schema.const]),
        ...(schema.type === 'boolean' ? [true, false] : []),
      ])
      .map(String),
  ),
];

/** Fields that no schema knows, in a value: their paths. */
export const unknownFields = (root: Schema, value: unknown): readonly Path[] => walk(root, alternatives(root, root), value, []);

function walk(root: Schema, schemas: readonly Schema[], value: unknown, path: Path): readonly Path[] {
  const here = narrow(schemas, value);
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      walk(
        root,
        here.flatMap((schema) => childOf(schema, index)).flatMap((schema) => alternatives(root, schema)),
        item,
        [...path, index],
      ),
    );
  if (typeof value !== 'object' || value === null) return [];
  const closed = here.length > 0 && here.every((schema) => schema.properties !== undefined && schema.additionalProperties === false);
  return Object.entries(value).flatMap(([name, part]) => {
    const next = here.flatMap((schema) => childOf(schema, name)).flatMap((schema) => alternatives(root, schema));
    return next.length === 0 ? (closed ? [[...path, name]] : []) : walk(root, next, part, [...path, name]);
  });
}
