import { isCompositeType, neverCorrelates } from '@magpie/model';
import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { md5Key } from './keys.ts';

type Wire = Record<string, unknown>;

/** What is looked up of an attribute. */
export interface SoughtAttribute {
  id: number;
  event_id: number;
  type: string;
  value1: string;
  value2: string;
  disable_correlation: boolean;
}

/** A current source that the viewer may see. What a plain user may not learn of a server is null. */
export interface ValueSource {
  id: number;
  kind: 'feed' | 'server';
  feed_id: number | null;
  server_id: number | null;
  name: string;
  url: string | null;
  provider: string | null;
  source_format: string | null;
  input_source: string | null;
  lookup_visible: boolean | null;
  default: boolean | null;
  value_count: number;
  covered_count: number;
}

/** That an attribute's value is in a source; `eventUuids` where the source tells in which of its events. */
export interface CacheHit {
  attributeId: number;
  eventId: number;
  source: ValueSource;
  eventUuids: string[];
}

/** Of one value, no more events of a source are named. */
const MAX_EVENTS = 100;
/** Types of which only the first half is kept by sources. */
const FIRST_HALF_ONLY = new Set(['ip-src|port', 'ip-dst|port', 'hostname|port']);

/** All sources that the viewer may see hits of: feeds and servers number in the hundreds at most. */
export async function visibleSources(tx: Transaction): Promise<Map<number, ValueSource>> {
  const rows = await tx.query<ValueSource>('select * from visible_value_sources order by kind, feed_id, server_id');
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Which of the attributes' values are known to feeds and connected instances: two probes of an index for all of them.
 * Attributes that do not correlate are passed over. Sources that the viewer may not see give nothing.
 */
export async function cacheHits(
  tx: Transaction,
  attributes: readonly SoughtAttribute[],
  sources: ReadonlyMap<number, ValueSource>,
): Promise<CacheHit[]> {
  if (sources.size === 0) return [];
  const sought = attributes.filter((row) => !row.disable_correlation && !neverCorrelates(row.type));
  const values = sought.flatMap((row) => valuesOf(row).map((value) => ({ row, value })));
  if (values.length === 0) return [];
  const rows = await tx.query<{ n: number; source_id: number; event_uuids: string[] | null }>(
    `with sought as (select * from unnest($1::bigint[], $2::bigint[]) with ordinality as s (md5, h, n)),
       found as (
         select s.n, c.source_id, c.event_uuid from sought s join visible_cached_values c on c.md5 = s.md5
         union select s.n, c.source_id, c.event_uuid from sought s join visible_cached_values c on c.h = s.h)
     select n, source_id, (array_agg(distinct event_uuid::text) filter (where event_uuid is not null))[1:${MAX_EVENTS}]
       as event_uuids
     from found group by n, source_id order by n, source_id`,
    [values.map(({ value }) => md5Key(value)), values.map(({ value }) => valueDigest(value))],
  );
  return mergeHits(rows, values, sources);
}

function mergeHits(
  rows: readonly { n: number; source_id: number; event_uuids: string[] | null }[],
  values: readonly { row: SoughtAttribute }[],
  sources: ReadonlyMap<number, ValueSource>,
): CacheHit[] {
  const hits = new Map<string, CacheHit>();
  for (const { n, source_id, event_uuids } of rows) {
    const row = values[n - 1]?.row;
    const source = sources.get(source_id);
    if (row === undefined || source === undefined) continue;
    const key = `${row.id} ${source.id}`;
    const known = hits.get(key);
    const eventUuids = [...new Set([...(known?.eventUuids ?? []), ...(event_uuids ?? [])])];
    hits.set(key, { attributeId: row.id, eventId: row.event_id, source, eventUuids });
  }
  return [...hits.values()];
}

/** Forms under which sources may have a value: halves, the pair as it stands, an address without its scheme. */
function valuesOf({ type, value1, value2 }: SoughtAttribute): string[] {
  const values = [value1];
  if (isCompositeType(type) && value2 !== '') {
    if (!FIRST_HALF_ONLY.has(type)) values.push(value2);
    values.push(`${value1}|${value2}`);
  }
  if (type === 'url') values.push(value1.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''));
  return [...new Set(values)].filter((value) => value !== '');
}

/** May the viewer see hits in an event: by his role, or as it belongs to his organisation. */
export function maySeeHits(viewer: Viewer, event: { org_id: number; orgc_id: number }): boolean {
  if (isSiteAdmin(viewer) || can(viewer, 'perm_view_feed_correlations')) return true;
  return event.org_id === viewer.organisationId || event.orgc_id === viewer.organisationId;
}

/** A source in an event's JSON. */
export function sourceWire(source: ValueSource, eventUuids: readonly string[]): Wire {
  const { name, url } = source;
  if (source.kind === 'server') {
    // Plain users learn which instance has the value, and no more.
    if (url === null) return { id: String(source.server_id), name };
    return { id: String(source.server_id), name, url, event_uuids: eventUuids };
  }
  return {
    id: String(source.feed_id),
    name,
    url,
    provider: source.provider,
    source_format: source.source_format,
    lookup_visible: source.lookup_visible,
    ...(source.source_format === 'misp' ? { event_uuids: eventUuids } : {}),
  };
}
