import type { TextTable } from './text-table.ts';

const LONGEST_HEAD = 4;
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
  const bits = new Uint32Array(BITS / 32);
  for (let place = 0; place < table.size; place += 1) {
    const text = table.at(place);
    if (text === '') continue;
    const hash = hashHead(text, 0, length);
    bits[hash >>> 5] = (bits[hash >>> 5] ?? 0) | (1 << (hash & 31));
  }
  return {
    next(value, from) {
      for (let at = from; at + length <= value.length; at += 1) {
        const hash = hashHead(value, at, length);
        if (((bits[hash >>> 5] ?? 0) & (1 << (hash & 31))) !== 0) return at;
      }
      return value.length;
    },
    bytes: bits.byteLength,
  };
}

function hashHead(text: string, at: number, length: number): number {
  let hash = 0;
  for (let index = at; index < at + length; index += 1) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(index);
  return (Math.imul(hash, 0x9e3779b1) >>> 15) & (BITS - 1);
}
