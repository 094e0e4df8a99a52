import type { Transaction } from '../../../database/transaction.ts';
import { attributeIdsWithin, eventIdsAbove } from './anywhere.ts';
import { attributeConditions, deletedCondition, isCounted, joinConditions } from './attribute-condition.ts';
import type { AttributeCriterion, SearchCriteria, TagCriterion } from './criteria.ts';
import { eventConditions } from './event-condition.ts';
import type { ListFilter } from './filter-forms.ts';
import { countRows } from './recent-counts.ts';
import { type ResolvedNames, tagIds } from './resolved-names.ts';
import { allOf, type Bind, bindParameters } from './sql-text.ts';
import { attributesTagged, eventsTagged } from './tag-condition.ts';
import { attributeWhere } from './where.ts';

/** A search whose matches are counted. */
interface Counted {
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
}

/**
 * The exact number of attributes that a search finds. What is asked of all attributes of an event alike (its own row,
 * its tags), or is counted as attributes are written (type, category, to_ids), is summed up from `event_attribute_counts`
 * in some milliseconds, as is what a single exclusion leaves; only the rest is counted row by row.
 */
export async function countAttributes(tx: Transaction, search: Counted): Promise<number> {
  return (await sumUp(tx, search)) ?? countRowByRow(tx, search);
}

/**
 * The same where it takes no look at the rows that are found, however many; otherwise null. Searches that match nearly
 * nothing of very much are known to be empty by it.
 */
export async function sumUp(tx: Transaction, search: Counted): Promise<number | null> {
  const { criteria, names } = search;
  const { anywhere, tags } = criteria;
  const excluded = withoutExclusion(criteria);
  if (excluded !== null) {
    const kept = isPlain(excluded.kept) ? await sumUp(tx, { ...search, criteria: excluded.kept }) : null;
    return kept === null ? null : kept - (await countAttributes(tx, { ...search, criteria: excluded.among }));
  }
  if (!isPlain(criteria)) return null;
  if (anywhere !== null) return names.isCommonText ? countAnywhere(tx, search) : null;
  const [tag, ...others] = tags;
  if (tag === undefined) return sumCounts(tx, search);
  const texts = others.length === 0 ? alternatives(tag.filter) : null;
  return texts === null ? null : countTagged(tx, search, tag.level, tagIds(names, texts));
}

function countRowByRow(tx: Transaction, search: Counted): Promise<number> {
  const { bind, values } = bindParameters();
  const { where, usesEvent } = attributeWhere({ ...search, bind, deletedOnlyOf: null });
  return countRows(tx, { from: usesEvent ? `${ATTRIBUTES} ${EVENT_OF_A}` : ATTRIBUTES, where }, values);
}

const ATTRIBUTES = 'visible_attributes a';
const EVENT_OF_A = 'join visible_events e on e.id = a.event_id';

/** Nothing is asked but what is counted, tags and the text everywhere left aside. */
function isPlain({ deleted, uuids, sharingGroups, attribute }: SearchCriteria): boolean {
  return deleted === 'live' && uuids === null && sharingGroups === null && attribute.every(isCounted);
}

/** The texts of a filter of which any one suffices; null for other filters. */
function alternatives({ or, and, not }: ListFilter): readonly string[] | null {
  if (not.length > 0) return null;
  if (and.length === 0) return or;
  return or.length === 0 && and.length === 1 ? and : null;
}

/** The search without its first exclusion, and what that takes away from it. */
function withoutExclusion(criteria: SearchCriteria): { kept: SearchCriteria; among: SearchCriteria } | null {
  const attribute = criteria.attribute.find(
    (criterion) => criterion.kind === 'list' && !isCounted(criterion) && criterion.filter.not.length > 0,
  );
  if (attribute?.kind === 'list') {
    const list = (filter: ListFilter): AttributeCriterion[] => (isEmpty(filter) ? [] : [{ ...attribute, filter }]);
    const others = criteria.attribute.filter((criterion) => criterion !== attribute);
    const kept = { ...criteria, attribute: [...others, ...list({ ...attribute.filter, not: [] })] };
    const among = { ...kept, attribute: [...kept.attribute, ...list(onlyOr(attribute.filter.not))] };
    return { kept, among };
  }
  const tag = criteria.tags.find(({ filter }) => filter.not.length > 0);
  if (tag === undefined) return null;
  const list = (filter: ListFilter): TagCriterion[] => (isEmpty(filter) ? [] : [{ ...tag, filter }]);
  const others = criteria.tags.filter((criterion) => criterion !== tag);
  const kept = { ...criteria, tags: [...others, ...list({ ...tag.filter, not: [] })] };
  return { kept, among: { ...kept, tags: [...kept.tags, ...list(onlyOr(tag.filter.not))] } };
}

const onlyOr = (texts: readonly string[]): ListFilter => ({ or: texts, and: [], not: [] });
const isEmpty = ({ or, and, not }: ListFilter) => or.length + and.length + not.length === 0;

/** The sum over the counts of events; `also` is a further condition on the counts `c`. */
async function sumCounts(
  tx: Transaction,
  { criteria, names }: Counted,
  also: (bind: Bind) => string[] = () => [],
): Promise<number> {
  const { bind, values } = bindParameters();
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  const own = criteria.attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'c', bind)));
  const join = ofEvent.length > 0 ? ' join visible_events e on e.id = c.event_id' : '';
  const row = await tx.first<{ n: number }>(
    `select coalesce(sum(c.live), 0)::bigint as n from visible_event_attribute_counts c${join}
     where ${allOf([...own, ...ofEvent, ...also(bind)])}`,
    values,
  );
  return row?.n ?? 0;
}

/** Live attributes that meet the plain criteria, by a further condition on `a`. */
async function countApart(tx: Transaction, { criteria, names }: Counted, also: (bind: Bind) => string[]) {
  const { bind, values } = bindParameters();
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  const own = criteria.attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'a', bind)));
  const where = allOf([...deletedCondition('live', 'a'), ...own, ...ofEvent, ...also(bind)]);
  return countRows(tx, { from: ofEvent.length > 0 ? `${ATTRIBUTES} ${EVENT_OF_A}` : ATTRIBUTES, where }, values);
}

/** All attributes of events that carry a tag, and those that carry it themselves in other events. */
async function countTagged(
  tx: Transaction,
  search: Counted,
  level: TagCriterion['level'],
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const ofEvents = await sumCounts(tx, search, (bind) => [`c.event_id in (${eventsTagged(bind(ids, 'bigint[]'))})`]);
  if (level === 'event') return ofEvents;
  const others = await countApart(tx, search, (bind) => {
    const list = bind(ids, 'bigint[]');
    return [
      `a.id in (${attributesTagged(list)} and not exists (
         select from visible_event_tags v where v.event_id = t.event_id and v.tag_id = any (${list})))`,
    ];
  });
  return ofEvents + others;
}

/** All attributes of events that have the text, and those that have it themselves in other events. */
async function countAnywhere(tx: Transaction, search: Counted): Promise<number> {
  const { anywhere } = search.criteria;
  if (anywhere === null) return 0;
  const above = (bind: Bind) => eventIdsAbove(anywhere, search.names, bind);
  const ofEvents = await sumCounts(tx, search, (bind) => [`c.event_id in (${above(bind)})`]);
  const others = await countApart(tx, search, (bind) => [
    `a.id in (${attributeIdsWithin(anywhere, search.names, bind, (x) => `${x}.event_id not in (${above(bind)})`)})`,
  ]);
  return ofEvents + others;
}
