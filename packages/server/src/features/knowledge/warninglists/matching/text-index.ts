import { randomInt } from 'node:crypto';
import type { TextTable } from './text-table.ts';

// Drawn anew by every process, so that nobody can make up entries that all meet in one slot.
const SEED = randomInt(2 ** 32);
const PRIME = 0x01000193;
const EMPTY = 0xffffffff;
/** Entries handled between two points where other work may run. */
const SLICE = 2048;

/** The state of a hash before its first character. */
export const HASH_START = SEED | 0;

/** Takes one more character, to the left of those before it, into a hash (FNV-1a). */
export function hashUnit(state: number, unit: number): number {
  return Math.imul(state ^ unit, PRIME);
}

/** The hash of all that was taken in: 32 bits. */
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

/** The texts of a list with what they are found by. */
export interface KeyedTexts {
  readonly table: TextTable;
  /** By place: of the keys. */
  readonly hashes: Uint32Array;
  /** Keys that are not the text itself; empty ones are found by nothing. */
  readonly otherKeys: ReadonlyMap<number, string>;
}

/** Hashes the texts of a list; `keyOf` is what a text is found by. Yields now and then. */
export function* keyTexts(
  table: TextTable,
  keyOf: (text: string) => string = (text) => text,
): Generator<void, KeyedTexts> {
  const hashes = new Uint32Array(table.size);
  const otherKeys = new Map<number, string>();
  for (let place = 0; place < table.size; place += 1) {
    const text = table.at(place);
    const key = keyOf(text);
    if (key !== text) otherKeys.set(place, key);
    hashes[place] = hashText(key);
    if (place % SLICE === SLICE - 1) yield;
  }
  return { table, hashes, otherKeys };
}

/**
 * Finds a key in many lists by one look-up: open addressing, four bytes a slot. Equal keys of several lists hang on
 * one another in the order of the lists, each list with its first.
 */
export interface TextIndex {
  /** The first entry whose key is `text` from `from` to `to`, of which `hash` is the hash; -1 for none. */
  first(hash: number, text: string, from: number, to: number): number;
  /** The entry of the next list with the same key; -1 for none. */
  next(entry: number): number;
  /** Which list an entry is of, and its place in it. */
  listOf(entry: number): number;
  placeOf(entry: number): number;
  readonly bytes: number;
}

/** Puts lists into one index. Yields now and then. */
export function* buildTextIndex(parts: readonly KeyedTexts[]): Generator<void, TextIndex> {
  const offsets = parts.map(() => 0);
  let size = 0;
  for (const [list, part] of parts.entries()) {
    offsets[list] = size;
    size += part.hashes.length;
  }
  const lists = new Uint16Array(size);
  const nexts = new Uint32Array(size).fill(EMPTY);
  const slots = new Uint32Array(tableSize(size)).fill(EMPTY);
  const mask = slots.length - 1;
  const listOf = (entry: number) => lists[entry] ?? 0;
  const placeOf = (entry: number) => entry - (offsets[listOf(entry)] ?? 0);

  function slotOf(hash: number, text: string, from: number, to: number): number {
    let slot = hash & mask;
    for (let entry = slots[slot] ?? EMPTY; entry !== EMPTY; entry = slots[slot] ?? EMPTY) {
      const part = parts[listOf(entry)];
      const place = placeOf(entry);
      if (part !== undefined && part.hashes[place] === hash && isKey(part, place, text, from, to)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  // From the last to the first, so that each entry goes before those of later lists and takes the place of a later one
  // of its own.
  for (let list = parts.length - 1; list >= 0; list -= 1) {
    const part = parts[list];
    for (let place = (part?.hashes.length ?? 0) - 1; part !== undefined && place >= 0; place -= 1) {
      const key = keyAt(part, place);
      if (key !== '') {
        const slot = slotOf(part.hashes[place] ?? 0, key, 0, key.length);
        const head = slots[slot] ?? EMPTY;
        const entry = (offsets[list] ?? 0) + place;
        lists[entry] = list;
        nexts[entry] = head !== EMPTY && listOf(head) === list ? (nexts[head] ?? EMPTY) : head;
        slots[slot] = entry;
      }
      if (place % SLICE === 0) yield;
    }
  }
  return {
    first: (hash, text, from, to) => entryOrNone(slots[slotOf(hash, text, from, to)]),
    next: (entry) => entryOrNone(nexts[entry]),
    listOf,
    placeOf,
    bytes: slots.byteLength + nexts.byteLength + lists.byteLength,
  };
}

function entryOrNone(entry: number | undefined): number {
  return entry === undefined || entry === EMPTY ? -1 : entry;
}

function keyAt({ table, otherKeys }: KeyedTexts, place: number): string {
  return otherKeys.get(place) ?? table.at(place);
}

function isKey({ table, otherKeys }: KeyedTexts, place: number, text: string, from: number, to: number): boolean {
  const key = otherKeys.size === 0 ? undefined : otherKeys.get(place);
  if (key === undefined) return table.equals(place, text, from, to);
  return key.length === to - from && text.startsWith(key, from);
}

/** A power of two with at most half of the slots taken. */
export function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4, entries * 2)));
}
