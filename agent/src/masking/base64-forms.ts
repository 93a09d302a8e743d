/** Base64 forms below this length would hit ordinary words. */
const shortestEncodedBytes = 4;
/** Of a form that ends with a character that its neighbour decides in part, this much is looked for before it. */
const edgeBytes = 24;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Base64 of the bytes in both alphabets and all three alignments. The last character may hold bits of what follows: it is
 * looked for as whatever it can be. The first one stays visible where it holds bits of what stands before: looked for as
 * whatever it can be, nearly any character could begin a secret, and the last one of any output would be held back.
 */
export function base64Forms(bytes: Buffer): readonly string[] {
  const forms = [0, 1, 2].flatMap((offset) => formsAt(bytes, offset));
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function formsAt(bytes: Buffer, offset: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const start = [0, 2, 3][offset] ?? 0;
  const rest = (offset + bytes.length) % 3;
  const end = rest === 0 ? padded.length : padded.length - 1;
  const certain = padded.slice(start, end);
  if (certain.length < shortestEncodedBytes) return [];
  const after = rest === 0 ? [] : edges(padded[end] ?? '', rest === 1 ? 0b110000 : 0b111100);
  return [certain, ...after.map((character) => certain.slice(-edgeBytes) + character)];
}

/** The characters that agree with this one in the bits of `own`. */
function edges(character: string, own: number): readonly string[] {
  const value = alphabet.indexOf(character);
  return alphabet.split('').filter((_, index) => (index & own) === (value & own));
}
