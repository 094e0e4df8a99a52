import { type AddressRange, parseRange } from '../address-range.ts';
import { type AddressWords, wordsOf } from './address-words.ts';
import { sortSliced } from './sort-sliced.ts';
import type { TextTable } from './text-table.ts';

const NOTHING = 0xffffffff;
const SLICE = 4096;

/** Finds the networks around an address. */
export interface NetworkIndex {
  /** The first place whose network holds the whole of the address or network; -1 for none. */
  find(address: AddressWords): number;
  readonly bytes: number;
}

interface ReadNetwork extends AddressRange {
  readonly place: number;
}

/**
 * Indexes the networks of a table; yields now and then. Networks lie within each other or apart, so that the address
 * space falls into segments with one innermost network each, from which the others around it are reached by links.
 */
export function* buildNetworkIndex(table: TextTable): Generator<void, NetworkIndex> {
  const networks: Record<32 | 128, ReadNetwork[]> = { 32: [], 128: [] };
  for (let place = 0; place < table.size; place += 1) {
    const range = parseRange(table.at(place));
    if (range !== null) networks[range.bits].push({ ...range, place });
    if (place % SLICE === SLICE - 1) yield;
  }
  const small = yield* buildFamily(networks[32], 32);
  const large = yield* buildFamily(networks[128], 128);
  return {
    find: (address) => (address.bits === 32 ? small : large).find(address),
    bytes: small.bytes + large.bytes,
  };
}

function* buildFamily(networks: readonly ReadNetwork[], bits: 32 | 128): Generator<void, NetworkIndex> {
  const sorted = yield* sortSliced(networks, before);
  const width = bits / 32;
  const prefixes = new Uint8Array(sorted.length);
  const places = new Uint32Array(sorted.length);
  const parents = new Uint32Array(sorted.length);
  // Each network begins one segment and ends one.
  const starts = new Uint32Array(width * 2 * sorted.length);
  const innermost = new Uint32Array(2 * sorted.length);
  let segments = 0;
  let last: bigint | null = null;
  const begin = (address: bigint, network: number) => {
    if (last !== address) segments += 1;
    last = address;
    starts.set(wordsOf(address, bits), (segments - 1) * width);
    innermost[segments - 1] = network;
  };
  const open: { end: bigint; network: number }[] = [];
  const top = (one?: { network: number }) => one?.network ?? NOTHING;
  const closeBefore = (address: bigint | null) => {
    for (let inner = open.at(-1); inner && (address === null || inner.end <= address); inner = open.at(-1)) {
      open.pop();
      // Behind the last address there is nothing to begin.
      if (inner.end < 1n << BigInt(bits)) begin(inner.end, top(open.at(-1)));
    }
  };
  for (const [index, { network, prefix, place }] of sorted.entries()) {
    closeBefore(network);
    prefixes[index] = prefix;
    places[index] = place;
    parents[index] = top(open.at(-1));
    begin(network, index);
    open.push({ end: network + (1n << BigInt(bits - prefix)), network: index });
    if (index % SLICE === SLICE - 1) yield;
  }
  closeBefore(null);
  const segmentStarts = starts.slice(0, segments * width);
  const segmentNetworks = innermost.slice(0, segments);
  return {
    find({ words, prefix }) {
      const segment = lastStart(segmentStarts, width, words);
      let first = NOTHING;
      for (let index = segmentNetworks[segment] ?? NOTHING; index !== NOTHING; index = parents[index] ?? NOTHING) {
        const place = places[index] ?? NOTHING;
        if (place < first && (prefixes[index] ?? 0) <= prefix) first = place;
      }
      return first === NOTHING ? -1 : first;
    },
    bytes: [prefixes, places, parents, segmentStarts, segmentNetworks].reduce((sum, part) => sum + part.byteLength, 0),
  };
}

function before(a: ReadNetwork, b: ReadNetwork): boolean {
  if (a.network !== b.network) return a.network < b.network;
  return a.prefix === b.prefix ? a.place < b.place : a.prefix < b.prefix;
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
