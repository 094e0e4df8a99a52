import { isIPv4, isIPv6 } from 'node:net';

/**
 * The owner name of an address or network in a response policy zone: the length of the prefix and the parts in reverse,
 * with `zz` for the longest run of zeros of IPv6 (draft-vixie-dnsop-dns-rpz, section 4.3). Bits behind the prefix are
 * cleared, since name servers refuse them. Null for what is no address.
 */
export function addressTrigger(text: string): string | null {
  const [address = '', prefix, ...others] = text.split('/');
  if (others.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null;
  if (isIPv4(address)) {
    const parts = address.split('.').map(Number);
    const length = Number(prefix ?? 32);
    if (length < 1 || length > 32) return null;
    return `${length}.${masked(parts, 8, length).reverse().join('.')}.rpz-ip`;
  }
  if (!isIPv6(address) || address.includes('%')) return null;
  const length = Number(prefix ?? 128);
  if (length < 1 || length > 128) return null;
  return `${length}.${shortened(masked(groupsOf(address), 16, length))
    .reverse()
    .join('.')}.rpz-ip`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
    return `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const left = groups(head);
  if (tail === undefined) return left;
  const right = groups(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function masked(parts: readonly number[], bits: number, length: number): number[] {
  return parts.map((part, index) => {
    const kept = Math.min(bits, Math.max(0, length - index * bits));
    return kept === 0 ? 0 : part & (((1 << kept) - 1) << (bits - kept));
  });
}

/** Hexadecimal groups with the longest run of at least two zeros (the first of equal ones) as `zz`. */
function shortened(groups: readonly number[]): string[] {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const texts = groups.map((group) => group.toString(16));
  return best.length < 2 ? texts : [...texts.slice(0, best.start), 'zz', ...texts.slice(best.start + best.length)];
}
