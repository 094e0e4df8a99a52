import type { TextTable } from './text-table.ts';

const LONGEST_HEAD = 6;
/** The top 17 bits of a product are the number of a bit. */
const BITS = 2 ** 17;

/** Tells where in a value one of many texts can begin, by a bit for the hash of its first characters. */
export interface HeadFilter {
  /** The first position from `from` on where a text can begin; the length of the value for none. */
  next(value: string, from: number): number;
  readonly bytes: number;
}

/** Takes the heads of all texts that are not empty. */
export function createHeadFilter(table: TextTable): HeadFilter {
  let length = LONGEST_HEAD;
  for (let place = 0; place < table.size; place += 1) {
    const own = table.at(place).length;
    if (own > 0 && own < length) length = own;
  }
  // The last characters of a walk, a share of 32 bits each: older ones are shifted out or masked.
  const shift = Math.min(16, Math.floor(32 / length));
  const mask = shift * length === 32 ? -1 : (1 << (shift * length)) - 1;
  const bits = new Uint32Array(BITS / 32);
  for (let place = 0; place < table.size; place += 1) {
    const text = table.at(place);
    if (text === '') continue;
    let window = 0;
    for (let index = 0; index < length; index += 1) window = (window << shift) ^ text.charCodeAt(index);
    const bit = bitOf(window & mask);
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
  return {
    next(value, from) {
      let window = 0;
      for (let index = from; index < value.length; index += 1) {
        window = (window << shift) ^ value.charCodeAt(index);
        if (index - from < length - 1) continue;
        const bit = bitOf(window & mask);
        if (((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) return index - length + 1;
      }
      return value.length;
    },
    bytes: bits.byteLength,
  };
}

function bitOf(window: number): number {
  return Math.imul(window, 0x9e3779b1) >>> 15;
}
