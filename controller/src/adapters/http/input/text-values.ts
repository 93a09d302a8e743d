import { parse } from '@drover/protocol';
import { Type, type TProperties, type TSchema } from '@sinclair/typebox';
import { ok, type Result } from '../../../services/result.js';
import { hostilePart, pointerPart } from './hostile.js';
import { invalid } from './json-body.js';

const closed = new WeakMap<TProperties, TSchema>();

/** Text as it comes in paths, queries and headers → values of the schema's types, checked. `where` names the part in faults: `query`, `params`, `headers`. */
export function readTextValues(
  properties: TProperties,
  texts: Readonly<Record<string, string>>,
  where: string,
): Result<Readonly<Record<string, unknown>>> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (!Object.hasOwn(properties, name)) return invalid([{ path: `/${where}/${pointerPart(name)}`, message: 'is not a known field' }]);
    values[name] = coerce(properties[name], text);
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (values[name] === undefined && schema.default !== undefined) values[name] = schema.default;
  }
  const fault = hostilePart(values, `/${where}`);
  if (fault) return invalid([fault]);
  const parsed = parse(schemaOf(properties), values);
  return parsed.ok ? ok(values) : invalid(parsed.faults.map(({ path, message }) => ({ path: `/${where}${path}`, message })));
}

function schemaOf(properties: TProperties): TSchema {
  const known = closed.get(properties);
  if (known) return known;
  const schema = Type.Object(properties, { additionalProperties: false });
  closed.set(properties, schema);
  return schema;
}

function coerce(schema: TSchema | undefined, text: string): unknown {
  const type: unknown = schema?.['type'];
  if ((type === 'integer' || type === 'number') && /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** The query of a request's address. Refuses bad percent-encoding, names given twice, and more than 50 of them. */
export function readQuery(url: string): Result<Readonly<Record<string, string>>> {
  const start = url.indexOf('?');
  const parts =
    start < 0
      ? []
      : url
          .slice(start + 1)
          .split('&')
          .filter((part) => part !== '');
  if (parts.length > 50) return invalid([{ path: '/query', message: 'has more than 50 values' }]);
  const texts = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const text = decode(equals < 0 ? '' : part.slice(equals + 1));
    if (name === undefined || text === undefined)
      return invalid([{ path: `/query/${pointerPart(name ?? '')}`, message: 'has a broken percent-encoding' }]);
    if (texts.has(name)) return invalid([{ path: `/query/${pointerPart(name)}`, message: 'is given more than once' }]);
    if (name === '__proto__') return invalid([{ path: '/query/__proto__', message: 'is not a known field' }]);
    texts.set(name, text);
  }
  return ok(Object.fromEntries(texts));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
