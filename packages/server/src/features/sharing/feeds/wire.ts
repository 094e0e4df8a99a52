import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { tagWire } from '../../knowledge/tags/wire.ts';
import type { FeedRow } from './feed-row.ts';
import type { FeedSurroundings } from './queries.ts';

type Json = Record<string, unknown>;

/** A feed as add and edit answer it. */
export function feedWire(row: FeedRow): Json {
  return {
    id: String(row.id),
    name: row.name,
    provider: row.provider,
    url: row.url,
    rules: row.rules,
    enabled: row.enabled,
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    tag_id: String(row.tag_id),
    default: row.default,
    source_format: row.source_format,
    fixed_event: row.fixed_event,
    delta_merge: row.delta_merge,
    event_id: String(row.event_id),
    publish: row.publish,
    override_ids: row.override_ids,
    settings: row.settings,
    input_source: row.input_source,
    delete_local_file: row.delete_local_file,
    lookup_visible: row.lookup_visible,
    headers: row.headers,
    caching_enabled: row.caching_enabled,
    force_to_ids: row.force_to_ids,
    orgc_id: String(row.orgc_id),
    tag_collection_id: String(row.tag_collection_id),
  };
}

/** One entry of the list; when a feed was cached is told to site administrators. */
export function listedFeedWire(row: FeedRow, around: FeedSurroundings, viewer: Viewer): Json {
  const load = row.cache_source_id === null ? undefined : around.loads.get(row.cache_source_id);
  const cached = load === undefined ? false : String(Math.floor(load.loaded_at.getTime() / 1000));
  return {
    Feed: { ...feedWire(row), ...(isSiteAdmin(viewer) ? { cache_timestamp: cached } : {}) },
    ...surroundingsWire(row, around),
  };
}

/** The answer of view: with the size of the cache, and how much of it other sources have too. */
export function viewedFeedWire(row: FeedRow, around: FeedSurroundings): Json {
  const load = row.cache_source_id === null ? undefined : around.loads.get(row.cache_source_id);
  const count = load?.value_count ?? 0;
  return {
    Feed: {
      ...feedWire(row),
      ...(load === undefined ? {} : { cache_timestamp: String(Math.floor(load.loaded_at.getTime() / 1000)) }),
      cached_elements: count,
      coverage_by_other_feeds: `${coverageOf(load)}%`,
    },
    ...surroundingsWire(row, around),
  };
}

/** Percentage of a source's values that other sources have too, to one decimal place. */
export function coverageOf(load: { value_count: number; covered_count: number } | undefined): number {
  if (load === undefined || load.value_count === 0) return 0;
  return Math.round((1000 * load.covered_count) / load.value_count) / 10;
}

function surroundingsWire(row: FeedRow, around: FeedSurroundings): Json {
  const tag = around.tags.get(row.tag_id);
  const collection = around.collections.get(row.tag_collection_id);
  const creator = around.creators.get(row.orgc_id);
  return {
    ...(tag === undefined ? {} : { Tag: tagWire(tag) }),
    ...(collection === undefined ? {} : { TagCollection: { ...collection, id: String(collection.id) } }),
    ...(creator === undefined ? {} : { Orgc: { ...creator, id: String(creator.id) } }),
  };
}
