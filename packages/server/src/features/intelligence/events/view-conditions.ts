import { containsPattern } from '../../../database/like-pattern.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import type { ReadEventOptions } from './read-options.ts';
import { anyOf, attributeHolds, readSearchedFields } from './searched-fields.ts';

type Condition = NonNullable<ReadEventOptions['attributes']>;

const TAGGED = 'select from visible_attribute_tags l where l.attribute_id = a.id';
const WITH_CLUSTER =
  'select from visible_attribute_tags l join visible_tags t on t.id = l.tag_id where l.attribute_id = a.id and t.is_galaxy';
/** Distributions that leave nobody of the event's readers out: everybody, and like the event. */
const PUBLIC = '(3, 5)';

/**
 * Which attributes events/view is asked for: `toIDS`, `taggedAttributes`, `galaxyAttachedAttributes` (1 = those, 2 =
 * the others), `public` (nothing kept from some readers of the event) and `searchFor` (a part of one of `filterFields`).
 */
export function readViewConditions(raw: (key: string) => unknown, filterFields: string): Condition | null {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const choose = (key: string, those: string): void => {
    const choice = String(raw(key) ?? '');
    if (choice === '1' || choice === 'true') parts.push(those);
    if (choice === '2') parts.push(`not ${those}`);
  };
  choose('toIDS', 'a.to_ids');
  choose('taggedAttributes', `exists (${TAGGED})`);
  choose('galaxyAttachedAttributes', `exists (${WITH_CLUSTER})`);
  if (['1', 'true'].includes(String(raw('public') ?? ''))) {
    parts.push(`a.distribution in ${PUBLIC}`);
    parts.push(
      `not exists (select from visible_objects o where o.id = a.object_id and o.distribution not in ${PUBLIC})`,
    );
  }
  const text = raw('searchFor');
  if (typeof text === 'string' && text !== '') {
    const part = `$${values.push(containsPattern(text.toLowerCase()))}`;
    parts.push(anyOf(attributeHolds(readSearchedFields(filterFields), part), part));
  }
  return parts.length === 0 ? null : { sql: parts.join(' and '), values };
}
