import type { Transaction } from '../../../database/transaction.ts';
import { type TagRow, tagColumns } from '../tags/rows.ts';
import type { EntryRow, PredicateRow } from './wire.ts';

/** A taxonomy as stored. */
export interface TaxonomyRow {
  id: number;
  namespace: string;
  expanded: string;
  description: string;
  version: number;
  enabled: boolean;
  exclusive: boolean;
  required: boolean;
  highlighted: boolean;
}

/** A tag that a taxonomy offers. */
export interface TaxonomyTagRow {
  tag: string;
  predicate: string;
  /** Null in tags of two parts. */
  value: string | null;
  expanded: string | null;
  predicate_expanded: string | null;
  description: string | null;
  colour: string | null;
  tag_colour: string;
  exclusive: boolean | null;
  numerical_value: number | null;
}

const columns = `t.id, t.namespace, t.expanded, t.description, t.version, t.enabled, t.exclusive, t.required, t.highlighted`;

/** The taxonomy with this id or namespace. */
export function selectTaxonomy(
  tx: Transaction,
  key: { id: number } | { namespace: string },
): Promise<TaxonomyRow | null> {
  return 'id' in key
    ? tx.first<TaxonomyRow>(`select ${columns} from taxonomies t where id = $1`, [key.id])
    : tx.first<TaxonomyRow>(`select ${columns} from taxonomies t where lower(namespace) = lower($1)`, [key.namespace]);
}

/** Taxonomies with how many tags they offer and how many of those the viewer has. One pass over all, ten thousand rows. */
export function selectTaxonomies(
  tx: Transaction,
  filter: { enabled: boolean | null; part: string | null },
): Promise<(TaxonomyRow & { total: number; existing: number })[]> {
  return tx.query(
    `with offered as (
       select o.taxonomy_id, count(*) as total, count(t.id) as existing
       from taxonomy_tags o left join visible_tags t on lower(t.name) = lower(o.tag) group by 1)
     select ${columns}, coalesce(o.total, 0) as total, coalesce(o.existing, 0) as existing
     from taxonomies t left join offered o on o.taxonomy_id = t.id
     where ($1::boolean is null or t.enabled = $1)
       and ($2::text is null or strpos(lower(t.namespace || ' ' || t.expanded || ' ' || t.description), lower($2)) > 0)
     order by t.id`,
    [filter.enabled, filter.part],
  );
}

/** What a taxonomy offers, in the order of its file. */
export function selectTaxonomyTags(tx: Transaction, taxonomyId: number): Promise<TaxonomyTagRow[]> {
  return tx.query<TaxonomyTagRow>(
    `select tag, predicate, value, expanded, predicate_expanded, description, colour, tag_colour, exclusive,
       numerical_value
     from taxonomy_tags where taxonomy_id = $1 order by predicate_position, position`,
    [taxonomyId],
  );
}

/** Visible tags of these names, by lower-case name. */
export async function selectExistingTags(tx: Transaction, names: readonly string[]): Promise<Map<string, TagRow>> {
  const rows = await tx.query<TagRow>(
    `select ${tagColumns} from visible_tags t where lower(t.name) = any (select lower(n) from unnest($1::text[]) as n)`,
    [names],
  );
  return new Map(rows.map((row) => [row.name.toLowerCase(), row]));
}

/** What a taxonomy says of a tag that it offers. */
export interface TaxonomyOfTag {
  namespace: string;
  /** Of the taxonomy. */
  taxonomy_description: string;
  /** Of the value of the tag; null where it has none, or nothing is said. */
  description: string | null;
}

/** The taxonomies that offer tags of these names, by lower-case name. */
export async function selectTaxonomiesOfTags(
  tx: Transaction,
  names: readonly string[],
): Promise<Map<string, TaxonomyOfTag>> {
  const rows = await tx.query<TaxonomyOfTag & { tag: string }>(
    `select o.tag, t.namespace, t.description as taxonomy_description,
       case when o.value is not null then o.description end as description
     from taxonomy_tags o join taxonomies t on t.id = o.taxonomy_id
     where lower(o.tag) = any (select lower(n) from unnest($1::text[]) as n)`,
    [names],
  );
  return new Map(rows.map((row) => [row.tag.toLowerCase(), row]));
}

/** The parts of a taxonomy's file. */
export async function selectParts(
  tx: Transaction,
  taxonomyId: number,
): Promise<{ predicates: PredicateRow[]; entries: EntryRow[] }> {
  return {
    predicates: await tx.query<PredicateRow>(
      `select position, value, expanded, description, colour, exclusive, numerical_value
       from taxonomy_predicates where taxonomy_id = $1 order by position`,
      [taxonomyId],
    ),
    entries: await tx.query<EntryRow>(
      `select predicate_position, value, expanded, description, colour, numerical_value
       from taxonomy_entries where taxonomy_id = $1 order by predicate_position, position`,
      [taxonomyId],
    ),
  };
}
