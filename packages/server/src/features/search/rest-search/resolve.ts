import { readUuid } from '@magpie/model';
import { likePattern } from '../../../database/like-pattern.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { attributeIdsAnywhere } from './anywhere.ts';
import type { SearchCriteria } from './criteria.ts';
import type { ListFilter } from './filter-forms.ts';
import { expected } from './page-sql.ts';
import { areCommon, GATHERED_ROWS, lackingKey, type ResolvedNames, tagIds } from './resolved-names.ts';
import { bindParameters } from './sql-text.ts';

/** What an event counts for among the uses of a tag: about as many attributes as events have. */
const EVENT_WEIGHT = 100;

/** In the planner's units: what gathering a text may take. */
const GATHERING_COST = 40_000;

/** Events that are named one by one in place of tags that all others carry. */
const FEW_EVENTS = 100;

/** Looks up the names a search holds, and how much of the data they stand for. */
export async function resolveNames(tx: Transaction, criteria: SearchCriteria): Promise<ResolvedNames> {
  const tags = [
    ...criteria.tags.flatMap((tag) => textsOf(tag.filter)),
    ...(criteria.anywhere === null || criteria.anywhere.asPart ? [] : [criteria.anywhere.text]),
  ];
  const organisations = criteria.event.flatMap((item) => (item.kind === 'organisation' ? textsOf(item.filter) : []));
  const byTag = await resolveTags(tx, tags);
  const tagUses = criteria.tags.length === 0 ? new Map<number, number>() : await usesOf(tx, [...byTag.values()].flat());
  const excluded = criteria.tags.map(({ filter }) => tagIds({ tags: byTag }, filter.not));
  return {
    tags: byTag,
    organisations: await resolveOrganisations(tx, organisations),
    tagUses,
    isCommonText: await isCommonText(tx, criteria, byTag),
    lacking: await findLacking(
      tx,
      excluded.filter((ids) => areCommon({ tagUses }, ids)),
    ),
  };
}

/**
 * Of each group of tags the events that carry none of them, where those are few: searches that exclude what nearly
 * everything carries look at these events alone, and do not go through all others in vain.
 */
export async function findLacking(
  tx: Transaction,
  excluded: readonly (readonly number[])[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const lacking = new Map<string, readonly number[]>();
  for (const ids of excluded) {
    const rows = await tx.query<{ id: number }>(
      `select e.id from visible_events e where not exists (
         select from visible_event_tags t where t.event_id = e.id and t.tag_id = any ($1::bigint[])) limit $2`,
      [ids, FEW_EVENTS + 1],
    );
    if (rows.length > FEW_EVENTS) continue;
    lacking.set(
      lackingKey(ids),
      rows.map(({ id }) => id),
    );
  }
  return lacking;
}

async function usesOf(tx: Transaction, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: number; uses: number }>(
    `select tag_id as id, sum(attributes + ${EVENT_WEIGHT} * events)::bigint as uses from visible_tag_uses
     where tag_id = any ($1::bigint[]) group by 1`,
    [ids],
  );
  return new Map(rows.map(({ id, uses }) => [id, uses]));
}

/** By the planner's estimate. */
async function isCommonText(
  tx: Transaction,
  { anywhere }: SearchCriteria,
  tags: ResolvedNames['tags'],
): Promise<boolean> {
  if (anywhere === null) return false;
  const { bind, values } = bindParameters();
  const { rows, cost } = await expected(tx, attributeIdsAnywhere(anywhere, { tags }, bind), values);
  return rows > GATHERED_ROWS || cost > GATHERING_COST;
}

function textsOf(filter: ListFilter): string[] {
  return [...filter.or, ...filter.and, ...filter.not];
}

/**
 * Tags by id, by exact name, or by a name with wild cards; names are case-sensitive, as in MISP. Other than in values, a
 * `%` counts anywhere: `misp-galaxy:threat-actor="%"` is every cluster of the galaxy.
 */
export async function resolveTags(tx: Transaction, texts: readonly string[]): Promise<Map<string, number[]>> {
  if (texts.length === 0) return new Map();
  const distinct = [...new Set(texts)];
  const names = distinct.filter((text) => !text.includes('%'));
  const patterns = distinct.filter((text) => text.includes('%'));
  const ids = names.flatMap((text) => readId(text) ?? []);
  // Each branch by its index: tags_pkey, tags_lower_name, tags_name_trigrams.
  const rows = await tx.query<{ text: string; id: number }>(
    `select id::text as text, id from visible_tags where id = any ($1::bigint[])
     union select w.name, t.id from unnest($2::text[]) as w (name)
       join visible_tags t on lower(t.name) = lower(w.name) and t.name = w.name
     union select w.name, t.id from unnest($3::text[], $4::text[]) as w (name, pattern)
       join visible_tags t on lower(t.name) like lower(w.pattern) and t.name like w.pattern`,
    [ids, names, patterns, patterns.map(likePattern)],
  );
  return groupIds(rows);
}

async function resolveOrganisations(tx: Transaction, texts: readonly string[]): Promise<Map<string, number[]>> {
  if (texts.length === 0) return new Map();
  const distinct = [...new Set(texts)];
  const ids = distinct.flatMap((text) => readId(text) ?? []);
  const uuids = distinct.flatMap((text) => readUuid(text) ?? []);
  const rows = await tx.query<{ text: string; id: number }>(
    `select id::text as text, id from organisations where id = any ($1::bigint[])
     union select w.text, o.id from unnest($2::text[]) as w (text)
       join organisations o on lower(o.name) = lower(w.text) and o.name = w.text
     union select uuid::text, id from organisations where uuid = any ($3::uuid[])`,
    [ids, distinct, uuids],
  );
  const found = groupIds(rows);
  // uuids may have been written in upper case.
  return new Map(distinct.map((text) => [text, found.get(text) ?? found.get(text.toLowerCase()) ?? []]));
}

function groupIds(rows: readonly { text: string; id: number }[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { text, id } of rows) found.set(text, [...(found.get(text) ?? []), id]);
  return found;
}
