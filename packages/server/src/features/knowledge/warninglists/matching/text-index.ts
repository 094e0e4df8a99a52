import { randomInt } from 'node:crypto';
import type { TextTable } from './text-table.ts';

// Drawn anew by every process, so that nobody can make up entries that all meet in one slot.
const SEED = randomInt(2 ** 32);
const PRIME = 0x01000193;
const EMPTY = 0xffffffff;
/** Entries indexed between two points where other work may run. */
const SLICE = 4096;

/** The state of a hash before its first character. */
export const HASH_START = SEED | 0;

/** Takes one more character, to the left of those before it, into a hash (FNV-1a). */
export function hashUnit(state: number, unit: number): number {
  return Math.imul(state ^ unit, PRIME);
}

/** The slot number of a hash before it is cut to the size of a table. */
export function finishHash(state: number): number {
  const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The hash of a text from its end to its beginning, so that one walk over a host hashes each of its suffixes. */
export function hashText(text: string): number {
  let state = HASH_START;
  for (let index = text.length - 1; index >= 0; index -= 1) state = hashUnit(state, text.charCodeAt(index));
  return finishHash(state);
}

/** Finds the first place of a text in a table: open addressing, four bytes a slot. */
export interface TextIndex {
  /** The first place of `text` from `from` to `to`, whose finished hash is `hash`; -1 for none. */
  find(hash: number, text: string, from: number, to: number): number;
  readonly bytes: number;
}

/**
 * Indexes a table; yields now and then. `keyOf` is what a text is found by where that is not the text itself; empty
 * keys are found by nothing.
 */
export function* buildTextIndex(
  table: TextTable,
  keyOf: (text: string) => string = (text) => text,
): Generator<void, TextIndex> {
  const slots = new Uint32Array(tableSize(table.size)).fill(EMPTY);
  const mask = slots.length - 1;
  const otherKeys = new Map<number, string>();
  const holds = (place: number, text: string, from: number, to: number) => {
    const key = otherKeys.size === 0 ? undefined : otherKeys.get(place);
    if (key === undefined) return table.equals(place, text, from, to);
    return key.length === to - from && text.startsWith(key, from);
  };
  const slotOf = (hash: number, text: string, from: number, to: number) => {
    let slot = hash & mask;
    for (let place = slots[slot] ?? EMPTY; place !== EMPTY; place = slots[slot] ?? EMPTY) {
      if (holds(place, text, from, to)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  for (let place = 0; place < table.size; place += 1) {
    const text = table.at(place);
    const key = keyOf(text);
    if (key !== '') {
      const slot = slotOf(hashText(key), key, 0, key.length);
      if (slots[slot] === EMPTY) {
        if (key !== text) otherKeys.set(place, key);
        slots[slot] = place;
      }
    }
    if (place % SLICE === SLICE - 1) yield;
  }
  return {
    find(hash, text, from, to) {
      const place = slots[slotOf(hash, text, from, to)] ?? EMPTY;
      return place === EMPTY ? -1 : place;
    },
    bytes: slots.byteLength,
  };
}

/** A power of two with at most half of the slots taken. */
export function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4, entries * 2)));
}
