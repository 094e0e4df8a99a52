import type { Transaction } from '../../../database/transaction.ts';
import { countOneByOne, sumUp } from './count-attributes.ts';
import type { SearchCriteria } from './criteria.ts';
import { type FoundPage, findPage } from './find-page.ts';
import { leadingRows } from './leading-rows.ts';
import type { Order } from './order.ts';
import { type PageBounds, usualBounds } from './page-bounds.ts';
import type { Page } from './parameters.ts';
import type { ResolvedNames } from './resolved-names.ts';
import { type Bind, bindParameters } from './sql-text.ts';
import { taggedIds } from './tagged-page.ts';
import { attributeWhere } from './where.ts';

/** A search of attributes, read from its parameters. */
export interface FindingAttributes {
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
  readonly order: Order;
}

/** Attributes with their events. */
export const FROM_BOTH = 'visible_attributes a join visible_events e on e.id = a.event_id';
const LIVE_ONLY = 'not a.deleted';

/** What is found, as a table and a condition on it. */
export function attributeSource({ criteria, names, order }: FindingAttributes, bind: Bind) {
  const { where, usesEvent } = attributeWhere({ criteria, names, bind, deletedOnlyOf: null });
  return { from: usesEvent || order.usesEvent ? FROM_BOTH : 'visible_attributes a', where, id: 'a.id', order };
}

/** One page of attributes, by their ids. */
export function findAttributes(
  tx: Transaction,
  search: FindingAttributes,
  page: Page & { readonly limit: number },
  bounds: PageBounds = usualBounds,
): Promise<FoundPage> {
  const { bind, values } = bindParameters();
  const source = attributeSource(search, bind);
  return findPage(
    tx,
    {
      source,
      page,
      bound: values,
      isEverything: source.where === LIVE_ONLY,
      large: 'visible_attributes',
      own: (wanted) => taggedIds(tx, search, wanted),
      leading: () => leadingRows(tx, search.order, search.criteria.deleted),
      known: () => sumUp(tx, search),
      count: () => countOneByOne(tx, search, bounds),
    },
    bounds,
  );
}
