/** Below this many bytes a secret is left visible: masking every `a` would make a log unreadable and protect nothing. */
export const shortestSecretBytes = 3;
/** A line of a secret of several lines counts as a secret from this many bytes on. */
const shortestLineBytes = 4;
const endOfLine = /\r\n|\n|\r/;
/** Base64 forms below this length would hit ordinary words. */
const shortestEncodedBytes = 4;

/** Where programs break lines of base64: MIME and `base64`, and PEM and `openssl`. */
const base64Columns = [76, 64] as const;
/** What all ways to break one form may cost at most, in bytes; a longer secret is looked for broken from its own beginning only. */
const mostBrokenBytes = 12_000;

/**
 * Every way in which a secret commonly shows up in output: as it is, its lines, base64 in both alphabets and all
 * three alignments (without the characters that its neighbours decide), also broken into lines, URL-encoded, escaped as
 * in JSON, and quoted as a shell shows it.
 */
export function secretForms(secret: string): readonly Buffer[] {
  const lines = linesOf(secret);
  const values = [secret, secret.trim(), ...lines, ...wholesOf(secret)].filter((value) => Buffer.byteLength(value) >= shortestSecretBytes);
  const texts = values.flatMap((value) => [value, ...urlForms(value), ...jsonForms(value), value.replaceAll("'", "'\\''")]);
  const encoded = values.flatMap((value) => base64Forms(Buffer.from(value), !lines.includes(value)));
  const usable = [...texts.filter((text) => text !== '').map((text) => Buffer.from(text)), ...encoded];
  return [...new Map(usable.map((form) => [form.toString('latin1'), form])).values()];
}

function linesOf(secret: string): readonly string[] {
  const lines = secret.split(endOfLine);
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => Buffer.byteLength(line) >= shortestLineBytes);
}

/** Several lines as a whole, with each common end of line. */
function wholesOf(secret: string): readonly string[] {
  const lines = secret.split(endOfLine);
  return lines.length === 1 ? [] : [lines.join('\n'), lines.join('\r\n')];
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

function base64Forms(bytes: Buffer, mayBeBroken: boolean): readonly Buffer[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // the first characters hold bits of what stands before, the last one of what follows
    const start = [0, 2, 3][offset] ?? 0;
    const end = (offset + bytes.length) % 3 === 0 ? padded.length : padded.length - 1;
    const certain = padded.slice(start, end);
    if (certain.length < shortestEncodedBytes) return [];
    const broken = mayBeBroken ? brokenForms(certain, offset) : [];
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_'), ...broken].map((text) => Buffer.from(text));
  });
}

/**
 * Base64 with an end of line at each column. What stands before the secret decides where its first line ends: all
 * places are tried where that is cheap; else, of a secret that stands alone, the one.
 */
function brokenForms(certain: string, offset: number): readonly string[] {
  return base64Columns.flatMap((columns) => {
    const ways = Math.min(columns, certain.length - 1);
    const isCheap = ways * certain.length <= mostBrokenBytes;
    const firstLines = isCheap ? Array.from({ length: ways }, (_, index) => index + 1) : offset === 0 ? [columns] : [];
    return firstLines.filter((first) => first < certain.length).map((first) => brokenAt(certain, first, columns));
  });
}

function brokenAt(text: string, first: number, columns: number): string {
  const lines = [text.slice(0, first)];
  for (let at = first; at < text.length; at += columns) lines.push(text.slice(at, at + columns));
  return lines.join('\n');
}
