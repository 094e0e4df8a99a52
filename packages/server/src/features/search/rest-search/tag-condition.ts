import type { TagCriterion } from './criteria.ts';
import { areCommon, eventsLacking, type ResolvedNames, tagIds } from './resolved-names.ts';
import type { Bind } from './sql-text.ts';

/**
 * Tags that an attribute or its event carries. `and` is real here: every name must be found. `ofObjects`: only attributes
 * of objects are asked for, so that the others of an event need not be gathered.
 */
export function attributeTagConditions(
  criterion: TagCriterion,
  names: ResolvedNames,
  a: string,
  bind: Bind,
  { ofObjects = false } = {},
): string[] {
  const { filter, level } = criterion;
  const onEvent = (ids: readonly number[]) => `${a}.event_id in (${eventsTagged(bind(ids, 'bigint[]'))})`;
  const onAttribute = (ids: readonly number[]) =>
    `exists (select from visible_attribute_tags t where t.attribute_id = ${a}.id and t.tag_id = any (${bind(ids, 'bigint[]')}))`;
  const carries = (texts: readonly string[]) => {
    const ids = tagIds(names, texts);
    if (ids.length === 0) return 'false';
    if (level === 'event') return onEvent(ids);
    if (areCommon(names, ids)) return `(${onEvent(ids)} or ${onAttribute(ids)})`;
    // A union, not OR: the planner turns OR of two sub-queries into a scan of everything.
    const ofEvents = (ofObjects ? attributesOfObjectsIn : attributesIn)(eventsTagged(bind(ids, 'bigint[]')));
    return `${a}.id in (${attributesTagged(bind(ids, 'bigint[]'))} union all ${ofEvents})`;
  };
  const lacks = (texts: readonly string[]) => {
    const ids = tagIds(names, texts);
    if (ids.length === 0) return [];
    const events = eventsLacking(names, ids);
    return [
      events === null
        ? `not exists (select from visible_event_tags t where t.event_id = ${a}.event_id and t.tag_id = any (${bind(ids, 'bigint[]')}))`
        : amongEvents(`${a}.event_id`, events, bind),
      ...(level === 'event' ? [] : [`not ${onAttribute(ids)}`]),
    ];
  };
  return [
    ...(filter.or.length > 0 ? [carries(filter.or)] : []),
    ...filter.and.map((text) => carries([text])),
    ...lacks(filter.not),
  ];
}

/** Tags that an event or any live attribute of it carries; `not` looks at the event's own only. */
export function eventTagConditions(criterion: TagCriterion, names: ResolvedNames, e: string, bind: Bind): string[] {
  const { filter, level } = criterion;
  const carries = (texts: readonly string[]) => {
    const ids = tagIds(names, texts);
    if (ids.length === 0) return 'false';
    const onEvent = eventsTagged(bind(ids, 'bigint[]'));
    if (level === 'event') return `${e}.id in (${onEvent})`;
    const onAttribute = `select t.event_id from visible_attribute_tags t join visible_attributes x on x.id = t.attribute_id
      where t.tag_id = any (${bind(ids, 'bigint[]')}) and not x.deleted`;
    if (areCommon(names, ids)) return `(${e}.id in (${onEvent}) or exists (${onAttribute} and t.event_id = ${e}.id))`;
    return `${e}.id in (${onEvent} union all ${onAttribute})`;
  };
  const excluded = tagIds(names, filter.not);
  const left = eventsLacking(names, excluded);
  return [
    ...(filter.or.length > 0 ? [carries(filter.or)] : []),
    ...filter.and.map((text) => carries([text])),
    ...(excluded.length > 0
      ? [
          left === null
            ? `not exists (select from visible_event_tags t where t.event_id = ${e}.id and t.tag_id = any (${bind(excluded, 'bigint[]')}))`
            : amongEvents(`${e}.id`, left, bind),
        ]
      : []),
  ];
}

/** An empty list is said plainly: the planner expects something of an empty array. */
function amongEvents(column: string, ids: readonly number[], bind: Bind): string {
  return ids.length === 0 ? 'false' : `${column} = any (${bind(ids, 'bigint[]')})`;
}

function attributesIn(events: string): string {
  return `select x.id from visible_attributes x where x.event_id in (${events})`;
}

function attributesOfObjectsIn(events: string): string {
  return `select x.id from visible_objects y join visible_attributes x on x.object_id = y.id and x.object_id <> 0
    where y.event_id in (${events})`;
}

/** Ids of events that carry one of the tags themselves. */
export function eventsTagged(ids: string): string {
  return `select t.event_id from visible_event_tags t where t.tag_id = any (${ids})`;
}

/** Ids of attributes that carry one of the tags themselves. */
export function attributesTagged(ids: string): string {
  return `select t.attribute_id from visible_attribute_tags t where t.tag_id = any (${ids})`;
}
