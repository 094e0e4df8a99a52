import type { Transaction } from '../../../database/transaction.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { searchParametersOf } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { resolveNames } from './resolve.ts';
import type { Bind } from './sql-text.ts';
import { exactValueCondition } from './value-condition.ts';
import { attributeWhere } from './where.ts';

/** The condition that attribute `a` has one of the values as they stand: no wild cards, whatever the case. */
export function attributesWithValue(values: readonly string[], bind: Bind): string {
  return exactValueCondition(values, 'any', 'a', bind);
}

/**
 * The condition that attribute `a` is found by attributes/restSearch with these parameters; null when none of them
 * narrows the search. Throws `BadRequest` for those that cannot be understood.
 */
export async function attributesWithin(
  tx: Transaction,
  filters: JsonObject,
  nowSeconds: number,
): Promise<((bind: Bind) => string) | null> {
  const criteria = readCriteria(searchParametersOf('attributes', filters), nowSeconds);
  const { attribute, event, object, tags, uuids, anywhere, sharingGroups } = criteria;
  const narrowing = [...attribute, ...event, ...object, ...tags];
  if (narrowing.length === 0 && !uuids && !anywhere && !sharingGroups) return null;
  const names = await resolveNames(tx, criteria);
  return (bind) => {
    const { where, usesEvent } = attributeWhere({ criteria, names, bind, deletedOnlyOf: null });
    return usesEvent ? `exists (select from visible_events e where e.id = a.event_id and ${where})` : `(${where})`;
  };
}
