import { base64Forms } from './base64-forms.js';
import { isTelling, tokensIn } from './common-lines.js';
import { quotedForms } from './quoted-forms.js';
import { urlForms } from './url-forms.js';

/** Below this many bytes a secret is left visible: masking every `a` would make a log unreadable and protect nothing. */
export const shortestSecretBytes = 3;
/** Hexadecimal digits of a shorter secret would be found by chance in any digest. */
const shortestHexBytes = 6;
const endOfLine = /\r\n|\n|\r/;

/**
 * Every way in which a secret commonly shows up in output: as it is, its lines and tokens, base64, hexadecimal, URL-encoded
 * once and twice, and quoted or escaped as shells, JSON, Python and markup do. Ends of line within a form are looked for as
 * they are; that any form may be folded or coloured is up to the masker.
 */
export function secretForms(secret: string): readonly Buffer[] {
  const core = secret.trim(); // of what is around it, only the secret as it is tells
  const lines = core.split(endOfLine);
  const several = lines.length > 1 ? [lines.join('\n'), lines.join('\r\n'), lines.join('')] : [];
  const telling = lines.length > 1 ? lines.map((line) => line.trim()).filter(isTelling) : [];
  const isLongEnough = (value: string): boolean => Buffer.byteLength(value) >= shortestSecretBytes;
  const values = [...new Set([core, ...several, ...telling, ...tokensIn(core)])].filter(isLongEnough);
  const texts = values.flatMap((value) => [value, ...encodedForms(Buffer.from(value)), ...urlForms(value), ...quotedForms(value)]);
  return [...new Set([...[secret].filter(isLongEnough), ...texts])].map((text) => Buffer.from(text));
}

function encodedForms(bytes: Buffer): readonly string[] {
  const hex = bytes.length < shortestHexBytes ? [] : [bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  return [...base64Forms(bytes), ...hex];
}
