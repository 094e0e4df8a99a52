import type { CompiledList, WarninglistEntry } from './compiled-list.ts';
import { buildNetworkIndex, type NetworkList } from './matching/network-index.ts';
import { buildTextIndex, type KeyedTexts, type TextIndex } from './matching/text-index.ts';
import { ValueProbe } from './matching/value-probe.ts';

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
  hits(value: string, attributeType: string | null): WarninglistHit[];
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
  const networks = numbered(lists, ({ matching }) => (matching.kind === 'cidr' ? matching.networks : null));
  const networkIndex = yield* buildNetworkIndex(networks.map(({ part }): NetworkList => part));
  const scanned = numbered(lists, ({ matching }) => (matching.kind === 'scan' ? matching.find : null));
  const allowedFor = new Map<string | null, Uint8Array>();

  function allowed(type: string | null): Uint8Array {
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
      const probe = new ValueProbe(value);
      const found = new Found();
      // The first that a list tells of keys is its hit; of networks the one that stands first in the list.
      const keep = (list: number, place: number) => {
        if (asked[list] === 1) found.keepFirst(list, place);
      };
      strings.visit(probe.hash, value, 0, value.length, keep);
      const { host, starts, hashes } = probe.host;
      for (let order = 0; order < starts.length; order += 1) {
        hosts.visit(hashes[order] ?? 0, host, starts[order] ?? 0, host.length, keep);
      }
      if (probe.address !== null) {
        networkIndex.visit(probe.address, (number, place) => {
          const list = networks[number]?.list ?? 0;
          if (asked[list] === 1) found.keepLeast(list, place);
        });
      }
      for (const { list, part: find } of scanned) {
        if (asked[list] !== 1) continue;
        const place = find(value);
        if (place !== -1) found.keepFirst(list, place);
      }
      return found.hits(lists);
    },
    bytes: lists.reduce((sum, list) => sum + list.compiled.bytes, strings.bytes + hosts.bytes + networkIndex.bytes),
  };
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

type Visit = (
  hash: number,
  text: string,
  from: number,
  to: number,
  keep: (list: number, place: number) => void,
) => void;

function* gatherTexts(parts: readonly Numbered<KeyedTexts>[]): Generator<void, { visit: Visit; bytes: number }> {
  const index: TextIndex = yield* buildTextIndex(parts.map(({ part }) => part));
  return {
    visit(hash, text, from, to, keep) {
      for (let entry = index.first(hash, text, from, to); entry !== -1; entry = index.next(entry)) {
        keep(parts[index.listOf(entry)]?.list ?? 0, index.placeOf(entry));
      }
    },
    bytes: index.bytes,
  };
}

/** The hits of one value: mostly none, and few. */
class Found {
  #lists: number[] = [];
  #places: number[] = [];

  keepFirst(list: number, place: number): void {
    if (this.#lists.includes(list)) return;
    this.#lists.push(list);
    this.#places.push(place);
  }

  keepLeast(list: number, place: number): void {
    const known = this.#lists.indexOf(list);
    if (known === -1) this.keepFirst(list, place);
    else if (place < (this.#places[known] ?? 0)) this.#places[known] = place;
  }

  hits(lists: readonly ActiveWarninglist[]): WarninglistHit[] {
    const order = this.#lists.map((list, index) => ({ list, place: this.#places[index] ?? 0 }));
    if (order.length > 1) order.sort((a, b) => a.list - b.list);
    return order.flatMap(({ list: number, place }) => {
      const list = lists[number];
      return list ? [{ list, entry: list.compiled.entry(place) }] : [];
    });
  }
}
