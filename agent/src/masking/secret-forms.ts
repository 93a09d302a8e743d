import { base64Forms } from './base64-forms.js';
import { isTelling } from './common-lines.js';
import { quotedForms } from './quoted-forms.js';

/** Below this many bytes a secret is left visible: masking every `a` would make a log unreadable and protect nothing. */
export const shortestSecretBytes = 3;
const endOfLine = /\r\n|\n|\r/;

/**
 * Every way in which a secret commonly shows up in output: as it is, its lines, base64, URL-encoded once and twice,
 * and quoted or escaped as shells, JSON, Python and markup do. Ends of line within a form are looked for as they are;
 * that any form may be folded or coloured is up to the masker.
 */
export function secretForms(secret: string): readonly Buffer[] {
  const lines = secret.split(endOfLine);
  const several = lines.length > 1 ? [lines.join('\n'), lines.join('\r\n'), lines.join('')] : [];
  const telling = lines.length > 1 ? lines.map((line) => line.trim()).filter(isTelling) : [];
  const values = [...new Set([secret, secret.trim(), ...several, ...telling])].filter(
    (value) => Buffer.byteLength(value) >= shortestSecretBytes,
  );
  const texts = values.flatMap((value) => [value, ...urlForms(value), ...quotedForms(value), ...base64Forms(Buffer.from(value))]);
  return [...new Set(texts)].filter((text) => text !== '').map((text) => Buffer.from(text));
}

function urlForms(value: string): readonly string[] {
  const strict = percentEncode(value, /[A-Za-z0-9\-_.~]/);
  const component = percentEncode(value, /[A-Za-z0-9\-_.!~*'()]/);
  const form = percentEncode(value, /[A-Za-z0-9\-_.*]/);
  const once = [strict, component, form, form.replaceAll('%20', '+'), component.replaceAll('%20', '+')];
  const twice = once.map((text) => text.replaceAll('%', '%25').replaceAll('+', '%2B'));
  const all = [...once, ...twice];
  return [...all, ...all.map((text) => text.replace(/%(25)?[0-9A-F]{2}/g, (escape) => escape.toLowerCase()))];
}

/** Byte by byte, so that a lone surrogate can't throw. */
function percentEncode(value: string, plain: RegExp): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 128 && plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
