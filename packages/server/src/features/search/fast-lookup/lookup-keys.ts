import { shortestAddress } from '@magpie/model';
import { parseRange } from '../../knowledge/warninglists/address-range.ts';

/** How a stored value meets the value that is looked up. */
export type LookupMatch = 'exact' | 'ip_cidr' | 'parent_domain';

/** A stored value that would be a hit, in lower case. */
export interface LookupKey {
  readonly text: string;
  readonly match: LookupMatch;
}

/**
 * What to look for: the value itself, for an address or network each network that holds it, for a host name each
 * domain above it (but no top-level one). Networks are written as values are stored, so that all are look-ups of exact
 * texts: at most 32 for IPv4 and 128 for IPv6.
 */
export function lookupKeys(value: string): LookupKey[] {
  const text = value.trim().toLowerCase();
  const range = parseRange(text);
  if (range !== null) {
    const exact = shortestAddress(text);
    const networks: LookupKey[] = [];
    // An address is in its own /32 or /128, which is stored as the address.
    const longest = Math.min(range.prefix, range.bits) - 1;
    for (let prefix = longest; prefix >= 0; prefix -= 1) {
      networks.push({ text: networkText(range.network, prefix, range.bits), match: 'ip_cidr' });
    }
    return [{ text: exact, match: 'exact' }, ...networks];
  }
  return [{ text, match: 'exact' }, ...parentDomains(text)];
}

function networkText(address: bigint, prefix: number, bits: 32 | 128): string {
  const hostBits = BigInt(bits - prefix);
  const network = (address >> hostBits) << hostBits;
  const part = (size: number, count: number, base: number, separator: string) =>
    Array.from({ length: count }, (_, index) =>
      ((network >> BigInt(size * (count - 1 - index))) & ((1n << BigInt(size)) - 1n)).toString(base),
    ).join(separator);
  if (bits === 32) return `${part(8, 4, 10, '.')}/${prefix}`;
  return shortestAddress(`${part(16, 8, 16, ':')}/${prefix}`).toLowerCase();
}

const HOST = /^(?:[\p{L}\p{N}_-]{1,63}\.){2,126}[\p{L}\p{N}-]{2,63}\.?$/u;

function parentDomains(text: string): LookupKey[] {
  if (!HOST.test(text)) return [];
  const labels = text.replace(/\.$/, '').split('.');
  return labels.slice(1, -1).map((_, index) => ({ text: labels.slice(index + 1).join('.'), match: 'parent_domain' }));
}
