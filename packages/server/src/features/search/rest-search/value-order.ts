import type { Transaction } from '../../../database/transaction.ts';
import { attributeConditions, isCounted, joinConditions } from './attribute-condition.ts';
import { attributeSource, type Finding } from './attribute-source.ts';
import type { AttributeCriterion, SearchCriteria } from './criteria.ts';
import { orderSql, VALUE_ORDER } from './order.ts';
import type { Page } from './parameters.ts';
import { allOf, bindParameters } from './sql-text.ts';

/** Pages up to this end are put together from the first rows of each type. */
const LAST_ROW = 1000;

/**
 * A page in the order of values: of each type that there is, the index `attributes_value_order` is walked until the page
 * could be full of that type alone. Null where the order is another one, or so few match that all of them are better sorted
 * than looked for.
 */
export async function idsByValue(
  tx: Transaction,
  search: Finding,
  page: Page & { readonly limit: number },
  areFew: boolean,
): Promise<readonly { id: number }[] | null> {
  const { criteria, order } = search;
  const end = page.offset + page.limit;
  const [first, second] = order.terms;
  if (first?.column !== VALUE_ORDER || second?.column !== 'a.id' || order.terms.length > 2) return null;
  if (page.afterId !== null || end > LAST_ROW || criteria.deleted !== 'live') return null;
  if (areFew && !asksForTypesAlone(criteria)) return null;
  const { bind, values } = bindParameters();
  const { from, where } = attributeSource(search, bind);
  const types = bind(await typesOf(tx, criteria), 'text[]');
  const by = orderSql(order);
  const outer = first.descending ? 'f.k desc, f.id desc' : 'f.k, f.id';
  return tx.query<{ id: number }>(
    `select f.id from unnest(${types}) as of (type), lateral (
       select a.id, ${VALUE_ORDER} as k from ${from} where ${where} and a.type = of.type order by ${by}
       limit ${bind(end, 'bigint')}
     ) f order by ${outer} limit ${bind(page.limit, 'bigint')} offset ${bind(page.offset, 'bigint')}`,
    values,
  );
}

const asksForType = (criterion: AttributeCriterion) => criterion.kind === 'list' && criterion.column === 'type';

function asksForTypesAlone(criteria: SearchCriteria): boolean {
  const { attribute, event, tags, uuids, sharingGroups, anywhere } = criteria;
  if (event.length + tags.length > 0 || uuids !== null || sharingGroups !== null || anywhere !== null) return false;
  return attribute.every(asksForType);
}

/** The types of live attributes that the viewer sees and that the search leaves. */
async function typesOf(tx: Transaction, { attribute }: SearchCriteria): Promise<string[]> {
  const { bind, values } = bindParameters();
  const asked = attribute.filter((criterion) => criterion.kind === 'list' && isCounted(criterion));
  const where = allOf(asked.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'c', bind))));
  const rows = await tx.query<{ type: string }>(
    `select c.type from visible_attribute_uses c where ${where} group by c.type having sum(c.live) > 0`,
    values,
  );
  return rows.map(({ type }) => type);
}
