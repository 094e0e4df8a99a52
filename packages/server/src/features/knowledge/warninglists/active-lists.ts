import type { Matcher, WarninglistEntry } from './matcher.ts';
import { ValueProbe } from './matching/value-probe.ts';

/** An enabled list, ready to be asked. */
export interface ActiveWarninglist {
  readonly id: number;
  readonly name: string;
  readonly category: 'false_positive' | 'known';
  /** Attribute types it applies to; `ALL` stands for every one. */
  readonly types: ReadonlySet<string>;
  readonly matcher: Matcher;
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

/** Puts lists together. */
export function gatherActiveLists(lists: readonly ActiveWarninglist[]): ActiveWarninglists {
  const forType = new Map<string, readonly ActiveWarninglist[]>();

  function listsFor(type: string | null): readonly ActiveWarninglist[] {
    if (type === null) return lists;
    const known = forType.get(type);
    if (known) return known;
    const found = lists.filter((list) => list.types.has('ALL') || list.types.has(type));
    forType.set(type, found);
    return found;
  }

  return {
    lists,
    hits(value, attributeType) {
      const probe = new ValueProbe(value);
      const hits: WarninglistHit[] = [];
      for (const list of listsFor(attributeType)) {
        const entry = list.matcher.match(probe);
        if (entry !== null) hits.push({ list, entry });
      }
      return hits;
    },
    bytes: lists.reduce((sum, list) => sum + list.matcher.bytes, 0),
  };
}
