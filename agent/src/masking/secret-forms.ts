/** Below this many bytes a secret is left visible: masking every `a` would make a log unreadable and protect nothing. */
export const shortestSecretBytes = 3;
/** A line of a secret of several lines counts as a secret from this many bytes on. */
const shortestLineBytes = 4;
/** Base64 forms below this length would hit ordinary words. */
const shortestEncodedBytes = 4;

/**
 * Every way in which a secret commonly shows up in output: as it is, its lines, base64 in both alphabets and all
 * three alignments (without the characters that its neighbours decide), URL-encoded, and escaped as in JSON.
 */
export function secretForms(secret: string): readonly Buffer[] {
  const values = [secret, secret.trim(), ...linesOf(secret)].filter((value) => Buffer.byteLength(value) >= shortestSecretBytes);
  const texts = values.flatMap((value) => [value, ...urlForms(value), ...jsonForms(value)]);
  const encoded = values.flatMap((value) => base64Forms(Buffer.from(value)));
  const usable = [...texts.filter((text) => text !== '').map((text) => Buffer.from(text)), ...encoded];
  return [...new Map(usable.map((form) => [form.toString('latin1'), form])).values()];
}

function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r\n|\n|\r/);
  if (lines.length === 1) return [];
  const trimmed = lines.map((line) => line.trim()).filter((line) => Buffer.byteLength(line) >= shortestLineBytes);
  // several lines as a whole, too, with each common end of line
  return [...trimmed, lines.join('\n'), lines.join('\r\n')];
}

function urlForms(value: string): readonly string[] {
  const strict = percentEncode(value, /[A-Za-z0-9\-_.~]/);
  const component = percentEncode(value, /[A-Za-z0-9\-_.!~*'()]/);
  const form = percentEncode(value, /[A-Za-z0-9\-_.*]/);
  const all = [strict, component, form, form.replaceAll('%20', '+'), component.replaceAll('%20', '+')];
  return [...all, ...all.map((text) => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()))];
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

function jsonForms(value: string): readonly string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  const unicode = escaped.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [escaped, escaped.replaceAll('/', '\\/'), unicode];
}

function base64Forms(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // the first characters hold bits of what stands before, the last one of what follows
    const start = [0, 2, 3][offset] ?? 0;
    const end = (offset + bytes.length) % 3 === 0 ? padded.length : padded.length - 1;
    const certain = padded.slice(start, end);
    if (certain.length < shortestEncodedBytes) return [];
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')].map((text) => Buffer.from(text));
  });
}
