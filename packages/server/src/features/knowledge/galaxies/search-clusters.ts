import { readUuidShape } from '@magpie/model';
import { likePattern } from '../../../database/like-pattern.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readInteger } from '../../../http/lenient.ts';
import { type ListFilter, partPatterns, readListFilter } from '../../search/rest-search/filter-forms.ts';
import type { Reading } from '../../search/rest-search/held-transaction.ts';
import { countRows } from '../../search/rest-search/recent-counts.ts';
import { type Bind, bindParameters } from '../../search/rest-search/sql-text.ts';
import { fullClusterWires } from './cluster-wires.ts';
import { selectClustersById } from './queries.ts';

/** Clusters written together: bounds memory and statements. */
const BATCH = 200;

/** Parameters by name, in the order in which they may stand behind the path of `galaxy_clusters/restSearch`. */
export const positionalNames: readonly string[] = [
  ...['page', 'limit', 'id', 'uuid', 'galaxy_id', 'galaxy_uuid', 'version', 'distribution', 'org_id', 'orgc_id'],
  ...['tag_name', 'custom', 'sgReferenceOnly', 'minimal', 'list', 'first', 'count', 'order'],
];

const ORDERS: Readonly<Record<string, string>> = {
  id: 'c.id',
  uuid: 'c.uuid',
  value: 'c.value',
  type: 'c.type',
  version: 'c.version',
  galaxy_id: 'c.galaxy_id',
  tag_name: 'c.tag_name',
};

/** Searches the visible clusters; what is not known is not filtered by. Throws `BadRequest` for malformed values. */
export async function searchClusters(
  tx: Transaction,
  parameters: Readonly<JsonObject>,
): Promise<Reading<{ total: number }>> {
  const { bind, values } = bindParameters();
  const where = conditionsOf(parameters, bind).join(' and ');
  const limit = readCount(parameters, 'limit');
  const page = Math.max(1, readCount(parameters, 'page') ?? 1);
  const window = limit !== null && limit > 0 ? ` limit ${limit} offset ${(page - 1) * limit}` : '';
  const rows = await tx.query<{ id: number; uuid: string; version: number }>(
    `select c.id, c.uuid, c.version from visible_galaxy_clusters c where ${where}
     order by ${orderOf(parameters.order)}${window}`,
    values,
  );
  const isMinimal = isOn(parameters.minimal);
  const total = window === '' ? rows.length : await countRows(tx, { from: 'visible_galaxy_clusters c', where }, values);
  return { head: { total }, body: write() };

  async function* write(): AsyncGenerator<string> {
    yield '{"response": [';
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = rows.slice(start, start + BATCH);
      const wires = isMinimal
        ? batch.map((row) => ({ uuid: row.uuid, version: String(row.version) }))
        : await fullWires(batch.map((row) => row.id));
      yield (start === 0 ? '' : ',') + wires.map((wire) => JSON.stringify({ GalaxyCluster: wire })).join(',');
    }
    yield ']}\n';
  }

  async function fullWires(ids: readonly number[]) {
    const places = new Map(ids.map((id, place) => [id, place]));
    const clusters = await selectClustersById(tx, ids);
    return fullClusterWires(
      tx,
      clusters.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0)),
    );
  }
}

function conditionsOf(parameters: Readonly<JsonObject>, bind: Bind): string[] {
  const filter = (name: string) => readListFilter(parameters[name], name);
  const flag = (name: string) => (parameters[name] === undefined ? undefined : readBoolean(parameters[name]));
  const custom = flag('custom') ?? negate(flag('default'));
  const published = flag('published');
  const deleted = flag('deleted') ?? false;
  return [
    `c.deleted = ${bind(deleted, 'boolean')}`,
    ...(custom === undefined ? [] : [`c.is_default = ${bind(!custom, 'boolean')}`]),
    ...(published === undefined ? [] : [`c.published = ${bind(published, 'boolean')}`]),
    ...numbers('c.id', filter('id'), bind),
    ...numbers('c.galaxy_id', filter('galaxy_id'), bind),
    ...numbers('c.version', filter('version'), bind),
    ...numbers('c.distribution', filter('distribution'), bind),
    ...uuids('c.uuid', filter('uuid'), bind),
    ...uuids('(select g.uuid from galaxies g where g.id = c.galaxy_id)', filter('galaxy_uuid'), bind),
    ...owners('c.org_id', filter('org_id') ?? filter('org'), bind),
    ...owners('c.orgc_id', filter('orgc_id') ?? filter('orgc'), bind),
    ...texts('c.tag_name', filter('tag_name'), bind),
    ...texts('c.type', filter('type'), bind),
    ...texts('c.value', filter('value'), bind),
    ...texts('c.extends_uuid', filter('extends_uuid'), bind),
    ...elementConditions(parameters.elements, bind),
    ...eventCondition(filter('eventid'), bind),
  ];
}

/** Any of `or`, and none of `not`, with one SQL test for a list of values; values that cannot occur match nothing. */
function listConditions(filter: ListFilter | null, test: (entries: readonly string[]) => string): string[] {
  if (filter === null) return [];
  const wanted = [...filter.or, ...filter.and];
  return [
    ...(wanted.length === 0 ? [] : [test(wanted)]),
    ...(filter.not.length === 0 ? [] : [`not coalesce(${test(filter.not)}, false)`]),
  ];
}

function numbers(column: string, filter: ListFilter | null, bind: Bind): string[] {
  return listConditions(filter, (entries) => {
    const ids = entries.flatMap((entry) => readInteger(entry) ?? []);
    return `${column} = any (${bind(ids, 'bigint[]')})`;
  });
}

function uuids(column: string, filter: ListFilter | null, bind: Bind): string[] {
  return listConditions(filter, (entries) => {
    const known = entries.flatMap((entry) => readUuidShape(entry) ?? []);
    return `${column} = any (${bind(known, 'uuid[]')})`;
  });
}

function owners(column: string, filter: ListFilter | null, bind: Bind): string[] {
  return listConditions(filter, (entries) => {
    const ids = entries.flatMap((entry) => readInteger(entry) ?? []);
    const known = entries.flatMap((entry) => readUuidShape(entry) ?? []);
    return `(${column} = any (${bind(ids, 'bigint[]')})
      or ${column} in (select id from organisations where uuid = any (${bind(known, 'uuid[]')})))`;
  });
}

function texts(column: string, filter: ListFilter | null, bind: Bind): string[] {
  return listConditions(filter, (entries) => {
    const { exact, like } = partPatterns(entries.map((entry) => entry.replaceAll('\0', '').toLowerCase()));
    return `(lower(${column}) = any (${bind(exact, 'text[]')})
      or lower(${column}) like any (${bind(like.map(likePattern), 'text[]')}))`;
  });
}

/** `{"synonyms": "x", "country": ["BE", "LU"]}`: each key must have one of its values. */
function elementConditions(given: unknown, bind: Bind): string[] {
  if (!isObject(given)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const filter = readListFilter(value, 'elements');
    if (filter === null) return [];
    const [test] = texts('e.value', { or: [...filter.or, ...filter.and], and: [], not: [] }, bind);
    return [
      `exists (select from visible_galaxy_elements e where e.galaxy_cluster_id = c.id
         and e.key = ${bind(key.replaceAll('\0', ''), 'text')} and ${test ?? 'true'})`,
    ];
  });
}

/** Clusters whose tag an event, or an attribute of it, carries. */
function eventCondition(filter: ListFilter | null, bind: Bind): string[] {
  return listConditions(filter, (entries) => {
    const ids = entries.flatMap((entry) => readId(entry) ?? []);
    const known = entries.flatMap((entry) => readUuidShape(entry) ?? []);
    const events = `(select id from visible_events where id = any (${bind(ids, 'bigint[]')})
      or uuid = any (${bind(known, 'uuid[]')}))`;
    return `lower(c.tag_name) in (select lower(t.name) from visible_tags t where t.id in (
      select tag_id from visible_event_tags where event_id in ${events}
      union all select tag_id from visible_attribute_tags where event_id in ${events}))`;
  });
}

function orderOf(given: unknown): string {
  const list: unknown = typeof given === 'string' ? given.split(',') : given;
  const terms = (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
    const match =
      typeof item === 'string' ? /^(?:galaxycluster\.)?([a-z_]+)(?: +(asc|desc))?$/i.exec(item.trim()) : null;
    const name = match?.[1]?.toLowerCase() ?? '';
    const column = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
    return column === undefined ? [] : [match?.[2]?.toLowerCase() === 'desc' ? `${column} desc` : column];
  });
  return [...terms, 'c.id'].join(', ');
}

function readCount(parameters: Readonly<JsonObject>, name: string): number | null {
  const value = parameters[name];
  if (value === undefined || value === null || value === '' || value === false) return null;
  const count = readInteger(value);
  if (count === null || Math.abs(count) > 1_000_000_000) throw new BadRequest(`${name} takes a whole number.`);
  return count;
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && readBoolean(value) !== false;
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
