const decimalOctet = /^(0|[1-9][0-9]{0,2})$/;
const hexGroup = /^[0-9a-fA-F]{1,4}$/;
const longestAddress = 45;

/** The four octets of a dotted IPv4 address, or null. Leading zeros are refused: readers disagree on their base. */
export function parseIpv4(text: string): readonly number[] | null {
  if (text.length > longestAddress) return null;
  const pieces = text.split('.');
  if (pieces.length !== 4 || !pieces.every((piece) => decimalOctet.test(piece))) return null;
  const octets = pieces.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : null;
}

/** The eight 16-bit groups of an IPv6 address in any text form of RFC 4291 section 2.2, or null. */
export function parseIpv6(text: string): readonly number[] | null {
  if (text.length > longestAddress || !text.includes(':')) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = readGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? readGroups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing >= 1 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : null;
}

function readGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const pieces = text.split(':');
  const groups: number[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (hexGroup.test(piece)) {
      groups.push(Number.parseInt(piece, 16));
      continue;
    }
    const octets = mayEndInIpv4 && index === pieces.length - 1 ? parseIpv4(piece) : null;
    if (octets === null) return null;
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    groups.push(a * 256 + b, c * 256 + d);
  }
  return groups;
}

/** True for an IPv4 or IPv6 address without prefix length. */
export function isIpAddress(text: string): boolean {
  return parseIpv4(text) !== null || parseIpv6(text) !== null;
}

/**
 * Shortest text of an IPv6 address (RFC 5952). Addresses that embed an IPv4
 * one (`::ffff:0:0/96` and the old `::/96`) end in dotted form, as the C
 * library writes them.
 */
function formatIpv6(groups: readonly number[]): string {
  const zeros = longestZeroRun(groups);
  const embedsIpv4 = zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff));
  const shown = groups.map((group) => group.toString(16));
  if (embedsIpv4) {
    const [high = 0, low = 0] = groups.slice(6);
    shown.splice(6, 2, [high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  if (zeros.length < 2) return shown.join(':');
  return `${shown.slice(0, zeros.start).join(':')}::${shown.slice(zeros.start + zeros.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/**
 * The stored form of an address or network: IPv6 shortened, a prefix that
 * covers one address (`/32`, `/128`) dropped, other prefixes kept. Text that
 * is no address comes back unchanged.
 */
export function shortestAddress(text: string): string {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const prefix = slash < 0 ? '' : text.slice(slash);
  if (parseIpv4(address) !== null) return prefix === '/32' ? address : text;
  const groups = parseIpv6(address);
  if (groups === null) return text;
  return formatIpv6(groups) + (prefix === '/128' ? '' : prefix);
}
