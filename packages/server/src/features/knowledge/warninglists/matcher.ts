import { parseRange } from './address-range.ts';
import { buildExpressionIndex, linearExpression } from './matching/expression-index.ts';
import { buildNetworkIndex } from './matching/network-index.ts';
import { buildSubstringIndex } from './matching/substring-index.ts';
import { buildTextIndex, type TextIndex } from './matching/text-index.ts';
import { TextTable } from './matching/text-table.ts';
import type { ValueProbe } from './matching/value-probe.ts';

/** How a list's entries are compared; see `MatcherBuilder`. */
export type WarninglistType = 'cidr' | 'hostname' | 'string' | 'substring' | 'regex';

/** An entry of a list. */
export interface WarninglistEntry {
  value: string;
  comment: string | null;
}

/** A list in memory. */
export interface Matcher {
  /** The first entry of the list that the value meets, null for none. */
  match(value: ValueProbe): WarninglistEntry | null;
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
 */
export interface MatcherBuilder {
  add(entry: WarninglistEntry): void;
  /** Compiles what was added; yields every some milliseconds, so that other work can run in between. */
  compile(): Generator<void, Matcher>;
}

/** Begins a list. */
export function createMatcherBuilder(type: WarninglistType): MatcherBuilder {
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
      const { find, bytes } = yield* compileFind(type, values);
      return {
        match(value) {
          const place = find(value);
          return place === -1 ? null : { value: values.at(place), comment: comments.get(place) ?? null };
        },
        bytes: values.bytes + bytes + sum([...comments.values()].map((text) => 2 * text.length + 32)),
      };
    },
  };
}

/** A list compiled in one go: for lists that are known to be short. */
export function compileMatcher(type: WarninglistType, entries: Iterable<WarninglistEntry>): Matcher {
  const builder = createMatcherBuilder(type);
  for (const entry of entries) builder.add(entry);
  const steps = builder.compile();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** False for an entry that could never match: no address in a `cidr` list, no linear expression in a `regex` list. */
export function isUsableEntry(type: WarninglistType, value: string): boolean {
  if (type === 'cidr') return parseRange(value) !== null;
  return type === 'regex' ? linearExpression(value) !== null : value !== '';
}

interface Finding {
  readonly find: (value: ValueProbe) => number;
  readonly bytes: number;
}

function* compileFind(type: WarninglistType, values: TextTable): Generator<void, Finding> {
  switch (type) {
    case 'string': {
      const index = yield* buildTextIndex(values);
      return { find: (value) => index.find(value.hash, value.text, 0, value.text.length), bytes: index.bytes };
    }
    case 'hostname': {
      const index = yield* buildTextIndex(values, (text) => text.toLowerCase().replaceAll(/^\.+|\.+$/g, ''));
      return { find: (value) => findSuffix(index, value), bytes: index.bytes };
    }
    case 'substring': {
      const index = yield* buildSubstringIndex(values);
      return { find: (value) => index.find(value.text), bytes: index.bytes };
    }
    case 'cidr': {
      const index = yield* buildNetworkIndex(values);
      return { find: ({ address }) => (address === null ? -1 : index.find(address)), bytes: index.bytes };
    }
    case 'regex': {
      const index = yield* buildExpressionIndex(values);
      return { find: (value) => index.find(value.text), bytes: index.bytes };
    }
  }
}

function findSuffix(index: TextIndex, value: ValueProbe): number {
  const { host, starts, hashes } = value.host;
  for (let order = 0; order < starts.length; order += 1) {
    const place = index.find(hashes[order] ?? 0, host, starts[order] ?? 0, host.length);
    if (place !== -1) return place;
  }
  return -1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
