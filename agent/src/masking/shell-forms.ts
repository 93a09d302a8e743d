/** As shells, `make`, compose files and `git` show a text quoted; what is not ASCII is shown by some byte by byte. */
export function shellForms(text: string): readonly string[] {
  const backslashed = unquoted.flatMap((signs) => {
    const form = text.replace(signs, '\\$&');
    return [form, form.replace(/^#|(?<=^|[:=])~/g, '\\$&')];
  });
  const inWords = [...backslashed, text.replaceAll("'", `'\\''`)];
  return [
    text.replaceAll("'", `'"'"'`),
    text.replace(/'|!/g, `'\\$&'`), // git, where it traces commands
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/["$`\\!]/g, '\\$&'), // zsh
    text.replace(/[`"$]/g, '`$&'), // PowerShell
    text.replaceAll('$', '$$$$'), // compose files and make
    ...inWords,
    ...inWords.flatMap((form) => [form.replaceAll('\n', () => "$'\\n'"), form.replaceAll('\n', () => "'$'\\n''"), form.replaceAll('\n', "'\n'")]), // prettier-ignore
    ...[text, inOctal(text)].flatMap((shown) => [ansiC(shown), ansiC(shown).replaceAll('"', '\\"')]),
  ];
}

/** What `printf %q` of bash, that of zsh, and Ruby’s `shellescape` put a backslash before. */
const unquoted = [/[ \t"'\\|&;()<>!{}*[\]?^$`,]/g, /[^A-Za-z0-9_@%+=:,./\-\u0080-\uffff\n]/g, /[^A-Za-z0-9_@+:,./\-\u0080-\uffff\n]/g];

const ansiC = (text: string): string =>
  text.replace(/\\(?![0-7]{3})|'/g, '\\$&').replace(/[\n\t\r\u0007\b\f\v\u001b]/g, (character) => ansiCNames[character] ?? character);
const ansiCNames: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\u001b': '\\E' }; // prettier-ignore

/** What is not ASCII, byte by byte, as bash shows it without a locale. */
const inOctal = (text: string): string => bytewise(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`);

/** What is not ASCII, by its bytes. */
export const bytewise = (text: string, show: (byte: number) => string): string =>
  text.replace(/[\u0080-\uffff]+/g, (part) => [...Buffer.from(part)].map(show).join(''));
