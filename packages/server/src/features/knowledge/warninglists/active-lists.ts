import type { CompiledList, WarninglistEntry } from './compiled-list.ts';
import { type AddressWords, readAddress } from './matching/address-words.ts';
import { hostOf } from './matching/host-of.ts';
import { buildNetworkIndex, type NetworkList } from './matching/network-index.ts';
import {
  buildTextIndex,
  finishHash,
  HASH_START,
  hashText,
  hashUnit,
  type KeyedTexts,
  type TextIndex,
} from './matching/text-index.ts';

const DOT = 46;
const NO_HITS: readonly WarninglistHit[] = [];

/** An enabled list, ready to be asked. */
export interface ActiveWarninglist {
  readonly id: number;
  readonly name: string;
  readonly category: 'false_positive' | 'known';
  /** Attribute types it applies to; `ALL` stands for every one. */
  readonly types: ReadonlySet<string>;
  readonly compiled: CompiledList;
}

/** A value that meets an entry of a list. */
export interface WarninglistHit {
  readonly list: ActiveWarninglist;
  readonly entry: WarninglistEntry;
}

/** The enabled lists as they were at some time. */
export interface ActiveWarninglists {
  readonly lists: readonly ActiveWarninglist[];
  /** The hits of a value, in the order of the lists; `attributeType` limits them to lists for that type. */
  hits(value: string, attributeType: string | null): readonly WarninglistHit[];
  /** Bytes that the lists hold. */
  readonly bytes: number;
}

/** No list at all. */
export const noActiveLists: ActiveWarninglists = { lists: [], hits: () => [], bytes: 0 };

/**
 * Puts lists together: all that is found by a key or by an address costs one look-up, however many lists there are.
 * Yields every some milliseconds.
 */
export function* gatherActiveLists(lists: readonly ActiveWarninglist[]): Generator<void, ActiveWarninglists> {
  const keyed = (kind: 'string' | 'hostname') =>
    numbered(lists, ({ matching }) => (matching.kind === kind ? matching.keys : null));
  const strings = yield* gatherTexts(keyed('string'));
  const hosts = yield* gatherTexts(keyed('hostname'));
  const networks = yield* gatherNetworks(
    numbered(lists, ({ matching }) => (matching.kind === 'cidr' ? matching.networks : null)),
  );
  const scanned = numbered(lists, ({ matching }) => (matching.kind === 'scan' ? matching.find : null));
  const allowedFor = new Map<string | null, Uint8Array<ArrayBuffer>>();
  // One for all values: nothing else runs while a value is looked for.
  const found = new Found(lists);

  function allowed(type: string | null): Uint8Array<ArrayBuffer> {
    let known = allowedFor.get(type);
    if (known === undefined) {
      known = Uint8Array.from(lists, ({ types }) => (type === null || types.has('ALL') || types.has(type) ? 1 : 0));
      allowedFor.set(type, known);
    }
    return known;
  }

  return {
    lists,
    hits(value, attributeType) {
      const asked = allowed(attributeType);
      found.begin(asked);
      strings.find(found, hashText(value), value, 0, value.length);
      findHosts(hosts, found, value);
      const address = readAddress(value);
      if (address !== null) networks.find(found, address);
      for (const { list, part: find } of scanned) {
        const place = asked[list] === 1 ? find(value) : -1;
        if (place !== -1) found.keepFirst(list, place);
      }
      return found.hits();
    },
    bytes: lists.reduce((sum, list) => sum + list.compiled.bytes, strings.bytes + hosts.bytes + networks.bytes),
  };
}

/** The host and each domain above it, the shortest first, with one walk from the end. */
function findHosts(hosts: Texts, found: Found, value: string): void {
  const { start, end } = hostOf(value);
  let state = HASH_START;
  for (let index = end - 1; index >= start; index -= 1) {
    const unit = value.charCodeAt(index);
    if (unit === DOT) hosts.find(found, finishHash(state), value, index + 1, end);
    state = hashUnit(state, unit);
  }
  hosts.find(found, finishHash(state), value, start, end);
}

interface Numbered<Part> {
  /** The place of the list among all. */
  readonly list: number;
  readonly part: Part;
}

function numbered<Part>(
  lists: readonly ActiveWarninglist[],
  partOf: (list: CompiledList) => Part | null,
): Numbered<Part>[] {
  return lists.flatMap(({ compiled }, list) => {
    const part = partOf(compiled);
    return part === null ? [] : [{ list, part }];
  });
}

interface Texts {
  /** Keeps the entries whose key is `value` from `from` to `to`. */
  find(found: Found, hash: number, value: string, from: number, to: number): void;
  readonly bytes: number;
}

function* gatherTexts(parts: readonly Numbered<KeyedTexts>[]): Generator<void, Texts> {
  const index: TextIndex = yield* buildTextIndex(parts.map(({ part }) => part));
  return {
    find(found, hash, value, from, to) {
      for (let entry = index.first(hash, value, from, to); entry !== -1; entry = index.next(entry)) {
        found.keepFirst(parts[index.listOf(entry)]?.list ?? 0, index.placeOf(entry));
      }
    },
    bytes: index.bytes,
  };
}

interface NetworksAround {
  /** Keeps of each list the network around the address that stands first in it. */
  find(found: Found, address: AddressWords): void;
  readonly bytes: number;
}

function* gatherNetworks(parts: readonly Numbered<NetworkList>[]): Generator<void, NetworksAround> {
  const index = yield* buildNetworkIndex(parts.map(({ part }) => part));
  return {
    find(found, address) {
      index.visit(address, (number, place) => found.keepLeast(parts[number]?.list ?? 0, place));
    },
    bytes: index.bytes,
  };
}

/** The hits of one value: mostly none, and few. */
class Found {
  readonly #all: readonly ActiveWarninglist[];
  #asked = new Uint8Array();
  readonly #lists: number[] = [];
  readonly #places: number[] = [];

  constructor(all: readonly ActiveWarninglist[]) {
    this.#all = all;
  }

  /** Forgets what was found; only lists that are asked count from now on. */
  begin(asked: Uint8Array<ArrayBuffer>): void {
    this.#asked = asked;
    this.#lists.length = 0;
    this.#places.length = 0;
  }

  keepFirst(list: number, place: number): void {
    if (this.#asked[list] !== 1 || this.#lists.includes(list)) return;
    this.#lists.push(list);
    this.#places.push(place);
  }

  keepLeast(list: number, place: number): void {
    const known = this.#lists.indexOf(list);
    if (known === -1) this.keepFirst(list, place);
    else if (place < (this.#places[known] ?? 0)) this.#places[known] = place;
  }

  /** In the order of the lists. */
  hits(): readonly WarninglistHit[] {
    if (this.#lists.length === 0) return NO_HITS;
    const kept = this.#lists.map((list, index) => ({ list, place: this.#places[index] ?? 0 }));
    kept.sort((a, b) => a.list - b.list);
    return kept.flatMap(({ list: number, place }) => {
      const list = this.#all[number];
      return list ? [{ list, entry: list.compiled.entry(place) }] : [];
    });
  }
}
