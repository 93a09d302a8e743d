/** As parts of addresses and as forms, once and twice; programs differ in what they leave as it is. */
export function urlForms(value: string): readonly string[] {
  const [strict = '', component = '', form = ''] = usual.map((plain) => percentEncode(value, plain));
  const once = [strict, component, form, ...[strict, component, form].map((text) => text.replaceAll('%20', '+'))];
  const twice = once.map((text) => text.replaceAll('%', '%25').replaceAll('+', '%2B'));
  const all = [...new Set([...once, ...twice, ...parts.map((plain) => percentEncode(value, plain))])];
  return [...all, ...all.map((text) => text.replace(/%(25)?[0-9A-F]{2}/g, (escape) => escape.toLowerCase()))];
}

const usual = [/[A-Za-z0-9\-_.~]/, /[A-Za-z0-9\-_.!~*'()]/, /[A-Za-z0-9\-_.*]/];

/** What stands plain in a path of Python, in a part of one and in a user of Go, in `encodeURI`, and in user, path and query of a `URL`. */
const parts = [
  /[A-Za-z0-9\-_.~/]/,
  /[A-Za-z0-9\-_.~$&+=:@]/,
  /[A-Za-z0-9\-_.~$&+,;=]/,
  /[A-Za-z0-9\-_.!~*'();,/?:@&=+$#]/,
  /[^\0-\u0020"#<>?`{}/:;=@[\\\]^|\u007f]/,
  /[^\0-\u0020"#<>?`{}\u007f]/,
  /[^\0-\u0020"#<>'\u007f]/,
];

/** Byte by byte, so that a lone surrogate can't throw. */
function percentEncode(value: string, plain: RegExp): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 128 && plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
