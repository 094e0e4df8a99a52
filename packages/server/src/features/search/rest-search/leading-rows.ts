import type { Transaction } from '../../../database/transaction.ts';
import type { DeletedState } from './criteria.ts';
import type { Order } from './order.ts';
import type { Bind } from './sql-text.ts';

/** Attributes `a` (of events `e`) that come before all others in an order. */
export interface LeadingRows {
  condition(bind: Bind): string;
  /** They are alike in the first column of the order. */
  readonly areAlike: boolean;
}

const alike = (condition: string): LeadingRows[] => [{ condition: () => condition, areAlike: true }];
const various = (condition: string): LeadingRows[] => [{ condition: () => condition, areAlike: false }];

// Most attributes are alike in these columns, so that sorting all of them for a page would be for nothing. Nulls come
// first where an order descends.
const leading: Readonly<Record<string, { readonly asc?: LeadingRows[]; readonly desc?: LeadingRows[] }>> = {
  'a.object_id': { asc: alike('a.object_id = 0'), desc: various('a.object_id <> 0') },
  'a.object_relation': { asc: various('a.object_relation is not null'), desc: alike('a.object_relation is null') },
  'a.distribution': { desc: alike('a.distribution = 5') },
  'e.publish_timestamp': { asc: alike('e.publish_timestamp = 0') },
};

/**
 * What stands at the beginning of an order of attributes, in the order itself: a page that it fills needs no look at the
 * rest. Empty where nothing is known of it.
 */
export async function leadingRows(tx: Transaction, order: Order, state: DeletedState): Promise<readonly LeadingRows[]> {
  const [first] = order.terms;
  if (first === undefined) return [];
  const direction = first.descending ? 'desc' : 'asc';
  // Live attributes are counted by category: of deleted ones it is not known which there are.
  if (first.column !== 'a.category' || state !== 'live') return leading[first.column]?.[direction] ?? [];
  const rows = await tx.query<{ category: string }>(
    `select category from visible_attribute_uses group by category having sum(live) > 0 order by category ${direction}`,
  );
  return rows.map(({ category }) => ({
    condition: (bind) => `a.category = ${bind(category, 'text')}`,
    areAlike: true,
  }));
}
