/** XML and HTML, once and twice; programs differ in what they escape beside `&`, `<` and `>`, and in how. */
export function markupForms(text: string): readonly string[] {
  const basic = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const doubles = ['"', '&quot;', '&#34;', '&#x22;'].map((quote) => basic.replaceAll('"', quote));
  const quoted = doubles.flatMap((form) => ["'", '&#39;', '&apos;', '&#x27;', '&#039;'].map((quote) => form.replaceAll("'", quote)));
  const once = [...new Set([...quoted, ...quoted.flatMap(templateForms), numeric(text)])];
  const beyond = [text, ...once].flatMap((form) => [byNumber(form, 10), byNumber(form, 16)]);
  const lines = [...new Set(quoted)].flatMap((form) => ['&#10;', '&#xA;'].map((end) => form.replaceAll('\n', end)));
  return [...once, ...beyond, ...lines, ...quoted.map((form) => form.replaceAll('&', '&amp;'))];
}

/** Mustache and its kin; Go’s templates; lodash. */
const templateForms = (form: string): readonly string[] => [
  form.replaceAll('/', '&#x2F;'),
  form.replace(/[/`]|=/g, (sign) => ({ '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' })[sign] ?? sign),
  form.replaceAll('`', '&#x60;').replaceAll('=', '&#x3D;'),
  form.replaceAll('+', '&#43;'),
  form.replaceAll('`', '&#96;'),
  form.replaceAll('+', '&#43;').replaceAll('`', '&#96;'),
];

const numeric = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What is not ASCII, by its number. */
const byNumber = (text: string, radix: 10 | 16): string =>
  text.replace(/[^\0-\u007f]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(radix).toUpperCase();
    return radix === 16 ? `&#x${code};` : `&#${code};`;
  });
