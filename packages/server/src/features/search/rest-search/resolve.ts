import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import type { SearchCriteria } from './criteria.ts';
import { type ListFilter, likePattern, readPattern } from './filter-forms.ts';

/** Names in a filter -> the ids they stand for; a name nobody knows (or the viewer may not see) has none. */
export interface ResolvedNames {
  readonly tags: ReadonlyMap<string, readonly number[]>;
  readonly organisations: ReadonlyMap<string, readonly number[]>;
}

/** Looks up the names a search holds: at most one statement for tags and one for organisations. */
export async function resolveNames(tx: Transaction, criteria: SearchCriteria): Promise<ResolvedNames> {
  const tags = [
    ...criteria.tags.flatMap((tag) => textsOf(tag.filter)),
    ...(criteria.anywhere === null || criteria.anywhere.asPart ? [] : [criteria.anywhere.text]),
  ];
  const organisations = criteria.event.flatMap((item) => (item.kind === 'organisation' ? textsOf(item.filter) : []));
  return { tags: await resolveTags(tx, tags), organisations: await resolveOrganisations(tx, organisations) };
}

function textsOf(filter: ListFilter): string[] {
  return [...filter.or, ...filter.and, ...filter.not];
}

/** Tags by id, by exact name, or by a name with wild cards; names are case-sensitive, as in MISP. */
export async function resolveTags(tx: Transaction, texts: readonly string[]): Promise<Map<string, number[]>> {
  if (texts.length === 0) return new Map();
  const distinct = [...new Set(texts)];
  const names = distinct.filter((text) => readPattern(text).kind === 'exact');
  const patterns = distinct.filter((text) => readPattern(text).kind === 'like');
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
