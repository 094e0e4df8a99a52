import { attributeAnywhere, eventAnywhere } from './anywhere.ts';
import {
  attributeConditions,
  deletedCondition,
  isCounted,
  joinConditions,
  listConditions,
  rangeCondition,
  readUuids,
  textCondition,
} from './attribute-condition.ts';
import type { AttributeCriterion, DeletedState, ObjectCriterion, SearchCriteria } from './criteria.ts';
import { eventConditions, numberCondition } from './event-condition.ts';
import type { ResolvedNames } from './resolved-names.ts';
import { allOf, type Bind } from './sql-text.ts';
import { attributeTagConditions, eventTagConditions } from './tag-condition.ts';

/** What a where-clause is made from. */
export interface WhereInput {
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
  readonly bind: Bind;
  /** Whose soft-deleted elements the viewer may see in events and objects; null: everyone's (attributes, site admins). */
  readonly deletedOnlyOf: number | null;
  /** The cursor that is set on the events as well: counts need not be read from the first event on. */
  readonly afterId?: number | null;
  /** Of each object its attributes are looked at, instead of gathering the objects of all attributes that match. */
  readonly oneByOne?: boolean;
}

/** Conditions on attributes `a` and their event `e`; `usesEvent` tells whether `e` must be joined. */
export function attributeWhere(input: WhereInput): { where: string; usesEvent: boolean } {
  const { criteria, names, bind } = input;
  const own = [
    ...deletedCondition(criteria.deleted, 'a'),
    // An attribute deleted alone, in an object that still lives, is not reported (measured on MISP).
    ...(criteria.deleted === 'deleted'
      ? ['(a.object_id = 0 or exists (select from visible_objects o where o.id = a.object_id and o.deleted))']
      : []),
    ...criteria.attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'a', bind))),
    ...criteria.tags.flatMap((criterion) => attributeTagConditions(criterion, names, 'a', bind)),
    ...uuidConditions(criteria, bind),
    ...groupConditions(criteria, bind),
    ...(criteria.anywhere === null ? [] : [attributeAnywhere(criteria.anywhere, names, 'a', bind)]),
  ];
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  return { where: allOf([...own, ...ofEvent]), usesEvent: ofEvent.length > 0 };
}

function uuidConditions({ uuids }: SearchCriteria, bind: Bind): string[] {
  if (uuids === null) return [];
  return joinConditions(
    listConditions(uuids, (texts) => {
      const list = bind(readUuids(texts), 'uuid[]');
      return `(a.uuid = any (${list}) or a.event_id = any (array(select x.id from visible_events x where x.uuid = any (${list}))))`;
    }),
  );
}

function groupConditions({ sharingGroups }: SearchCriteria, bind: Bind): string[] {
  if (sharingGroups === null) return [];
  return joinConditions(
    listConditions(sharingGroups, (texts) => {
      // The indexes hold only what has a group.
      const inGroup = (alias: string) =>
        `${texts.includes('0') ? '' : `${alias}.sharing_group_id <> 0 and `}${numberCondition(`${alias}.sharing_group_id`, texts, bind)}`;
      return `((${inGroup('a')}) or a.event_id = any (array(select x.id from visible_events x where ${inGroup('x')})))`;
    }),
  );
}

/** Conditions on events `e`. Every attribute criterion may be met by another attribute of the event, as in MISP. */
export function eventWhere(input: WhereInput): string {
  const { criteria, names, bind } = input;
  const holds = (condition: string) =>
    `select x.event_id from visible_attributes x where ${allOf([...matchable(input, 'x', 'e'), condition])}`;
  const counts = (condition: string) => {
    const behind = input.afterId ? [`x.event_id > ${bind(input.afterId, 'bigint')}`] : [];
    return `select x.event_id from visible_event_attribute_counts x where ${allOf(['x.live > 0', ...behind, condition])}`;
  };
  // Not "not in": the planner may look an event's attributes through until one is found, or gather them all.
  const lacks = (rows: (condition: string) => string) => (condition: string) =>
    `not exists (${rows(condition)} and x.event_id = e.id)`;
  return allOf([
    ...criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind)),
    ...criteria.tags.flatMap((criterion) => eventTagConditions(criterion, names, 'e', bind)),
    ...criteria.attribute.flatMap((criterion) => {
      const { positive, negative } = attributeConditions(criterion, 'x', bind);
      const has = criteria.deleted === 'live' && isCounted(criterion) ? counts : holds;
      return [...positive.map((condition) => `e.id in (${has(condition)})`), ...negative.map(lacks(has))];
    }),
    ...(criteria.uuids === null
      ? []
      : joinConditions(
          listConditions(criteria.uuids, (texts) => {
            const list = bind(readUuids(texts), 'uuid[]');
            return `(e.uuid = any (${list}) or e.id = any (array(select x.event_id from visible_attributes x
              where x.uuid = any (${list}) and not x.deleted)))`;
          }),
        )),
    ...(criteria.anywhere === null ? [] : [eventAnywhere(criteria.anywhere, names, bind)]),
  ]);
}

/** Attributes or objects whose match may count: live ones, or deleted ones that are asked for and may be seen. */
function matchable(input: WhereInput, a: string, e: string): string[] {
  const state: DeletedState = input.criteria.deleted;
  if (state === 'live' || input.deletedOnlyOf === null) return deletedCondition(state, a);
  const own = `${e}.org_id = ${input.bind(input.deletedOnlyOf, 'bigint')}`;
  return state === 'deleted' ? [`${a}.deleted`, own] : [`(not ${a}.deleted or ${own})`];
}

/** Conditions on objects `o` and their event `e`; one attribute of the object must meet all attribute criteria. */
export function objectWhere(input: WhereInput): { where: string; usesEvent: boolean } {
  const { criteria, names, bind } = input;
  const isRestricted = criteria.deleted !== 'live' && input.deletedOnlyOf !== null;
  const deletion = matchable(input, 'o', 'e');
  const ofEvent = criteria.event.flatMap((criterion) => eventConditions(criterion, names, 'e', bind));
  const where = [
    ...deletion,
    ...criteria.object.flatMap((criterion) => objectConditions(criterion, bind)),
    ...objectAttributeConditions(input),
    ...(criteria.uuids === null ? [] : objectUuids(criteria, bind)),
    ...ofEvent,
  ];
  return { where: allOf(where), usesEvent: ofEvent.length > 0 || isRestricted };
}

function objectConditions(criterion: ObjectCriterion, bind: Bind): string[] {
  if (criterion.kind === 'range') return [rangeCondition(`o.${criterion.column}`, criterion.range, bind)];
  const { column, filter } = criterion;
  return joinConditions(
    listConditions(filter, (texts) => {
      if (column === 'uuid') return `o.uuid = any (${bind(readUuids(texts), 'uuid[]')})`;
      if (column === 'template_version') return numberCondition('o.template_version', texts, bind);
      return textCondition(`o.${column}`, texts, bind, { ignoreCase: column === 'template_uuid' });
    }),
  );
}

/** The attributes of the object at `o` that meet all attribute and tag criteria of the search. */
function objectAttributeConditions({ criteria, names, bind, oneByOne = false }: WhereInput): string[] {
  const conditions = [
    ...criteria.attribute.flatMap((criterion: AttributeCriterion) =>
      joinConditions(attributeConditions(criterion, 'x', bind)),
    ),
    ...criteria.tags.flatMap((criterion) =>
      attributeTagConditions(criterion, names, 'x', bind, { ofObjects: !oneByOne }),
    ),
    ...(criteria.anywhere === null ? [] : [attributeAnywhere(criteria.anywhere, names, 'x', bind)]),
  ];
  if (conditions.length === 0) return [];
  const live = deletedCondition(criteria.deleted === 'deleted' ? 'both' : criteria.deleted, 'x');
  const where = allOf(['x.object_id <> 0', ...live, ...conditions]);
  // With an offset the planner keeps it as it is, and does not gather them all the same.
  if (oneByOne) return [`exists (select from visible_attributes x where x.object_id = o.id and ${where} offset 0)`];
  return [`o.id in (select x.object_id from visible_attributes x where ${where})`];
}

function objectUuids(criteria: SearchCriteria, bind: Bind): string[] {
  if (criteria.uuids === null) return [];
  return joinConditions(
    listConditions(criteria.uuids, (texts) => {
      const list = bind(readUuids(texts), 'uuid[]');
      return `(o.uuid = any (${list})
        or o.event_id = any (array(select i.id from visible_events i where i.uuid = any (${list})))
        or o.id = any (array(select x.object_id from visible_attributes x where x.uuid = any (${list}) and not x.deleted)))`;
    }),
  );
}
