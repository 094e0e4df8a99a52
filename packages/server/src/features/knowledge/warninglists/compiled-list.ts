import { parseRange } from './address-range.ts';
import { buildExpressionIndex, linearExpression } from './matching/expression-index.ts';
import { type NetworkList, readNetworks } from './matching/network-index.ts';
import { buildSubstringIndex } from './matching/substring-index.ts';
import { type KeyedTexts, keyTexts } from './matching/text-index.ts';
import { TextTable } from './matching/text-table.ts';

/** How a list's entries are compared; see `ListCompiler`. */
export type WarninglistType = 'cidr' | 'hostname' | 'string' | 'substring' | 'regex';

/** An entry of a list. */
export interface WarninglistEntry {
  value: string;
  comment: string | null;
}

/** What a list is asked by: lists of keys and of networks are put together first, the others are asked one by one. */
export type ListMatching =
  | { readonly kind: 'string' | 'hostname'; readonly keys: KeyedTexts }
  | { readonly kind: 'cidr'; readonly networks: NetworkList }
  | { readonly kind: 'scan'; readonly find: (value: string) => number };

/** A list in memory. */
export interface CompiledList {
  readonly matching: ListMatching;
  /** The entry at a place of the list. */
  entry(place: number): WarninglistEntry;
  /** Bytes held, to the size of its buffers. */
  readonly bytes: number;
}

/**
 * Takes the entries of a list as they come and compiles them, by MISP's rules:
 *
 * - `string`: equal, case-sensitive;
 * - `substring`: the value contains the entry;
 * - `hostname`: the value's host or a parent domain of it equals the entry, the shortest first; the value is not
 *   lower-cased and keeps a port, as in MISP;
 * - `cidr`: the entry's network contains the address or network; entries without mask are single addresses;
 * - `regex`: PCRE with delimiters and flags; expressions that RE2 cannot run match nothing.
 *
 * Of the entries that a value meets the first in the list counts.
 */
export interface ListCompiler {
  add(entry: WarninglistEntry): void;
  /** Compiles what was added; yields every some milliseconds, so that other work can run in between. */
  compile(): Generator<void, CompiledList>;
}

/** Begins a list. */
export function createListCompiler(type: WarninglistType): ListCompiler {
  const values = new TextTable();
  // Few entries have a comment.
  const comments = new Map<number, string>();
  return {
    add({ value, comment }) {
      if (comment) comments.set(values.size, comment);
      values.add(value);
    },
    *compile() {
      values.trim();
      const { matching, bytes } = yield* compileMatching(type, values);
      const commentBytes = [...comments.values()].reduce((sum, text) => sum + 2 * text.length + 32, 0);
      return {
        matching,
        entry: (place) => ({ value: values.at(place), comment: comments.get(place) ?? null }),
        bytes: values.bytes + bytes + commentBytes,
      };
    },
  };
}

/** False for an entry that could never match: no address in a `cidr` list, no linear expression in a `regex` list. */
export function isUsableEntry(type: WarninglistType, value: string): boolean {
  if (type === 'cidr') return parseRange(value) !== null;
  return type === 'regex' ? linearExpression(value) !== null : value !== '';
}

function* compileMatching(
  type: WarninglistType,
  values: TextTable,
): Generator<void, { matching: ListMatching; bytes: number }> {
  switch (type) {
    case 'string':
    case 'hostname': {
      const keys = yield* keyTexts(values, type === 'hostname' ? hostKey : undefined);
      return { matching: { kind: type, keys }, bytes: keys.hashes.byteLength + 64 * keys.otherKeys.size };
    }
    case 'cidr': {
      const networks = yield* readNetworks(values);
      const parts = [networks[32], networks[128]].flatMap(({ words, prefixes, places }) => [words, prefixes, places]);
      const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
      return { matching: { kind: 'cidr', networks }, bytes };
    }
    case 'substring':
    case 'regex': {
      const index = yield* type === 'regex' ? buildExpressionIndex(values) : buildSubstringIndex(values);
      return { matching: { kind: 'scan', find: index.find }, bytes: index.bytes };
    }
  }
}

function hostKey(entry: string): string {
  return entry.toLowerCase().replaceAll(/^\.+|\.+$/g, '');
}
