import type { SearchParameters } from './parameters.ts';

/** Values are told apart by so many characters (`attributes_value_order`); those alike in them follow by id. */
export const VALUE_ORDER = 'left(lower(a.value1), 200)';
/** Whatever the case, as MISP's database has it, and as `attributes_object_relation` does. */
export const RELATION_ORDER = 'lower(a.object_relation)';

const attributeOrders: Readonly<Record<string, string>> = {
  id: 'a.id',
  event_id: 'a.event_id',
  object_id: 'a.object_id',
  type: 'a.type',
  category: 'a.category',
  value: VALUE_ORDER,
  distribution: 'a.distribution',
  timestamp: 'a.timestamp',
  object_relation: RELATION_ORDER,
  'event.publish_timestamp': 'e.publish_timestamp',
};
const eventOrders: Readonly<Record<string, string>> = {
  id: 'e.id',
  info: 'e.info',
  analysis: 'e.analysis',
  threat_level_id: 'e.threat_level_id',
  distribution: 'e.distribution',
  timestamp: 'e.timestamp',
  publish_timestamp: 'e.publish_timestamp',
};
const objectOrders: Readonly<Record<string, string>> = {
  id: 'o.id',
  event_id: 'o.event_id',
  name: 'o.name',
  timestamp: 'o.timestamp',
};

/** One column to order by. */
export interface OrderTerm {
  readonly column: string;
  readonly descending: boolean;
}

/** An order of rows; the id closes it, so that pages do not overlap. */
export interface Order {
  readonly terms: readonly OrderTerm[];
  /** It is the plain ascending id, which keysets need. */
  readonly byId: boolean;
  /** It needs the event of the row. */
  readonly usesEvent: boolean;
}

const scopes = {
  attributes: { orders: attributeOrders, prefix: 'attribute.', id: 'a.id' },
  events: { orders: eventOrders, prefix: 'event.', id: 'e.id' },
  objects: { orders: objectOrders, prefix: 'object.', id: 'o.id' },
};

/**
 * Reads `order`: `"Event.id ASC"`, `"timestamp desc, id"`, or a list of such. Columns outside of MISP's list are
 * left out without an error, as clients rely on it. Behind a cursor (`after_id`) rows come by id, whatever is asked for.
 */
export function readOrder(parameters: SearchParameters): Order {
  const { orders, prefix, id } = scopes[parameters.scope];
  const terms: OrderTerm[] = [];
  if (parameters.has('after_id')) {
    return { terms: [{ column: id, descending: false }], byId: true, usesEvent: false };
  }
  for (const text of textsOf(parameters.get('order'))) {
    const match = /^([a-z_.]{1,60})(?:\s+(asc|desc))?$/.exec(text.trim().toLowerCase());
    const written = match?.[1] ?? '';
    const name = written.startsWith(prefix) ? written.slice(prefix.length) : written;
    const column = Object.hasOwn(orders, name) ? orders[name] : undefined;
    if (column === undefined) continue;
    terms.push({ column, descending: match?.[2] === 'desc' });
    if (column === id) break;
  }
  // In the direction of what it closes: so an index of both is read from its end.
  const last = terms.at(-1);
  if (last?.column !== id) terms.push({ column: id, descending: last?.descending ?? false });
  const [first] = terms;
  return {
    terms,
    byId: terms.length === 1 && first?.descending === false,
    usesEvent: terms.some((term) => term.column.startsWith('e.')),
  };
}

/** The order as SQL over the row's aliases. */
export function orderSql(order: Order): string {
  return order.terms.map(({ column, descending }) => (descending ? `${column} desc` : column)).join(', ');
}

function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (typeof item === 'string' ? item.split(',') : []));
}
