import type { SearchCriteria } from './criteria.ts';
import type { Order } from './order.ts';
import type { ResolvedNames } from './resolved-names.ts';
import type { Bind } from './sql-text.ts';
import { attributeWhere } from './where.ts';

/** A search, read from its parameters. */
export interface Finding {
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
  readonly order: Order;
}

/** Attributes with their events. */
export const FROM_BOTH = 'visible_attributes a join visible_events e on e.id = a.event_id';

/** What is found, as a table and a condition on it. */
export function attributeSource({ criteria, names, order }: Finding, bind: Bind) {
  const { where, usesEvent } = attributeWhere({ criteria, names, bind, deletedOnlyOf: null });
  return { from: usesEvent || order.usesEvent ? FROM_BOTH : 'visible_attributes a', where, id: 'a.id', order };
}
