import { isForbiddable, isSubnet } from './shared/outgoing/address-rules.js';

/** A value of the configuration as it was written → as it is used, or what is wrong with it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

const good = <T>(value: T): Read<T> => ({ ok: true, value });
const bad = (fault: string): Read<never> => ({ ok: false, fault });
const quoted = (text: string): string => `“${text.slice(0, 80)}”`;

export const textOf = (text: string): Read<string> => (text.trim() === '' || text.includes('\0') ? bad('is empty') : good(text));

export const wholeNumberOf =
  (least: number, most: number) =>
  (text: string): Read<number> => {
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= least && value <= most
      ? good(value)
      : bad(`must be a whole number from ${least} to ${most}, not ${quoted(text)}`);
  };

export const booleanOf = (text: string): Read<boolean> =>
  ['true', 'yes', '1', 'on'].includes(text.toLowerCase())
    ? good(true)
    : ['false', 'no', '0', 'off'].includes(text.toLowerCase())
      ? good(false)
      : bad(`must be true or false, not ${quoted(text)}`);

export const choiceOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): Read<T> => {
    const found = choices.find((choice) => choice === text);
    return found === undefined ? bad(`must be one of ${choices.join(', ')}, not ${quoted(text)}`) : good(found);
  };

const listWhere =
  (suits: (part: string) => boolean, otherwise: string) =>
  (text: string): Read<readonly string[]> => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const odd = parts.find((part) => !suits(part));
    return odd === undefined ? good(parts) : bad(`${otherwise}; ${quoted(odd)} is not one of them`);
  };

export const forbiddenAddressesOf = listWhere(
  isForbiddable,
  'must list loopback, private, linkLocal, addresses or subnets with commas between them',
);

export const allowedAddressesOf = listWhere(
  (part) => isSubnet(part) || (/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(part) && !/^[0-9.]+$/.test(part)),
  'must list addresses, subnets, host names or *.domain with commas between them',
);

export const listOf = (text: string): Read<readonly string[]> => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const odd = parts.find((part) => !/^(?:loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(?:\/\d{1,3})?)$/.test(part));
  return odd === undefined ? good(parts) : bad(`must list addresses or subnets with commas between them; ${quoted(odd)} is neither`);
};

export const zoneOf = (text: string): Read<string> => {
  try {
    return good(new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone);
  } catch {
    return bad(`must be a time zone such as Europe/Berlin, not ${quoted(text)}`);
  }
};

/** Without a slash at its end. */
export const publicUrlOf = (text: string): Read<string> => {
  if (!URL.canParse(text)) return bad(`must be an address such as https://drover.example.org, not ${quoted(text)}`);
  const { protocol, pathname, search, hash, username, password, origin } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return bad('must begin with http:// or https://');
  return pathname === '/' && search === '' && hash === '' && username === '' && password === ''
    ? good(origin)
    : bad('must be scheme, host and port only: no path, no user');
};

export const mongoUriOf = (text: string): Read<string> =>
  /^mongodb(?:\+srv)?:\/\/\S+$/.test(text) ? good(text) : bad('must begin with mongodb:// or mongodb+srv://');

/** Not told in the fault: it may be a good one with a space too much. */
export const setupTokenOf = (text: string): Read<string> =>
  /^[A-Za-z0-9_-]{32,200}$/.test(text) ? good(text) : bad('must be 32 to 200 random letters, digits, _ or -');

export const keyOf =
  (bytes: number) =>
  (text: string): Read<Buffer> => {
    const key = Buffer.from(text, 'base64');
    return key.length === bytes && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text)
      ? good(key)
      : bad(`must be ${bytes} random bytes in base64 (openssl rand -base64 ${bytes})`);
  };
