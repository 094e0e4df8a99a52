import type { Transaction } from '../../../database/transaction.ts';
import { type Order, orderSql } from './order.ts';
import { pageIds } from './page-sql.ts';
import type { Page } from './parameters.ts';
import { type Bind, bindParameters } from './sql-text.ts';

/** What is looked through from the beginning of its order. */
export interface FirstRows {
  /** The view with its alias: `visible_objects o`. */
  readonly view: string;
  readonly id: string;
  readonly order: Order;
  /** How many of its rows. */
  readonly rows: number;
  /** What each is joined with, and what it must meet. */
  condition(bind: Bind): { join: string; where: string };
}

/** Pages that end behind this part of the rows are not to be expected in them. */
const HOPEFUL_PART = 10;

/**
 * A page, if the first rows of its order fill it: of what is common they do, and then it takes no look at the rest, however
 * much matches there. Null where they do not, or where the page is not one of the first.
 */
export async function idsOfFirstRows(
  tx: Transaction,
  { view, id, order, rows, condition }: FirstRows,
  page: Page & { readonly limit: number },
): Promise<readonly { id: number }[] | null> {
  if (page.afterId !== null || (page.offset + page.limit) * HOPEFUL_PART > rows) return null;
  const { bind, values } = bindParameters();
  const { join, where } = condition(bind);
  const alias = id.slice(0, id.indexOf('.'));
  const from = `(select * from ${view} order by ${orderSql(order)} limit ${rows}) ${alias}${join}`;
  const found = await tx.query<{ id: number }>(pageIds({ from, where, id, order }, page, false, bind), values);
  return found.length === page.limit ? found : null;
}
