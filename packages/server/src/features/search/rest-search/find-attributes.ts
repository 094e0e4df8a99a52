import type { Transaction } from '../../../database/transaction.ts';
import { attributeSource, type Finding } from './attribute-source.ts';
import { countOneByOne, sumUp } from './count-attributes.ts';
import { deepIds } from './deep-page.ts';
import { type FoundPage, findPage } from './find-page.ts';
import { leadingRows } from './leading-rows.ts';
import { eventsInSight } from './narrow-sight.ts';
import { type PageBounds, usualBounds } from './page-bounds.ts';
import type { Page } from './parameters.ts';
import { bindParameters } from './sql-text.ts';
import { taggedIds } from './tagged-page.ts';
import { idsByValue } from './value-order.ts';

const LIVE_ONLY = 'not a.deleted';

/** One page of attributes, by their ids. */
export function findAttributes(
  tx: Transaction,
  search: Finding,
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
      narrow: () => eventsInSight(tx, search.criteria, bounds),
      own: async (wanted, areFew) =>
        (await taggedIds(tx, search, wanted)) ??
        (await deepIds(tx, search, wanted, bounds)) ??
        (await idsByValue(tx, search, wanted, areFew)),
      leading: () => leadingRows(tx, search.order, search.criteria.deleted),
      known: () => sumUp(tx, search),
      count: () => countOneByOne(tx, search, bounds),
    },
    bounds,
  );
}
