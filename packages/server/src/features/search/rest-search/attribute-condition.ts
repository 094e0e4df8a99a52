import { readUuid } from '@magpie/model';
import { likePattern } from '../../../database/like-pattern.ts';
import { readId } from '../../../http/lenient.ts';
import type { AttributeCriterion, DeletedState } from './criteria.ts';
import { type ListFilter, partPatterns } from './filter-forms.ts';
import { allOf, anyOf, type Bind } from './sql-text.ts';
import { valueCondition, valuePartCondition } from './value-condition.ts';

/** How a criterion's lists become conditions; joined apart for events, where each may be met by another attribute. */
export interface ListConditions {
  readonly positive: readonly string[];
  /** What must not hold. */
  readonly negative: readonly string[];
}

/** The conditions of one criterion on the attribute at alias `a`. */
export function attributeConditions(criterion: AttributeCriterion, a: string, bind: Bind): ListConditions {
  if (criterion.kind === 'flag') {
    return { positive: [criterion.value ? `${a}.${criterion.column}` : `not ${a}.${criterion.column}`], negative: [] };
  }
  if (criterion.kind === 'unopposed') return { positive: [unopposed(a)], negative: [] };
  if (criterion.kind === 'range') {
    const { column, range } = criterion;
    return { positive: [rangeCondition(`${a}.${column}`, range, bind)], negative: [] };
  }
  const { filter, column } = criterion;
  return listConditions(filter, (texts) => columnCondition(column, texts, a, bind));
}

/** That nobody proposes to delete the attribute, or to use it no longer for detection. */
export function unopposed(a: string): string {
  return `not exists (select from visible_proposals p where p.attribute_id = ${a}.id and p.attribute_id <> 0
    and not p.deleted and (p.proposal_to_delete or (${a}.to_ids and not p.to_ids)))`;
}

/** Whether live attributes are counted by what the criterion asks (`event_attribute_counts` has the column). */
export function isCounted(criterion: AttributeCriterion): boolean {
  if (criterion.kind === 'flag') return true;
  return criterion.kind === 'list' && (criterion.column === 'type' || criterion.column === 'category');
}

/** `and` on a column that has one value means the same as `or`, as in MISP. */
export function listConditions(filter: ListFilter, condition: (texts: readonly string[]) => string): ListConditions {
  return {
    positive: [filter.or, filter.and].filter((texts) => texts.length > 0).map(condition),
    negative: filter.not.length > 0 ? [condition(filter.not)] : [],
  };
}

/** All positive and none of the negative conditions. */
export function joinConditions({ positive, negative }: ListConditions): string[] {
  return [...positive, ...negative.map((condition) => `not coalesce(${condition}, false)`)];
}

/** Both ends included. */
export function rangeCondition(column: string, range: { from: number | null; to: number | null }, bind: Bind): string {
  return allOf([
    ...(range.from === null ? [] : [`${column} >= ${bind(range.from, 'bigint')}`]),
    ...(range.to === null ? [] : [`${column} <= ${bind(range.to, 'bigint')}`]),
  ]);
}

function columnCondition(
  column: Extract<AttributeCriterion, { kind: 'list' }>['column'],
  texts: readonly string[],
  a: string,
  bind: Bind,
): string {
  switch (column) {
    case 'value':
      return valueCondition(texts, 'any', a, bind);
    case 'value part':
      return valuePartCondition(texts, a, bind);
    case 'value1':
    case 'value2':
      return valueCondition(texts, column, a, bind);
    case 'type':
      return `${a}.type = any (${bind(texts, 'text[]')})`;
    case 'uuid':
      return `${a}.uuid = any (${bind(readUuids(texts), 'uuid[]')})`;
    case 'comment':
      return commentCondition(texts, a, bind);
    case 'category':
      return `${a}.category = any (${bind(texts, 'text[]')})`;
    // Attributes outside of objects are not in the index, which serves only where it is plain that none is meant.
    case 'object_relation':
      return `(${a}.object_relation is not null and ${textCondition(`${a}.object_relation`, texts, bind, { ignoreCase: true })})`;
  }
}

/** Most comments are empty and not in the index, which serves only where it is plain that none of them is meant. */
function commentCondition(texts: readonly string[], a: string, bind: Bind): string {
  const condition = textCondition(`${a}.comment`, texts, bind, { ignoreCase: true });
  return texts.every((text) => /[^%]/.test(text)) ? `(${a}.comment <> '' and ${condition})` : condition;
}

/** Texts up to this many are compared one by one, so that the planner knows how often each occurs. */
const MOST_APART = 5;

/** A text column against exact texts and patterns. */
export function textCondition(
  column: string,
  texts: readonly string[],
  bind: Bind,
  options: { ignoreCase: boolean },
): string {
  const { exact, like } = partPatterns(texts);
  const fold = (text: string) => (options.ignoreCase ? `lower(${text})` : text);
  const conditions: string[] = [];
  if (exact.length > 0 && !options.ignoreCase) conditions.push(`${column} = any (${bind(exact, 'text[]')})`);
  else if (exact.length > MOST_APART) {
    conditions.push(`lower(${column}) in (select lower(w) from unnest(${bind(exact, 'text[]')}) w)`);
  } else conditions.push(...exact.map((text) => `lower(${column}) = lower(${bind(text, 'text')})`));
  for (const text of like) conditions.push(`${fold(column)} like ${fold(bind(likePattern(text), 'text'))}`);
  return anyOf(conditions);
}

/** The uuids among the texts; what is none matches nothing. */
export function readUuids(texts: readonly string[]): string[] {
  return texts.flatMap((text) => readUuid(text) ?? []);
}

/** The ids among the texts. */
export function readIds(texts: readonly string[]): number[] {
  return texts.flatMap((text) => readId(text) ?? []);
}

/** Live rows, deleted rows, or both. */
export function deletedCondition(state: DeletedState, alias: string): string[] {
  if (state === 'both') return [];
  return [state === 'live' ? `not ${alias}.deleted` : `${alias}.deleted`];
}
