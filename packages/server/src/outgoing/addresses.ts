import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Which addresses a request may reach.
 *
 * - `public-only`: addresses of the public Internet, and private ones that the machine's administrator opened by
 *   `MAGPIE_REACHABLE_NETWORKS`, for URLs that users give;
 * - `configured`: private networks and this machine too, for what a site administrator has set up.
 *
 * Link-local addresses (the metadata services of clouds among them), multicast and the unspecified address are never
 * reached.
 */
export type AddressPolicy = 'public-only' | 'configured';

/** IANA's special-purpose registries (RFC 6890 and its updates): nothing of the public Internet is there. */
const PRIVATE_IPV4: readonly [string, number][] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
];
const NEVER_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const PRIVATE_IPV6: readonly [string, number][] = [
  ['::1', 128],
  // For translation of a network's own: where the IPv4 address stands in it, only that network knows.
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fec0::', 10],
];
const NEVER_IPV6: readonly [string, number][] = [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
];

const refusedFor: Readonly<Record<AddressPolicy, BlockList>> = {
  'public-only': blockList([...PRIVATE_IPV4, ...NEVER_IPV4], [...PRIVATE_IPV6, ...NEVER_IPV6]),
  configured: blockList(NEVER_IPV4, NEVER_IPV6),
};

/** Networks as addresses or `10.0.0.0/8`, to be looked addresses up in. Throws for what is neither. */
export function listNetworks(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

const NOWHERE = new BlockList();

/**
 * True when a connection to the address (IPv4 or IPv6, without brackets) may be made. Anything else is refused. URLs of
 * users reach, of private networks, those in `reachable`.
 */
export function mayConnectTo(address: string, policy: AddressPolicy, reachable: BlockList = NOWHERE): boolean {
  if (isIP(address) === 4) return isOpen(address, 'ipv4', policy, reachable);
  if (!isIPv6(address)) return false;
  const groups = ipv6Groups(address);
  const inner = groups === null ? null : embeddedIpv4(groups);
  // The form that carries an IPv4 address is that address; a tunnel that does is no way around the rule either.
  if (inner !== null && !isOpen(inner, 'ipv4', policy, reachable)) return false;
  return isOpen(address.split('%', 1)[0] ?? address, 'ipv6', policy, reachable);
}

function isOpen(address: string, family: 'ipv4' | 'ipv6', policy: AddressPolicy, reachable: BlockList): boolean {
  const refused = refusedFor[reachable.check(address, family) ? 'configured' : policy];
  return !refused.check(address, family);
}

function blockList(ipv4: readonly [string, number][], ipv6: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ipv4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of ipv6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** The eight 16-bit groups of a valid IPv6 address. */
function ipv6Groups(address: string): number[] | null {
  const plain = (address.split('%', 1)[0] ?? '').replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_whole, a: string, b: string, c: string, d: string) =>
      `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`,
  );
  const [head = '', tail] = plain.split('::');
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const left = read(head);
  const right = tail === undefined ? [] : read(tail);
  const groups = [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => 0), ...right];
  return groups.length === 8 ? groups : null;
}

/**
 * The IPv4 address inside: mapped (RFC 4291 2.5.5.2), compatible (2.5.5.1), translated (RFC 6052 64:ff9b::/96 and
 * RFC 8215 64:ff9b:1::/48), 6to4 (RFC 3056).
 */
function embeddedIpv4(groups: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0, , , f = 0, g = 0, h = 0] = groups;
  const zeros = (count: number, from = 0) => groups.slice(from, from + count).every((group) => group === 0);
  if (zeros(5) && f === 0xffff) return ipv4Of(g, h);
  if (zeros(6) && (g !== 0 || h > 1)) return ipv4Of(g, h);
  // RFC 2765's form of a translated address.
  if (zeros(4) && groups[4] === 0xffff && f === 0) return ipv4Of(g, h);
  if (a === 0x64 && b === 0xff9b && (zeros(4, 2) || c === 1)) return ipv4Of(g, h);
  if (a === 0x2002) return ipv4Of(b, c);
  return null;
}

function ipv4Of(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
