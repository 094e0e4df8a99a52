import type { TagRow } from '../tags/rows.ts';
import { tagWire } from '../tags/wire.ts';
import type { TaxonomyRow, TaxonomyTagRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** A taxonomy in MISP's JSON. */
export function taxonomyWire(taxonomy: Omit<TaxonomyRow, 'expanded'>): Wire {
  return {
    id: String(taxonomy.id),
    namespace: taxonomy.namespace,
    description: taxonomy.description,
    version: String(taxonomy.version),
    enabled: taxonomy.enabled,
    exclusive: taxonomy.exclusive,
    required: taxonomy.required,
    highlighted: taxonomy.highlighted,
  };
}

/** A tag that a taxonomy offers; `existing` is the tag of that name, if there is one. */
export function taxonomyEntryWire(row: TaxonomyTagRow, existing: TagRow | undefined): Wire {
  const isTriple = row.value !== null;
  const own = row.expanded ?? row.value ?? row.predicate;
  return {
    tag: row.tag,
    expanded: isTriple ? `${row.predicate_expanded ?? row.predicate}: ${own}` : own,
    ...(isTriple ? { exclusive_predicate: row.exclusive ?? false } : {}),
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.colour === null ? {} : { colour: row.colour }),
    ...(row.numerical_value === null ? {} : { numerical_value: String(row.numerical_value) }),
    existing_tag: existing === undefined ? false : { Tag: tagWire(existing) },
  };
}

/** A predicate or entry as it stands in the library's file. */
export interface LabelRow {
  value: string;
  expanded: string | null;
  description: string | null;
  colour: string | null;
  numerical_value: number | null;
}

/** A predicate as stored; entries name it by its position. */
export interface PredicateRow extends LabelRow {
  position: number;
  exclusive: boolean | null;
}

/** An entry as stored, by the position of its predicate. */
export interface EntryRow extends LabelRow {
  predicate_position: number;
}

/** A taxonomy in the form of its library file, so that it can be imported elsewhere. */
export function machineTagWire(
  taxonomy: TaxonomyRow,
  predicates: readonly PredicateRow[],
  entries: readonly EntryRow[],
): Wire {
  const values = predicates.flatMap((predicate) => {
    const own = entries.filter((entry) => entry.predicate_position === predicate.position);
    return own.length === 0 ? [] : [{ predicate: predicate.value, entry: own.map(labelWire) }];
  });
  return {
    namespace: taxonomy.namespace,
    description: taxonomy.description,
    version: taxonomy.version,
    exclusive: taxonomy.exclusive,
    predicates: predicates.map((predicate) => ({
      ...labelWire(predicate),
      ...(predicate.exclusive ? { exclusive: true } : {}),
    })),
    ...(values.length === 0 ? {} : { values }),
  };
}

function labelWire(row: LabelRow): Wire {
  return {
    value: row.value,
    ...(row.expanded === null ? {} : { expanded: row.expanded }),
    ...(row.colour === null ? {} : { colour: row.colour }),
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.numerical_value === null ? {} : { numerical_value: row.numerical_value }),
  };
}
