import type { Transaction } from '../../../database/transaction.ts';
import { type TagRow, tagColumns } from './rows.ts';
import type { KnownTag, NewTag } from './tag-names.ts';

/** Serialises those who create tags, so that two writers that name the same new tags in another order cannot deadlock. */
const CREATE_LOCK = 7_246_880;

/** Visible tags of these names; `place` is the index of the name that found it. Uses tags_lower_name. */
export function selectTagsByName(tx: Transaction, names: readonly string[]): Promise<(TagRow & { place: number })[]> {
  return tx.prepared(
    `select w.place - 1 as place, ${tagColumns}
     from unnest($1::text[]) with ordinality as w (name, place) join visible_tags t on lower(t.name) = lower(w.name)`,
    [names],
  );
}

/** Visible tags of these ids. */
export function selectTagsById(tx: Transaction, ids: readonly number[]): Promise<TagRow[]> {
  return tx.prepared(`select ${tagColumns} from visible_tags t where t.id = any ($1::bigint[])`, [ids]);
}

/** Colour and number that taxonomies give to these tags, by lower-case name. Uses the indexes on lower(tag). */
export async function selectKnownTags(tx: Transaction, names: readonly string[]): Promise<Map<string, KnownTag>> {
  const rows = await tx.prepared<{ tag: string; tag_colour: string; numerical_value: number | null }>(
    `select tag, tag_colour, numerical_value from taxonomy_entries where lower(tag) = any ($1::text[])
     union all
     select tag, tag_colour, numerical_value from taxonomy_predicates where tag is not null and lower(tag) = any ($1::text[])`,
    [names.map((name) => name.toLowerCase())],
  );
  return new Map(
    rows.map((row) => [row.tag.toLowerCase(), { colour: row.tag_colour, numericalValue: row.numerical_value }]),
  );
}

/**
 * Creates the tags that do not exist yet and returns those. A name that another transaction creates meanwhile, or
 * that exists out of the viewer's sight, is left out without an error.
 */
export async function insertTags(tx: Transaction, tags: readonly (NewTag & { hidden?: boolean })[]): Promise<TagRow[]> {
  await tx.execute('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
  return tx.query<TagRow>(
    `insert into visible_tags as t (name, colour, numerical_value, is_galaxy, is_custom_galaxy, hide_tag)
     select * from unnest($1::text[], $2::text[], $3::integer[], $4::boolean[], $5::boolean[], $6::boolean[])
     on conflict do nothing returning ${tagColumns}`,
    [
      tags.map((tag) => tag.name),
      tags.map((tag) => tag.colour),
      tags.map((tag) => tag.numericalValue),
      tags.map((tag) => tag.isGalaxy),
      tags.map((tag) => tag.isCustomGalaxy),
      tags.map((tag) => tag.hidden ?? false),
    ],
  );
}
