import { BlockList, isIP } from 'node:net';

/** Which addresses the controller may not connect to when somebody names a host, and which are excepted. */
export interface AddressRules {
  /** `loopback`, `private`, `linkLocal`, addresses and subnets; nothing is forbidden while the list is empty. */
  readonly forbidden: readonly string[];
  /** Addresses, subnets, host names, and `*.` with a domain: they are allowed whatever is forbidden. */
  readonly allowed: readonly string[];
}

/** Ranges by the words of the setting. */
// prettier-ignore
const ranges: Readonly<Record<string, readonly string[]>> = {
  // 0.0.0.0 and :: lead to the machine itself
  loopback:  ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  // with carriers' and test networks, and the deprecated site-local addresses
  private:   ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15', 'fc00::/7', 'fec0::/10'],
  // with the one address beyond the range at which a cloud (Azure) keeps its machines' metadata
  linkLocal: ['169.254.0.0/16', '168.63.129.16/32', 'fe80::/10'],
};
/** No address of one machine: forbidden as soon as anything is. */
const nobodys = ['224.0.0.0/4', '240.0.0.0/4', 'ff00::/8'];

export interface AddressCheck {
  /** Whether the host may be connected to whatever its address is. */
  allowsHost(host: string): boolean;
  allowsAddress(address: string): boolean;
}

/** `ownAddresses`: of this machine's interfaces; they are loopback by another name. */
export function createAddressCheck({ forbidden, allowed }: AddressRules, ownAddresses: () => readonly string[]): AddressCheck | undefined {
  if (forbidden.length === 0) return undefined;
  const no = listOf([...nobodys, ...forbidden.flatMap((entry) => ranges[entry] ?? [entry])]);
  const yes = listOf(allowed.filter(isSubnet));
  const names = allowed.filter((entry) => !isSubnet(entry)).map((entry) => entry.toLowerCase());
  const isForbidden = (address: string): boolean =>
    contains(no, address) || (forbidden.includes('loopback') && ownAddresses().some((own) => own === address));
  return {
    allowsHost(host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      return names.some((entry) => (entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry));
    },
    allowsAddress(text) {
      const [address = ''] = text.split('%'); // fe80::1%eth0
      if (isIP(address) === 0) return false;
      if (contains(yes, address)) return true;
      return ![address, ...embedded(address)].some((one) => isForbidden(one) && !contains(yes, one));
    },
  };
}

/** Whether an entry of the setting is one of its words, an address or a subnet. */
export const isForbiddable = (entry: string): boolean => Object.hasOwn(ranges, entry) || isSubnet(entry);

export function isSubnet(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    const isV4 = isIP(address) === 4;
    list.addSubnet(address, Number(bits ?? (isV4 ? 32 : 128)), isV4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

const contains = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** IPv4 addresses that an IPv6 address leads to: mapped, compatible, translated (NAT64), 6to4, Teredo, ISATAP. */
function embedded(address: string): readonly string[] {
  if (isIP(address) !== 6) return [];
  const groups = groupsOf(address);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const last = dotted(g, h);
  const isZero = (...some: readonly number[]): boolean => some.every((one) => one === 0);
  if (isZero(a, b, c, d, e) && (f === 0xffff || f === 0)) return [last];
  if (isZero(a, b, c, d, f) && e === 0xffff) return [last];
  if (a === 0x64 && b === 0xff9b) return [last];
  if (a === 0x2002) return [dotted(b, c)];
  if (a === 0x2001 && b === 0) return [dotted(c, d), dotted(g ^ 0xffff, h ^ 0xffff)];
  return f === 0x5efe && (e === 0 || e === 0x200) ? [last] : [];
}

/** The eight numbers of an IPv6 address, however it is written. */
function groupsOf(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = canonical.split('::');
  const parse = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, rest] = [parse(before), parse(after ?? '')];
  return [...first, ...Array.from({ length: 8 - first.length - rest.length }, () => 0), ...rest];
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
