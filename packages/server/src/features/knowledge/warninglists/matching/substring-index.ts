import { createHeadFilter, type HeadFilter } from './head-filter.ts';
import { tableSize } from './text-index.ts';
import type { TextTable } from './text-table.ts';

const NOTHING = 0xffffffff;
/** Characters or states handled between two points where other work may run. */
const SLICE = 16_384;

/** Finds which of many texts occur in a value, in time linear in the value whatever the texts are. */
export interface SubstringIndex {
  /** The first place whose text occurs in the value; -1 for none. */
  find(value: string): number;
  readonly bytes: number;
}

/**
 * An automaton after Aho and Corasick ("Efficient string matching", 1975) in flat arrays. Edges stand in one hash table:
 * a slot names the child, which knows its parent and character. Where it falls back it goes on at the next position where
 * a text can begin at all, which passes over most of a value. Yields now and then.
 */
export function* buildSubstringIndex(table: TextTable): Generator<void, SubstringIndex> {
  let characters = 0;
  for (let place = 0; place < table.size; place += 1) characters += table.at(place).length;
  const trie = createTrie(characters + 1);
  let work = 0;
  for (let place = 0; place < table.size; place += 1) {
    const text = table.at(place);
    let state = 0;
    for (let index = 0; index < text.length; index += 1) state = trie.grow(state, text.charCodeAt(index));
    // Empty texts end at the root, where they would occur in everything.
    if (state !== 0 && (trie.least[state] ?? NOTHING) > place) trie.least[state] = place;
    work += text.length;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
  const links = yield* linkFailures(trie);
  const heads = createHeadFilter(table);
  return {
    find: (value) => walk(trie, links, heads, value),
    bytes: trie.bytes + links.fail.byteLength + links.depths.byteLength + heads.bytes,
  };
}

type Trie = ReturnType<typeof createTrie>;

function createTrie(capacity: number) {
  const slots = new Uint32Array(tableSize(capacity));
  const mask = slots.length - 1;
  const parents = new Uint32Array(capacity);
  const units = new Uint16Array(capacity);
  /** The least place of the texts that end in a state, later also of those that end in a suffix of it. */
  const least = new Uint32Array(capacity).fill(NOTHING);
  let size = 1;

  function slotOf(state: number, unit: number): number {
    const mixed = Math.imul(state ^ Math.imul(unit, 0x9e3779b1), 0x2c1b3c6d);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (let child = slots[slot] ?? 0; child !== 0; child = slots[slot] ?? 0) {
      if (parents[child] === state && units[child] === unit) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  return {
    parents,
    units,
    least,
    get size() {
      return size;
    },
    get bytes() {
      return slots.byteLength + parents.byteLength + units.byteLength + least.byteLength;
    },
    /** The state behind `state` by a character; 0 for none, as nothing leads to the root. */
    child: (state: number, unit: number) => slots[slotOf(state, unit)] ?? 0,
    grow(state: number, unit: number): number {
      const slot = slotOf(state, unit);
      const known = slots[slot] ?? 0;
      if (known !== 0) return known;
      slots[slot] = size;
      parents[size] = state;
      units[size] = unit;
      size += 1;
      return size - 1;
    },
  };
}

interface Links {
  /** From each state to that of its longest proper suffix. */
  readonly fail: Uint32Array;
  /** How many characters lead to a state. */
  readonly depths: Uint32Array;
}

/** Parents first, which is by depth. */
function* linkFailures(trie: Trie): Generator<void, Links> {
  const { size, parents, units, least } = trie;
  const fail = new Uint32Array(size);
  const { order, depths } = yield* byDepth(trie);
  for (let index = 1; index < size; index += 1) {
    const state = order[index] ?? 0;
    const parent = parents[state] ?? 0;
    const unit = units[state] ?? 0;
    if (parent !== 0) {
      let suffix = fail[parent] ?? 0;
      while (suffix !== 0 && trie.child(suffix, unit) === 0) suffix = fail[suffix] ?? 0;
      fail[state] = trie.child(suffix, unit);
    }
    const inherited = least[fail[state] ?? 0] ?? NOTHING;
    if (inherited < (least[state] ?? NOTHING)) least[state] = inherited;
    if (index % SLICE === 0) yield;
  }
  return { fail, depths };
}

function* byDepth({ size, parents }: Trie): Generator<void, { order: Uint32Array; depths: Uint32Array }> {
  const depths = new Uint32Array(size);
  let deepest = 0;
  // A child is always made after its parent.
  for (let state = 1; state < size; state += 1) {
    const depth = (depths[parents[state] ?? 0] ?? 0) + 1;
    depths[state] = depth;
    if (depth > deepest) deepest = depth;
  }
  yield;
  const starts = new Uint32Array(deepest + 2);
  for (const depth of depths) starts[depth + 1] = (starts[depth + 1] ?? 0) + 1;
  for (let depth = 1; depth < starts.length; depth += 1)
    starts[depth] = (starts[depth] ?? 0) + (starts[depth - 1] ?? 0);
  const order = new Uint32Array(size);
  for (let state = 0; state < size; state += 1) {
    const depth = depths[state] ?? 0;
    const next = starts[depth] ?? 0;
    order[next] = state;
    starts[depth] = next + 1;
  }
  return { order, depths };
}

function walk(trie: Trie, { fail, depths }: Links, heads: HeadFilter, value: string): number {
  let state = 0;
  let least = NOTHING;
  for (let index = heads.next(value, 0); index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    let next = trie.child(state, unit);
    if (next === 0) {
      while (next === 0 && state !== 0) {
        state = fail[state] ?? 0;
        next = trie.child(state, unit);
      }
      // What is left began here; when no text can, the walk begins anew further on.
      const start = index + 1 - (depths[next] ?? 0);
      const possible = heads.next(value, start);
      if (possible > start || next === 0) {
        state = 0;
        index = possible - 1;
        continue;
      }
    }
    state = next;
    const found = trie.least[state] ?? NOTHING;
    if (found < least) least = found;
  }
  return least === NOTHING ? -1 : least;
}
