import { jsonForms } from './json-forms.js';
import { markupForms } from './markup-forms.js';
import { bytewise, shellForms } from './shell-forms.js';

/** How programs show a text quoted or escaped; each form that differs from the text itself. */
export function quotedForms(text: string): readonly string[] {
  const forms = [...shellForms(text), ...jsonForms(text), ...pythonForms(text), ...markupForms(text), ...doubledForms(text)];
  return forms.filter((form) => form !== text);
}

/** `repr` and `ascii` of a text, `repr` of its bytes; in either quotes. Also as PHP, Perl and fish quote. */
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

/** SQL, CSV, YAML in single quotes. */
const doubledForms = (text: string): readonly string[] => [text.replaceAll("'", "''"), text.replaceAll('"', '""')];
