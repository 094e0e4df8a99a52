import type { Transaction } from '../../../database/transaction.ts';
import { attributeConditions, isCounted, joinConditions } from './attribute-condition.ts';
import { attributeSource, type Finding } from './attribute-source.ts';
import type { SearchCriteria } from './criteria.ts';
import { type PageBounds, usualBounds } from './page-bounds.ts';
import { pageIds } from './page-sql.ts';
import type { Page } from './parameters.ts';
import { allOf, bindParameters } from './sql-text.ts';

/** Ids of one block of `attribute_blocks`, as a power of two. */
const BLOCK_BITS = 12;

/**
 * A page by id that begins far inside of what is found: whole blocks of ids are passed over by what the viewer sees in them,
 * and only the last one row by row. Null where the page is not deep, or more is asked than is counted of blocks.
 */
export async function deepIds(
  tx: Transaction,
  search: Finding,
  page: Page & { readonly limit: number },
  { deep }: Pick<PageBounds, 'deep'> = usualBounds,
): Promise<readonly { id: number }[] | null> {
  const { criteria, order } = search;
  const [first] = order.terms;
  if (first?.column !== 'a.id' || page.afterId !== null || page.offset < deep || !isCountedAlone(criteria)) return null;
  const start = await blockAt(tx, criteria, page.offset, first.descending);
  if (start === null) return [];
  const { bind, values } = bindParameters();
  const source = attributeSource(search, bind);
  const from = first.descending
    ? `a.id < ${bind((start.block + 1) * 2 ** BLOCK_BITS, 'bigint')}`
    : `a.id >= ${bind(start.block * 2 ** BLOCK_BITS, 'bigint')}`;
  const rest = { ...page, offset: page.offset - start.before };
  return tx.query(pageIds({ ...source, where: `${source.where} and ${from}` }, rest, false, bind), values);
}

function isCountedAlone({ attribute, event, tags, uuids, sharingGroups, anywhere, deleted }: SearchCriteria): boolean {
  if (deleted !== 'live' || uuids !== null || sharingGroups !== null || anywhere !== null) return false;
  return event.length + tags.length === 0 && attribute.every(isCounted);
}

/** The block that the row stands in, and how many matches come before the block; null behind the last one. */
function blockAt(
  tx: Transaction,
  { attribute }: SearchCriteria,
  row: number,
  descending: boolean,
): Promise<{ block: number; before: number } | null> {
  const { bind, values } = bindParameters();
  const where = allOf(attribute.flatMap((criterion) => joinConditions(attributeConditions(criterion, 'c', bind))));
  const direction = descending ? 'desc' : 'asc';
  return tx.first<{ block: number; before: number }>(
    `select f.block, (f.through - f.live)::bigint as before from (
       select c.block, sum(c.live) as live, sum(sum(c.live)) over (order by c.block ${direction}) as through
       from visible_attribute_blocks c where ${where} group by c.block) f
     where f.through > ${bind(row, 'bigint')} order by f.block ${direction} limit 1`,
    values,
  );
}
