/** A document with one of its values replaced. */
export interface Poisoned {
  readonly name: string;
  /** JSON pointer to the value that was replaced. */
  readonly pointer: string;
  readonly document: unknown;
}

/** The document with each poison in place of each of its values, whole lists and objects too; and with fields that nobody knows. */
export function* poisoned(document: unknown, poisons: ReadonlyArray<readonly [name: string, value: unknown]>): Generator<Poisoned> {
  for (const path of pathsOf(document)) {
    for (const [name, value] of poisons) yield { name, pointer: pointerTo(path), document: replaced(document, path, value) };
  }
  yield { name: 'a field that nobody knows', pointer: '/unknown~1field', document: { ...Object(document), 'unknown/field': 1 } };
}

type Path = ReadonlyArray<string | number>;

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts: ReadonlyArray<readonly [string | number, unknown]> = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const below = parts.flatMap(([name, part]) => pathsOf(part, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}

const pointerTo = (path: Path): string => path.map((part) => `/${part}`).join('');

function replaced(value: unknown, [first, ...rest]: Path, poison: unknown): unknown {
  if (first === undefined) return poison;
  if (Array.isArray(value)) return value.map((part: unknown, index) => (index === first ? replaced(part, rest, poison) : part));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, part]) => [name, name === first ? replaced(part, rest, poison) : part]),
  );
}
