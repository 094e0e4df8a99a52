import type { Transaction } from '../../../database/transaction.ts';
import type { Finding } from './attribute-source.ts';
import type { Page } from './parameters.ts';
import { areCommon, lookedUpForEach, tagIds } from './resolved-names.ts';
import { bindParameters } from './sql-text.ts';
import { attributesTagged, eventsTagged } from './tag-condition.ts';
import { attributeWhere } from './where.ts';

/** Pages up to this end are put together from the first rows of each event that has the tag. */
const LAST_ROW = 1000;

/**
 * The first attributes by id that carry one of some tags, themselves or by their event, and meet the rest of the search:
 * of each tagged event only as many are looked at as the page could hold, and not all that it has. Null where the search
 * is another one, or the tags are so common that a walk over the attributes soon meets them.
 */
export async function taggedIds(
  tx: Transaction,
  { criteria, names, order }: Finding,
  page: Page & { readonly limit: number },
): Promise<readonly { id: number }[] | null> {
  const end = page.offset + page.limit;
  const at = criteria.tags.findIndex(
    ({ level, filter }) => level === 'any' && filter.or.length + filter.and.length > 0,
  );
  const tag = criteria.tags[at];
  if (tag === undefined || !order.byId || page.afterId !== null || end > LAST_ROW) return null;
  const { or, and, not } = tag.filter;
  const ids = tagIds(names, or.length > 0 ? or : and.slice(0, 1));
  if (ids.length === 0 || areCommon(names, ids)) return null;
  const rest = { or: [], and: or.length > 0 ? and : and.slice(1), not };
  const tags = criteria.tags.flatMap((other, index) => {
    if (index !== at) return [other];
    return rest.and.length + rest.not.length > 0 ? [{ ...tag, filter: rest }] : [];
  });
  const { bind, values } = bindParameters();
  const further = {
    criteria: { ...criteria, tags },
    names: { ...lookedUpForEach(names), isCommonText: names.isCommonText },
    bind,
    deletedOnlyOf: null,
  };
  const { where, usesEvent } = attributeWhere(further);
  const from = `visible_attributes a${usesEvent ? ' join visible_events e on e.id = a.event_id' : ''}`;
  const list = bind(ids, 'bigint[]');
  const most = bind(end, 'bigint');
  return tx.query<{ id: number }>(
    `select f.id from (
       (select a.id from ${from} where ${where} and a.id in (${attributesTagged(list)}) order by a.id limit ${most})
       union
       select r.id from (${eventsTagged(list)}) v, lateral (
         select a.id from ${from} where ${where} and a.event_id = v.event_id order by a.id limit ${most}) r
     ) f order by f.id limit ${bind(page.limit, 'bigint')} offset ${bind(page.offset, 'bigint')}`,
    values,
  );
}
