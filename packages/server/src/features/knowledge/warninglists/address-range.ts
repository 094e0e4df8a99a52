import { isIP } from 'node:net';

/** A network, or a single address with the longest prefix. */
export interface AddressRange {
  /** 32 or 128. */
  bits: 32 | 128;
  prefix: number;
  /** Lowest address. */
  network: bigint;
}

/** Reads an address or network in CIDR form; null for anything else. */
export function parseRange(text: string): AddressRange | null {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return null;
  const bits = version === 4 ? 32 : 128;
  const prefixText = slash === -1 ? String(bits) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > bits) return null;
  const prefix = Number(prefixText);
  const hostBits = BigInt(bits - prefix);
  const value = version === 4 ? parseIpv4(address) : parseIpv6(address);
  return { bits, prefix, network: (value >> hostBits) << hostBits };
}

function parseIpv4(address: string): bigint {
  return BigInt(address.split('.').reduce((value, part) => value * 256 + Number(part), 0));
}

function parseIpv6(address: string): bigint {
  // The last 32 bits may be written as IPv4.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted ? parseIpv4(dotted[2] ?? '') : 0n;
  const plain = dotted ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : address;
  const [head = '', rest] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = rest === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) | BigInt(`0x${group || '0'}`), 0n);
}
