/** Stands for a list of five thousand levels: `JSON.stringify` can't write one. */
const deepMark = 'nested, five thousand levels';

/** Values that no field of any input expects: wrong types, operators, prototype keys, depth, size, encodings. By name, so that a failure tells which. */
export const poisons: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ['null', null],
  ['true', true],
  ['a huge number', 1e308],
  ['a negative number', -1],
  ['a fraction', 0.5],
  ['an empty text', ''],
  ['a long text', 'x'.repeat(25_000)],
  ['NUL', 'a\u0000b'],
  ['control characters', 'a\u001b[2Jb\r\n'],
  ['a lone surrogate', '\ud800'],
  ['a path that climbs', '../../../../etc/passwd'],
  ['an absolute path', '/etc/passwd'],
  ['an option', '--upload-pack=touch /tmp/pwned'],
  ['a git transport that runs programs', 'ext::sh -c touch% /tmp/pwned'],
  ['an operator', { $gt: '' }],
  ['a regular expression operator', { $regex: '.*' }],
  ['a list', [[], {}, null]],
  ['a prototype key', JSON.parse('{"__proto__": {"administrator": true}, "constructor": {"prototype": {"administrator": true}}}')],
  ['a deep list', deepMark],
  ['markup', '<script>alert(1)</script>'],
];

/** Bodies that are no JSON, or hardly. */
export const brokenBodies: ReadonlyArray<readonly [name: string, body: string | Uint8Array, contentType: string]> = [
  ['half a body', '{"name": "x', 'application/json'],
  ['no JSON at all', 'name=x', 'application/json'],
  ['another type', '<name>x</name>', 'application/xml'],
  ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'application/json'],
  ['a list where an object belongs', '[]', 'application/json'],
  ['a text where an object belongs', '"x"', 'application/json'],
  ['nothing', '', 'application/json'],
  ['two megabytes of spaces', ' '.repeat(2_000_000), 'application/json'],
  ['a hundred thousand brackets', '['.repeat(100_000), 'application/json'],
  ['an unknown charset', '{}', 'application/json; charset=klingon'],
];

/** Segments of a path that name nothing, percent-encoded or not. */
export const badSegments: readonly string[] = [
  'nothing',
  '..%2f..%2fetc',
  '%00',
  '%ff',
  '%',
  'a'.repeat(5_000),
  '$gt',
  '__proto__',
  '%7B%22$gt%22:%22%22%7D',
  '01arz3ndektsv4rrffq69g5fav',
];

/** Query values that fit no query parameter. */
export const badQueries: readonly string[] = ['-1', '1e99', 'NaN', '%00', '[$gt]=', 'x'.repeat(5_000), '%ff'];

/** JSON of a document with poison in it. */
export const jsonOf = (document: unknown): string =>
  JSON.stringify(document).replaceAll(JSON.stringify(deepMark), '['.repeat(5_000) + ']'.repeat(5_000));
