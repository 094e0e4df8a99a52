import { parseRange } from '../address-range.ts';

/** An address or network as unsigned 32-bit words: one for IPv4, four for IPv6, the highest first. */
export interface AddressWords {
  readonly bits: 32 | 128;
  readonly prefix: number;
  /** The lowest address. */
  readonly words: readonly number[];
}

/** As `parseRange`, with a short way for plain IPv4 addresses, which are most of what is asked for. */
export function readAddress(text: string): AddressWords | null {
  const first = text.charCodeAt(0);
  // A digit, a hexadecimal letter or a colon begins every address.
  const isPossible = (first >= 48 && first <= 58) || (first >= 65 && first <= 70) || (first >= 97 && first <= 102);
  if (!isPossible) return null;
  const plain = readPlainIpv4(text);
  if (plain >= 0) return { bits: 32, prefix: 32, words: [plain] };
  if (!text.includes(':') && !text.includes('/')) return null;
  const range = parseRange(text);
  if (range === null) return null;
  return { bits: range.bits, prefix: range.prefix, words: wordsOf(range.network, range.bits) };
}

/** A number of `bits` bits in words of 32. */
export function wordsOf(value: bigint, bits: 32 | 128): number[] {
  if (bits === 32) return [Number(value)];
  return [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffffffffn));
}

/** The address as a number; -1 when the text is anything else. */
function readPlainIpv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 46) {
      if (octet < 0 || dots === 3) return -1;
      address = address * 256 + octet;
      octet = -1;
      dots += 1;
    } else if (unit >= 48 && unit <= 57) {
      // A leading zero is no part of an address: some readers take it for octal.
      if (octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + unit - 48;
      if (octet > 255) return -1;
    } else return -1;
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}
