import type { Transaction } from '../../../database/transaction.ts';
import { attributeIdsWithin, eventHasAbove, eventIdsAbove } from './anywhere.ts';
import { attributeConditions, deletedCondition, isCounted, joinConditions } from './attribute-condition.ts';
import type { AttributeCriterion, SearchCriteria, TagCriterion } from './criteria.ts';
import { eventConditions } from './event-condition.ts';
import type { ListFilter } from './filter-forms.ts';
import { type CountRows, countBounded, countIfCheap, countIfFew, type MatchCount } from './match-count.ts';
import { type PageBounds, usualBounds } from './page-bounds.ts';
import { countRows } from './recent-counts.ts';
import { eventsLacking, type ResolvedNames, tagIds } from './resolved-names.ts';
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
 * in some milliseconds, as is what exclusions leave; only the rest is counted row by row.
 */
export async function countAttributes(tx: Transaction, search: Counted): Promise<number> {
  const sum = await sumUpBy(countRows, tx, search);
  if (sum !== null) return sum;
  const { source, values } = rowsOf(search);
  return countRows(tx, source, values);
}

/** The same for a page of them: where counting row by row takes much, a number below the real one. */
export async function countAttributesBounded(tx: Transaction, search: Counted): Promise<MatchCount> {
  const sum = await sumUp(tx, search);
  return sum === null ? countOneByOne(tx, search) : { total: sum, isExact: true };
}

/** The same of what `sumUp` does not know. */
export function countOneByOne(tx: Transaction, search: Counted, bounds: PageBounds = usualBounds): Promise<MatchCount> {
  const { source, values } = rowsOf(search);
  return countBounded(tx, source, values, bounds);
}

/**
 * The exact number where it takes no look at the rows that are found, however many; otherwise null. Searches that match
 * nothing of very much are known to be empty by it, also where only some of what they ask for is counted.
 */
export async function sumUp(tx: Transaction, search: Counted): Promise<number | null> {
  const sum = (await sumUpBy(countIfCheap, tx, search)) ?? (await sumUpBeyond(tx, search));
  if (sum !== null) return sum;
  const { criteria } = search;
  const wider = {
    ...criteria,
    attribute: criteria.attribute.filter(isCounted),
    uuids: null,
    sharingGroups: null,
    anywhere: null,
  };
  const isWider =
    wider.attribute.length < criteria.attribute.length || criteria.uuids || criteria.sharingGroups || criteria.anywhere;
  if (!isWider || wider.attribute.length + wider.event.length + wider.tags.length === 0) return null;
  return (await sumUpBy(countIfCheap, tx, { ...search, criteria: wider })) === 0 ? 0 : null;
}

async function sumUpBeyond(tx: Transaction, search: Counted): Promise<number | null> {
  const bound = withoutBound(search.criteria);
  if (bound === null) return null;
  const kept = await sumUpBy(countIfFew, tx, { ...search, criteria: bound.kept });
  const { source, values } = rowsOf({ ...search, criteria: bound.among });
  const beyond = kept === null ? null : await countIfFew(tx, source, values);
  return kept === null || beyond === null ? null : kept - beyond;
}

async function sumUpBy(count: CountRows, tx: Transaction, search: Counted): Promise<number | null> {
  const { criteria, names } = search;
  const { anywhere, tags } = criteria;
  const excluded = withoutExclusion(criteria, names);
  if (excluded !== null) {
    const kept = await sumUpBy(count, tx, { ...search, criteria: excluded.kept });
    const isOfTags = excluded.kept.tags !== criteria.tags;
    const least = count === countIfCheap && isOfTags ? countIfFew : count;
    const among = kept === null ? null : await countOf(least, tx, { ...search, criteria: excluded.among });
    return kept === null || among === null ? null : kept - among;
  }
  if (!isPlain(criteria)) return null;
  if (criteria.deleted === 'both') {
    const live = await sumUpBy(count, tx, { ...search, criteria: { ...criteria, deleted: 'live' } });
    const deleted =
      live === null || tags.length > 0 || anywhere !== null ? null : await countApart(count, tx, search, ['a.deleted']);
    return live === null || deleted === null ? null : live + deleted;
  }
  if (anywhere !== null) return names.isCommonText ? countAnywhere(count, tx, search) : null;
  const [tag, ...others] = tags;
  if (tag === undefined) return sumCounts(tx, search);
  const texts = others.length === 0 ? alternatives(tag.filter) : null;
  return texts === null ? null : countTagged(count, tx, search, tag.level, tagIds(names, texts));
}

async function countOf(count: CountRows, tx: Transaction, search: Counted): Promise<number | null> {
  const sum = await sumUpBy(count, tx, search);
  if (sum !== null) return sum;
  const { source, values } = rowsOf(search);
  return count(tx, source, values);
}

function rowsOf(search: Counted) {
  const { bind, values } = bindParameters();
  const { where, usesEvent } = attributeWhere({ ...search, bind, deletedOnlyOf: null });
  return { source: { from: usesEvent ? `${ATTRIBUTES} ${EVENT_OF_A}` : ATTRIBUTES, where }, values };
}

const ATTRIBUTES = 'visible_attributes a';
const LIVE = deletedCondition('live', 'a');
const EVENT_OF_A = 'join visible_events e on e.id = a.event_id';

/** Nothing is asked but what is counted, tags and the text everywhere left aside. */
function isPlain({ deleted, uuids, sharingGroups, attribute }: SearchCriteria): boolean {
  return deleted !== 'deleted' && uuids === null && sharingGroups === null && attribute.every(isCounted);
}

/** The texts of a filter of which any one suffices; null for other filters. */
function alternatives({ or, and, not }: ListFilter): readonly string[] | null {
  if (not.length > 0) return null;
  if (and.length === 0) return or;
  return or.length === 0 && and.length === 1 ? and : null;
}

/** A search without one of its conditions, and what that takes away from it. */
interface Exclusion {
  readonly kept: SearchCriteria;
  readonly among: SearchCriteria;
}

/** The search without its first exclusion; tags that leave few events say themselves which those are. */
function withoutExclusion(criteria: SearchCriteria, names: ResolvedNames): Exclusion | null {
  return withoutListed(criteria) ?? withoutTag(criteria, names) ?? withoutNames(criteria);
}

function withoutListed(criteria: SearchCriteria): Exclusion | null {
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
  return null;
}

function withoutTag(criteria: SearchCriteria, names: ResolvedNames): Exclusion | null {
  const tag = criteria.tags.find(
    ({ filter }) => filter.not.length > 0 && eventsLacking(names, tagIds(names, filter.not)) === null,
  );
  if (tag === undefined) return null;
  const list = (filter: ListFilter): TagCriterion[] => (isEmpty(filter) ? [] : [{ ...tag, filter }]);
  const others = criteria.tags.filter((criterion) => criterion !== tag);
  const kept = { ...criteria, tags: [...others, ...list({ ...tag.filter, not: [] })] };
  return { kept, among: { ...kept, tags: [...kept.tags, ...list(onlyOr(tag.filter.not))] } };
}

function withoutNames(criteria: SearchCriteria): Exclusion | null {
  for (const name of ['uuids', 'sharingGroups'] as const) {
    const filter = criteria[name];
    if (filter === null || filter.not.length === 0 || filter.or.length + filter.and.length > 0) continue;
    return { kept: { ...criteria, [name]: null }, among: { ...criteria, [name]: onlyOr(filter.not) } };
  }
  return null;
}

/** Every attribute has a timestamp: a time since which nearly all were changed takes away those of before. */
function withoutBound(criteria: SearchCriteria): Exclusion | null {
  const bound = criteria.attribute.find((criterion) => criterion.kind === 'range' && criterion.column === 'timestamp');
  if (bound?.kind !== 'range' || (bound.range.from === null) === (bound.range.to === null)) return null;
  const { from, to } = bound.range;
  const kept = { ...criteria, attribute: criteria.attribute.filter((criterion) => criterion !== bound) };
  if (!isPlain(kept)) return null;
  const beyond = { from: to === null ? null : to + 1, to: from === null ? null : from - 1 };
  return { kept, among: { ...kept, attribute: [...kept.attribute, { ...bound, range: beyond }] } };
}

const onlyOr = (texts: readonly string[]): ListFilter => ({ or: texts, and: [], not: [] });
const isEmpty = ({ or, and, not }: ListFilter) => or.length + and.length + not.length === 0;

/**
 * The sum over the counts of events; `also` is a further condition on the counts `c`. What is asked of type and category
 * alone is counted for all events together.
 */
async function sumCounts(
  tx: Transaction,
  { criteria, names }: Counted,
  also: (bind: Bind) => string[] = () => [],
): Promise<number> {
  const { bind, values } = bindParameters();
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  const own = criteria.attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'c', bind)));
  const join = ofEvent.length > 0 ? ' join visible_events e on e.id = c.event_id' : '';
  const further = also(bind);
  const isTogether = further.length + ofEvent.length === 0 && criteria.attribute.every(({ kind }) => kind === 'list');
  const counts = isTogether ? 'visible_attribute_uses' : 'visible_event_attribute_counts';
  const row = await tx.first<{ n: number }>(
    `select coalesce(sum(c.live), 0)::bigint as n from ${counts} c${join} where ${allOf([...own, ...ofEvent, ...further])}`,
    values,
  );
  return row?.n ?? 0;
}

/** Attributes `a` in a state that meet the plain criteria, by a further condition. */
async function countApart(
  count: CountRows,
  tx: Transaction,
  { criteria, names }: Counted,
  state: readonly string[],
  also: (bind: Bind) => string[] = () => [],
): Promise<number | null> {
  const { bind, values } = bindParameters();
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  const own = criteria.attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'a', bind)));
  const where = allOf([...state, ...own, ...ofEvent, ...also(bind)]);
  return count(tx, { from: ofEvent.length > 0 ? `${ATTRIBUTES} ${EVENT_OF_A}` : ATTRIBUTES, where }, values);
}

/** All attributes of events that carry a tag, and those that carry it themselves in other events. */
async function countTagged(
  count: CountRows,
  tx: Transaction,
  search: Counted,
  level: TagCriterion['level'],
  ids: readonly number[],
): Promise<number | null> {
  if (ids.length === 0) return 0;
  const ofEvents = await sumCounts(tx, search, (bind) => [`c.event_id in (${eventsTagged(bind(ids, 'bigint[]'))})`]);
  if (level === 'event') return ofEvents;
  const others = await countApart(count, tx, search, LIVE, (bind) => {
    const list = bind(ids, 'bigint[]');
    return [
      `a.id in (${attributesTagged(list)} and not exists (
         select from visible_event_tags v where v.event_id = t.event_id and v.tag_id = any (${list})))`,
    ];
  });
  return others === null ? null : ofEvents + others;
}

/** All attributes of events that have the text, and those that have it themselves in other events. */
async function countAnywhere(count: CountRows, tx: Transaction, search: Counted): Promise<number | null> {
  const { anywhere } = search.criteria;
  if (anywhere === null) return 0;
  const above = (bind: Bind) => eventIdsAbove(anywhere, search.names, bind);
  // A filter of events, of which the planner knows how many there are: it would look gathered ids up one by one.
  const ofEvents = await sumCounts(tx, search, (bind) => [
    `c.event_id in (select i.id from visible_events i where ${eventHasAbove(anywhere, search.names, 'i', bind)})`,
  ]);
  const others = await countApart(count, tx, search, LIVE, (bind) => [
    `a.id in (${attributeIdsWithin(anywhere, search.names, bind, (x) => `${x}.event_id not in (${above(bind)})`)})`,
  ]);
  return others === null ? null : ofEvents + others;
}
