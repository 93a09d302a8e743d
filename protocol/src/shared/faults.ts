import type { DefinedError } from 'ajv';

/** What was wrong with one place of an input: a JSON pointer to it, and a sentence of which the place is the subject. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** How a sentence begins that lacks its subject, the place. */
const lacksSubject = /^(?:is|are|must|has|have|holds|names|begins|ends|can(?:not| not)|differs?|breaks)\b/;

/** A fault as one whole sentence without a stop, its place in words rather than as a pointer: `stage 1, task 2: “job” is required`. */
export function faultSentence({ path, message }: Fault): string {
  const parts = path
    .replace(/^\/definition(?=\/|$)/, '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const places: string[] = [];
  let field: string | undefined;
  for (const part of parts) {
    if (/^\d+$/.test(part) && field !== undefined) {
      places.push(`${field.replace(/s$/, '')} ${Number(part) + 1}`);
      field = undefined;
    } else {
      field = part;
    }
  }
  const subject = field === undefined ? (places.pop() ?? 'the input') : `“${field}”`;
  const around = places.length === 0 ? '' : `${places.join(', ')}: `;
  return around + (lacksSubject.test(message) ? `${subject} ${message}` : message);
}

/** What a schema's pattern asks for, in words that follow “must be”: an annotation beside `pattern`. */
export const rule = (words: string) => ({ 'x-rule': words });

/** The validator's fault as people read it: the field, what was expected, and what came. */
export function faultOf(error: DefinedError): Fault {
  const { property, message } = sentenceOf(error);
  return { path: error.instancePath + (property === undefined ? '' : `/${escapePointer(property)}`), message };
}

const escapePointer = (name: string): string => name.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1');

interface Sentence {
  /** The fault lies in this field of the place. */
  readonly property?: string;
  readonly message: string;
}

function sentenceOf(error: DefinedError): Sentence {
  const { data } = error;
  switch (error.keyword) {
    case 'additionalProperties':
      return { property: error.params.additionalProperty, message: 'is not a known field' };
    case 'required':
      return {
        property: error.params.missingProperty,
        message: `is required${kindsAsked(error.parentSchema, error.params.missingProperty)}`,
      };
    case 'discriminator':
      return { property: error.params.tag, message: `must be ${kindsOf(error.parentSchema, error.params.tag)}` };
    case 'type':
      return { message: `must be ${typeNames(error.params.type)}, not ${nameOfValue(data)}` };
    case 'enum':
      return { message: `must be one of ${error.params.allowedValues.join(', ')}` };
    case 'const':
      return { message: `must be ${JSON.stringify(error.params.allowedValue)}` };
    case 'pattern':
      return { message: `must be ${ruleOf(error.parentSchema) ?? `of the form ${error.params.pattern}`}` };
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return {
        message: error.params.limit === 1 ? 'must not be empty' : `must have at least ${amount(error.keyword, error.params.limit)}`,
      };
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return { message: `must have at most ${amount(error.keyword, error.params.limit)}` };
    case 'minimum':
      return { message: `must be at least ${error.params.limit}, not ${String(data)}` };
    case 'maximum':
      return { message: `must be at most ${error.params.limit}, not ${String(data)}` };
    default:
      return { message: error.message ?? `breaks the rule ${error.keyword}` };
  }
}

interface Kinds {
  readonly discriminator?: { readonly propertyName: string };
  readonly oneOf?: ReadonlyArray<{ readonly properties?: Readonly<Record<string, { readonly const?: unknown }>> }>;
}

/** Where the missing field would tell several kinds of object apart: which there are. */
function kindsAsked(schema: unknown, field: string): string {
  const { discriminator } = schema as Kinds;
  return discriminator?.propertyName === field ? `: ${kindsOf(schema, field)}` : '';
}

function kindsOf(schema: unknown, tag: string): string {
  const { oneOf = [] } = schema as Kinds;
  return `one of ${oneOf.flatMap(({ properties }) => (typeof properties?.[tag]?.const === 'string' ? [properties[tag].const] : [])).join(', ')}`;
}

function ruleOf(schema: unknown): string | undefined {
  const { 'x-rule': words } = schema as { 'x-rule'?: unknown };
  return typeof words === 'string' ? words : undefined;
}

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  Length: ['character', 'characters'],
  Items: ['entry', 'entries'],
  Properties: ['field', 'fields'],
};

function amount(keyword: string, limit: number): string {
  const [one, many] = units[keyword.slice('min'.length)] ?? ['entry', 'entries'];
  return `${limit} ${limit === 1 ? one : many}`;
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const typeNames = (types: string | readonly string[]): string =>
  [types]
    .flat()
    .map((type) => names[type] ?? type)
    .join(' or ');

function nameOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  if (typeof value === 'boolean') return 'true or false';
  if (Array.isArray(value)) return 'a list';
  return names[typeof value] ?? typeof value; // the value itself may be a secret
}

/** What a program says of a problem: its own words, then the faults that they do not name already. */
export function problemSentence({ detail, errors = [] }: { readonly detail: string; readonly errors?: readonly Fault[] }): string {
  const known = detail.toLowerCase();
  const more = errors.filter(({ message }) => !known.includes(message.toLowerCase())).map((fault) => `${faultSentence(fault)}.`);
  return [detail, ...more].filter((part) => part !== '').join(' ');
}
