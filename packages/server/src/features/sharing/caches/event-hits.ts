import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import {
  type CacheHit,
  cacheHits,
  maySeeHits,
  type SoughtAttribute,
  sourceWire,
  type ValueSource,
  visibleSources,
} from './hits.ts';

type Wire = Record<string, unknown>;

/** Above this many hits in an event they are counted and no longer listed, as in MISP. */
const MAX_LISTED = 10_000;

/** Finds hits of the attributes of events while these are read, and keeps what the events' own JSON says of them. */
export interface EventHits {
  /** Takes the rows of one page; their parts of JSON by attribute id. */
  ofAttributes(tx: Transaction, rows: readonly SoughtAttribute[]): Promise<ReadonlyMap<number, Wire>>;
  /** The part of an event's JSON, once all of its attributes were taken. `ids`: the event and what is merged in. */
  ofEvent(ids: readonly number[]): Wire;
}

/** Null when there is nothing to look in, or the viewer may see hits in none of the events. */
export async function prepareEventHits(
  tx: Transaction,
  viewer: Viewer,
  events: readonly { id: number; org_id: number; orgc_id: number }[],
  wanted: { feeds: boolean; servers: boolean },
): Promise<EventHits | null> {
  const allowed = new Set(events.filter((event) => maySeeHits(viewer, event)).map((event) => event.id));
  if (allowed.size === 0 || !(wanted.feeds || wanted.servers)) return null;
  const all = await visibleSources(tx);
  const isWanted = (source: ValueSource) => (source.kind === 'feed' ? wanted.feeds : wanted.servers);
  const sources = new Map([...all].filter(([, source]) => isWanted(source)));
  if (sources.size === 0) return null;
  const found = new Map<number, { count: number; sources: Map<ValueSource, Set<string>> }>();

  function note(hits: readonly CacheHit[]): void {
    for (const { eventId, source, eventUuids } of hits) {
      const entry = found.get(eventId) ?? { count: 0, sources: new Map<ValueSource, Set<string>>() };
      found.set(eventId, entry);
      entry.count += 1;
      const uuids = entry.sources.get(source) ?? new Set();
      entry.sources.set(source, uuids);
      if (uuids.size < MAX_LISTED) for (const uuid of eventUuids) uuids.add(uuid);
    }
  }

  return {
    async ofAttributes(inner, rows) {
      const hits = await cacheHits(
        inner,
        rows.filter((row) => allowed.has(row.event_id)),
        sources,
      );
      note(hits);
      return attributeParts(hits, (eventId) => (found.get(eventId)?.count ?? 0) > MAX_LISTED);
    },
    ofEvent(ids) {
      const entries = ids.flatMap((id) => found.get(id) ?? []);
      const count = entries.reduce((sum, entry) => sum + entry.count, 0);
      if (count === 0) return {};
      if (count > MAX_LISTED) return { FeedCount: count };
      const merged = new Map<ValueSource, Set<string>>();
      for (const [source, uuids] of entries.flatMap((entry) => [...entry.sources])) {
        merged.set(source, new Set([...(merged.get(source) ?? []), ...uuids]));
      }
      return listed([...merged].map(([source, uuids]) => ({ source, eventUuids: [...uuids] })));
    },
  };
}

function attributeParts(hits: readonly CacheHit[], isTooMany: (eventId: number) => boolean): Map<number, Wire> {
  const parts = new Map<number, Wire>();
  for (const [id, own] of Map.groupBy(hits, (hit) => hit.attributeId)) {
    const [first] = own;
    parts.set(id, first !== undefined && isTooMany(first.eventId) ? { FeedHit: true } : listed(own));
  }
  return parts;
}

function listed(hits: readonly { source: ValueSource; eventUuids: string[] }[]): Wire {
  const of = (kind: ValueSource['kind']) =>
    hits.filter(({ source }) => source.kind === kind).map(({ source, eventUuids }) => sourceWire(source, eventUuids));
  const feeds = of('feed');
  const servers = of('server');
  return { ...(feeds.length > 0 ? { Feed: feeds } : {}), ...(servers.length > 0 ? { Server: servers } : {}) };
}
