import { parseRange } from '../address-range.ts';
import { type AddressWords, wordsOf } from './address-words.ts';
import { sortSliced } from './sort-sliced.ts';
import type { TextTable } from './text-table.ts';

const NOTHING = 0xffffffff;
const SLICE = 2048;

type Bits = 32 | 128;

/** The networks of a list of one kind of address, in the order of the list. */
interface Networks {
  readonly words: Uint32Array;
  readonly prefixes: Uint8Array;
  readonly places: Uint32Array;
}

/** The networks of a list. */
export type NetworkList = Readonly<Record<Bits, Networks>>;

/** Reads the networks of a list. Yields now and then. */
export function* readNetworks(table: TextTable): Generator<void, NetworkList> {
  const read = { 32: emptyNetworks(), 128: emptyNetworks() };
  for (let place = 0; place < table.size; place += 1) {
    const range = parseRange(table.at(place));
    if (range !== null) {
      const networks = read[range.bits];
      networks.words.push(...wordsOf(range.network, range.bits));
      networks.prefixes.push(range.prefix);
      networks.places.push(place);
    }
    if (place % SLICE === SLICE - 1) yield;
  }
  return { 32: packed(read[32]), 128: packed(read[128]) };
}

function emptyNetworks(): Record<keyof Networks, number[]> {
  return { words: [], prefixes: [], places: [] };
}

function packed({ words, prefixes, places }: Record<keyof Networks, readonly number[]>): Networks {
  return { words: Uint32Array.from(words), prefixes: Uint8Array.from(prefixes), places: Uint32Array.from(places) };
}

/** Finds the networks of many lists around an address by one search. */
export interface NetworkIndex {
  /** Tells each network that holds the whole of the address or network, the innermost first. */
  visit(address: AddressWords, found: (list: number, place: number) => void): void;
  readonly bytes: number;
}

/**
 * Puts lists into one index. Networks lie within each other or apart, so that the address space falls into segments
 * with one innermost network each, from which the others around it are reached by links. Yields now and then.
 */
export function* buildNetworkIndex(lists: readonly NetworkList[]): Generator<void, NetworkIndex> {
  const small = yield* buildFamily(lists, 32);
  const large = yield* buildFamily(lists, 128);
  return {
    visit: (address, found) => (address.bits === 32 ? small : large).visit(address, found),
    bytes: small.bytes + large.bytes,
  };
}

/** All networks of a kind in one row, sorted: the outer before the inner. */
function* sortAll(lists: readonly NetworkList[], bits: Bits) {
  const width = bits / 32;
  const size = lists.reduce((sum, list) => sum + list[bits].places.length, 0);
  const words = new Uint32Array(size * width);
  const prefixes = new Uint8Array(size);
  const places = new Uint32Array(size);
  const numbers = new Uint16Array(size);
  let used = 0;
  for (const [number, list] of lists.entries()) {
    const networks = list[bits];
    words.set(networks.words, used * width);
    prefixes.set(networks.prefixes, used);
    places.set(networks.places, used);
    numbers.fill(number, used, used + networks.places.length);
    used += networks.places.length;
  }
  const isBefore = (a: number, b: number) => {
    for (let index = 0; index < width; index += 1) {
      const difference = (words[a * width + index] ?? 0) - (words[b * width + index] ?? 0);
      if (difference !== 0) return difference < 0;
    }
    return (prefixes[a] ?? 0) < (prefixes[b] ?? 0);
  };
  const order = yield* sortSliced([...places.keys()], isBefore);
  return { order, words, prefixes, places, numbers };
}

function* buildFamily(lists: readonly NetworkList[], bits: Bits): Generator<void, NetworkIndex> {
  const width = bits / 32;
  const all = yield* sortAll(lists, bits);
  const { order, prefixes, places, numbers } = all;
  const parents = new Uint32Array(order.length);
  // Each network begins one segment and ends one.
  const starts = new Uint32Array(width * 2 * order.length);
  const innermost = new Uint32Array(2 * order.length);
  let segments = 0;
  let last: bigint | null = null;
  const begin = (address: bigint, network: number) => {
    if (last !== address) segments += 1;
    last = address;
    starts.set(wordsOf(address, bits), (segments - 1) * width);
    innermost[segments - 1] = network;
  };
  const open: { end: bigint; network: number }[] = [];
  const closeBefore = (address: bigint | null) => {
    for (let inner = open.at(-1); inner && (address === null || inner.end <= address); inner = open.at(-1)) {
      open.pop();
      // Behind the last address there is nothing to begin.
      if (inner.end < 1n << BigInt(bits)) begin(inner.end, open.at(-1)?.network ?? NOTHING);
    }
  };
  for (const [done, network] of order.entries()) {
    const address = addressAt(all.words, network * width, width);
    closeBefore(address);
    parents[network] = open.at(-1)?.network ?? NOTHING;
    begin(address, network);
    open.push({ end: address + (1n << BigInt(bits - (prefixes[network] ?? 0))), network });
    if (done % SLICE === SLICE - 1) yield;
  }
  closeBefore(null);
  const segmentStarts = starts.slice(0, segments * width);
  const segmentNetworks = innermost.slice(0, segments);
  return {
    visit({ words, prefix }, found) {
      const segment = lastStart(segmentStarts, width, words);
      let network = segment < 0 ? NOTHING : (segmentNetworks[segment] ?? NOTHING);
      while (network !== NOTHING) {
        if ((prefixes[network] ?? 0) <= prefix) found(numbers[network] ?? 0, places[network] ?? 0);
        network = parents[network] ?? NOTHING;
      }
    },
    bytes: [prefixes, places, numbers, parents, segmentStarts, segmentNetworks].reduce(
      (sum, part) => sum + part.byteLength,
      0,
    ),
  };
}

function addressAt(words: Uint32Array, start: number, width: number): bigint {
  let address = 0n;
  for (let index = start; index < start + width; index += 1) address = (address << 32n) | BigInt(words[index] ?? 0);
  return address;
}

/** The last segment that begins at or before the address; -1 for none. */
function lastStart(starts: Uint32Array, width: number, words: readonly number[]): number {
  let low = 0;
  let high = starts.length / width;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(starts, middle * width, width, words)) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

function isAfter(starts: Uint32Array, offset: number, width: number, words: readonly number[]): boolean {
  for (let index = 0; index < width; index += 1) {
    const start = starts[offset + index] ?? 0;
    const word = words[index] ?? 0;
    if (start !== word) return start > word;
  }
  return false;
}
