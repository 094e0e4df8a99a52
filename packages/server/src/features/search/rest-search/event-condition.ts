import { likePattern } from '../../../database/like-pattern.ts';
import { joinConditions, listConditions, rangeCondition, readIds, readUuids } from './attribute-condition.ts';
import type { EventCriterion } from './criteria.ts';
import { type ListFilter, partPatterns } from './filter-forms.ts';
import type { ResolvedNames } from './resolved-names.ts';
import { anyOf, type Bind } from './sql-text.ts';

/** The conditions of one criterion on the event at alias `e`, joined. */
export function eventConditions(criterion: EventCriterion, names: ResolvedNames, e: string, bind: Bind): string[] {
  switch (criterion.kind) {
    case 'flag':
      return [flagCondition(criterion, e)];
    case 'range':
      return [rangeCondition(`${e}.${criterion.column}`, criterion.range, bind)];
    case 'dates':
      return dateConditions(criterion, e, bind);
    case 'number':
      return joinConditions(
        listConditions(criterion.filter, (texts) => numberCondition(`${e}.${criterion.column}`, texts, bind)),
      );
    case 'organisation':
      return organisationConditions(criterion.filter, names, e, bind);
    case 'organisation-field':
      return joinConditions(
        listConditions(criterion.filter, (texts) => organisationField(criterion.column, texts, e, bind)),
      );
    case 'extends':
      return joinConditions(
        listConditions(criterion.filter, (texts) => `${e}.extends_uuid = any (${bind(readUuids(texts), 'uuid[]')})`),
      );
    case 'substring':
      return joinConditions(
        listConditions(criterion.filter, (texts) => anyOf(texts.map((text) => infoContains(text, e, bind)))),
      );
    case 'proposal':
      return [
        `${criterion.value ? '' : 'not '}exists (select from visible_proposals p where p.event_id = ${e}.id and not p.deleted)`,
      ];
    case 'nothing':
      return ['false'];
    case 'creator-email':
      return [
        `${e}.user_id in (select u.id from visible_users u where lower(u.email) like lower(${bind(`%${likePattern(criterion.text)}%`, 'text')}))`,
      ];
    case 'list':
      return joinConditions(
        listConditions(criterion.filter, (texts) => listCondition(criterion.column, texts, e, bind)),
      );
  }
}

function flagCondition(criterion: Extract<EventCriterion, { kind: 'flag' }>, e: string): string {
  if (criterion.column === 'protected') return `coalesce(${e}.protected, false) = ${criterion.value}`;
  return criterion.value ? `${e}.published` : `not ${e}.published`;
}

function dateConditions(criterion: Extract<EventCriterion, { kind: 'dates' }>, e: string, bind: Bind): string[] {
  return [
    ...(criterion.from === null ? [] : [`${e}.date >= ${bind(criterion.from, 'date')}`]),
    ...(criterion.to === null ? [] : [`${e}.date <= ${bind(criterion.to, 'date')}`]),
  ];
}

/** Entries that are no numbers match nothing. */
export function numberCondition(column: string, texts: readonly string[], bind: Bind): string {
  return `${column} = any (${bind(
    texts.filter((text) => /^\d{1,9}$/.test(text)),
    'bigint[]',
  )})`;
}

/** Organisations nobody knows: as a wish they find nothing, as an exclusion they exclude nothing. */
function organisationConditions(filter: ListFilter, names: ResolvedNames, e: string, bind: Bind): string[] {
  const ids = (texts: readonly string[]) => texts.flatMap((text) => names.organisations.get(text) ?? []);
  const excluded = ids(filter.not);
  return [
    ...[filter.or, filter.and]
      .filter((texts) => texts.length > 0)
      .map((texts) => `${e}.orgc_id = any (${bind(ids(texts), 'bigint[]')})`),
    ...(excluded.length > 0 ? [`${e}.orgc_id <> all (${bind(excluded, 'bigint[]')})`] : []),
  ];
}

function organisationField(
  column: 'sector' | 'local' | 'nationality',
  texts: readonly string[],
  e: string,
  bind: Bind,
): string {
  const condition =
    column === 'local'
      ? `o.local::integer::text = any (${bind(texts, 'text[]')})`
      : `o.${column} = any (${bind(texts, 'text[]')})`;
  return `${e}.orgc_id in (select o.id from organisations o where ${condition})`;
}

function listCondition(column: 'info' | 'eventid' | 'uuid', texts: readonly string[], e: string, bind: Bind): string {
  if (column === 'uuid') return `${e}.uuid = any (${bind(readUuids(texts), 'uuid[]')})`;
  if (column === 'eventid') {
    return anyOf([
      `${e}.id = any (${bind(readIds(texts), 'bigint[]')})`,
      ...(readUuids(texts).length > 0 ? [`${e}.uuid = any (${bind(readUuids(texts), 'uuid[]')})`] : []),
    ]);
  }
  return infoCondition(texts, e, bind);
}

/** Exact case counts; the lower-cased test beside it lets the trigram index narrow first. */
function infoCondition(texts: readonly string[], e: string, bind: Bind): string {
  const { exact, like } = partPatterns(texts);
  return anyOf([
    ...exact.map((text) => {
      const bound = bind(text, 'text');
      return `(lower(${e}.info) = lower(${bound}) and ${e}.info = ${bound})`;
    }),
    ...like.map((text) => {
      const bound = bind(likePattern(text), 'text');
      return `(lower(${e}.info) like lower(${bound}) and ${e}.info like ${bound})`;
    }),
  ]);
}

/** Anywhere in the event's info, whatever the case. */
export function infoContains(text: string, e: string, bind: Bind): string {
  return `lower(${e}.info) like lower(${bind(`%${likePattern(text)}%`, 'text')})`;
}
