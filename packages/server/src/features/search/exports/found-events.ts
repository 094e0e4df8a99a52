import { orderSql } from '../rest-search/order.ts';
import { pageIds } from '../rest-search/page-sql.ts';
import { deletedOnlyOf } from '../rest-search/search-events.ts';
import { bindParameters, type ParameterBinding } from '../rest-search/sql-text.ts';
import { eventWhere } from '../rest-search/where.ts';
import type { ExportSearch } from './export-search.ts';

/** A statement for the ids of the events on the wanted page of an event search, and what it binds. */
export interface FoundEvents extends ParameterBinding {
  readonly sql: string;
}

/** The events that an export is about. */
export function foundEvents(search: ExportSearch): FoundEvents {
  const { criteria, names, viewer, order, page, sortFirst } = search;
  const binding = bindParameters();
  const where = eventWhere({ criteria, names, bind: binding.bind, deletedOnlyOf: deletedOnlyOf(viewer) });
  const from = 'visible_events e';
  const sql =
    page.limit === null && page.afterId === null
      ? `select e.id from ${from} where ${where} order by ${orderSql(order)}`
      : pageIds({ from, where, id: 'e.id', order }, page, sortFirst, binding.bind);
  return { ...binding, sql };
}
