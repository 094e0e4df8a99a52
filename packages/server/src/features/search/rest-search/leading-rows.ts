import type { Transaction } from '../../../database/transaction.ts';
import type { DeletedState } from './criteria.ts';
import { type Order, RELATION_ORDER } from './order.ts';
import type { Bind } from './sql-text.ts';

/** Attributes `a` (of events `e`) that stand together in an order. */
export interface LeadingRows {
  condition(bind: Bind): string;
  /** They are alike in the first column of the order. */
  readonly areAlike: boolean;
}

/** What stands at the beginning of an order, in the order itself. */
export interface Leading {
  readonly rows: readonly LeadingRows[];
  /** Nothing comes behind it. */
  readonly areAll: boolean;
}

const alike = (condition: string): LeadingRows => ({ condition: () => condition, areAlike: true });
const various = (condition: string): LeadingRows => ({ condition: () => condition, areAlike: false });
const all = (...rows: LeadingRows[]): Leading => ({ rows, areAll: true });
const nothing: Leading = { rows: [], areAll: false };

// Most attributes are alike in these columns, so that sorting all of them for a page would be for nothing; the others have
// indexes of their own. Nulls come first where an order descends.
const leading: Readonly<Record<string, { readonly asc?: Leading; readonly desc?: Leading }>> = {
  'a.object_id': {
    asc: all(alike('a.object_id = 0'), various('a.object_id <> 0')),
    desc: all(various('a.object_id <> 0'), alike('a.object_id = 0')),
  },
  'a.distribution': {
    asc: all(various('a.distribution < 5'), alike('a.distribution = 5'), various('a.distribution > 5')),
    desc: all(various('a.distribution > 5'), alike('a.distribution = 5'), various('a.distribution < 5')),
  },
  'e.publish_timestamp': { asc: { rows: [alike('e.publish_timestamp = 0')], areAll: false } },
};

/**
 * What stands at the beginning of an order of attributes, in the order itself: a page that it fills needs no look at the
 * rest. Empty where nothing is known of it.
 */
export async function leadingRows(tx: Transaction, order: Order, state: DeletedState): Promise<Leading> {
  const [first] = order.terms;
  if (first === undefined) return nothing;
  const direction = first.descending ? 'desc' : 'asc';
  if (first.column === RELATION_ORDER) return leadingRelations(tx, direction);
  // Live attributes are counted by category: of deleted ones it is not known which there are.
  if (first.column !== 'a.category' || state !== 'live') return leading[first.column]?.[direction] ?? nothing;
  const rows = await tx.query<{ category: string }>(
    `select category from visible_attribute_uses group by category having sum(live) > 0 order by category ${direction}`,
  );
  return all(
    ...rows.map(({ category }) => ({
      condition: (bind: Bind) => `a.category = ${bind(category, 'text')}`,
      areAlike: true,
    })),
  );
}

/** Names that objects give to their attributes are a few hundred. */
const MOST_RELATIONS = 1000;

/** One name after the other, each found behind the one before by the index, however many attributes have it. */
async function leadingRelations(tx: Transaction, direction: 'asc' | 'desc'): Promise<Leading> {
  const next = (condition: string) =>
    `select lower(x.object_relation) from visible_attributes x where x.object_relation is not null${condition}
     order by lower(x.object_relation) ${direction} limit 1`;
  const names = await tx.query<{ name: string }>(
    `with recursive names as (
       (${next('').replace('select lower(x.object_relation)', 'select lower(x.object_relation) as name')})
       union all
       select (${next(` and lower(x.object_relation) ${direction === 'asc' ? '>' : '<'} n.name`)}) from names n
       where n.name is not null
     ) select name from names where name is not null limit ${MOST_RELATIONS + 1}`,
  );
  const named = names.slice(0, MOST_RELATIONS).map(({ name }) => ({
    condition: (bind: Bind) => `a.object_relation is not null and ${RELATION_ORDER} = ${bind(name, 'text')}`,
    areAlike: true,
  }));
  const none = alike('a.object_relation is null');
  if (direction === 'desc') return { rows: [none, ...named], areAll: names.length <= MOST_RELATIONS };
  return names.length > MOST_RELATIONS ? { rows: named, areAll: false } : all(...named, none);
}
