/** How programs show a text quoted or escaped; each form that differs from the text itself. */
export function quotedForms(text: string): readonly string[] {
  const forms = [...shellForms(text), ...jsonForms(text), ...pythonForms(text), ...markupForms(text), ...doubledForms(text)];
  return forms.filter((form) => form !== text);
}

/** `set -x` and `${x@Q}` of bash, `export -p` of dash, `declare -p`, `printf %q`, and `$'…'` where something is not printable. */
function shellForms(text: string): readonly string[] {
  const backslashed = text.replace(/[^A-Za-z0-9_@%+=:,./\-\u0080-\uffff\n]/g, '\\$&');
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, '\\$&'),
    backslashed,
    backslashed.replaceAll('\n', () => "$'\\n'"), // as a text, “$'” would stand for all that follows the match
    ...[text, inOctal(text)].flatMap((shown) => [ansiC(shown), ansiC(shown).replaceAll('"', '\\"')]),
  ];
}

const ansiC = (text: string): string =>
  text.replace(/\\(?![0-7]{3})|'/g, '\\$&').replace(/[\n\t\r\u0007\b\f\v\u001b]/g, (character) => ansiCNames[character] ?? character);
const ansiCNames: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\u001b': '\\E' }; // prettier-ignore

/** What is not ASCII, byte by byte, as bash shows it without a locale. */
const inOctal = (text: string): string => bytewise(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`);

const bytewise = (text: string, show: (byte: number) => string): string =>
  text.replace(/[\u0080-\uffff]+/g, (part) => [...Buffer.from(part)].map(show).join(''));

/** Also JSON within JSON, and within that. */
function jsonForms(text: string): readonly string[] {
  const once = levelsOf([text]);
  const twice = levelsOf(once);
  return [...once, ...twice, ...levelsOf(twice)].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

/** With and without characters beyond ASCII. */
const levelsOf = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => [jsonIn(text), asciiJson(jsonIn(text))])),
];

const jsonIn = (text: string): string => JSON.stringify(text).slice(1, -1);
const asciiJson = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `repr` and `ascii` of a text, `repr` of its bytes; in either quotes. */
function pythonForms(text: string): readonly string[] {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  const bytes = bytewise(plain, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  const ascii = plain.replace(/[^\0-\u007f]/gu, pythonEscape);
  return [plain, bytes, ascii].flatMap((form) => [form, form.replaceAll("'", "\\'")]);
}

function pythonEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const [letter, digits] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(Number(digits), '0')}`;
}

/** XML and HTML; programs differ in what they escape of quotes, and in how. */
function markupForms(text: string): readonly string[] {
  const basic = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const doubles = [basic, basic.replaceAll('"', '&quot;'), basic.replaceAll('"', '&#34;'), basic.replaceAll('"', '&#x22;')];
  return doubles.flatMap((form) => [form, ...['&#39;', '&apos;', '&#x27;', '&#039;'].map((quote) => form.replaceAll("'", quote))]);
}

/** SQL, CSV, YAML in single quotes. */
const doubledForms = (text: string): readonly string[] => [text.replaceAll("'", "''"), text.replaceAll('"', '""')];
