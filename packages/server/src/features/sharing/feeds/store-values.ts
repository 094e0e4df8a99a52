import type { Indicator } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { deleteSelected } from '../../intelligence/attributes/delete.ts';
import { addAttributes } from '../../intelligence/attributes/service.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { addEvent, publishEvent } from '../../intelligence/events/service.ts';
import type { FeedRow } from './feed-row.ts';
import { readFeedSettings } from './feed-settings.ts';
import { updateFeed } from './queries.ts';
import { tagsOfFeed } from './tags-of-feed.ts';

/** How storing went. */
export interface StoredValues {
  eventId: number;
  added: number;
  removed: number;
}

const BATCH = 1000;
const MAX_KEPT_KEYS = 5_000_000;

/**
 * Stores the indicators of a CSV or free-text feed in its event: the fixed one, made anew when it is gone, or a new one
 * each time. Values the event has are passed over; with `delta_merge` those that left the feed are soft-deleted. The
 * event is published when the feed says so and anything changed.
 */
export async function storeValues(
  magpie: Magpie,
  viewer: Viewer,
  feed: FeedRow,
  indicators: AsyncIterable<Indicator>,
  options: { signal?: AbortSignal; onProgress?: (seen: number) => void } = {},
): Promise<StoredValues | null> {
  let event: { id: number; isNew: boolean } | null = null;
  const keys = new Set<string>();
  let added = 0;
  const store = async (batch: readonly Indicator[]) => {
    options.signal?.throwIfAborted();
    event ??= await eventOf(magpie, viewer, feed);
    const bodies = batch.map((indicator) => bodyOf(indicator, feed));
    const outcomes = await addAttributes(magpie, viewer, String(event.id), bodies);
    added += outcomes.filter((outcome) => 'id' in outcome).length;
  };
  let batch: Indicator[] = [];
  for await (const indicator of indicators) {
    const key = keyOf(indicator.type, indicator.value);
    if (keys.has(key)) continue;
    if (keys.size < MAX_KEPT_KEYS) keys.add(key);
    batch.push(indicator);
    if (batch.length < BATCH) continue;
    await store(batch);
    batch = [];
    options.onProgress?.(keys.size);
  }
  if (batch.length > 0) await store(batch);
  // A feed that gives nothing is more likely broken than empty: what was stored from it stays.
  if (keys.size === 0) return null;
  const target: { id: number; isNew: boolean } = event ?? (await eventOf(magpie, viewer, feed));
  const mayCompare = feed.delta_merge && !target.isNew && keys.size < MAX_KEPT_KEYS;
  const removed = mayCompare ? await removeGone(magpie, viewer, target.id, keys) : 0;
  if (feed.publish && (added > 0 || removed > 0)) await publishEvent(magpie, viewer, String(target.id));
  return { eventId: target.id, added, removed };
}

async function eventOf(magpie: Magpie, viewer: Viewer, feed: FeedRow): Promise<{ id: number; isNew: boolean }> {
  if (feed.fixed_event && feed.event_id > 0) {
    const known = await magpie.database.as(viewer, (tx) => findEvent(tx, feed.event_id));
    if (known !== null) return { id: known.id, isNew: false };
  }
  const tags = await tagsOfFeed(magpie, viewer, feed);
  const creator = await creatorOf(magpie, viewer, feed);
  const made = await addEvent(
    magpie,
    viewer,
    {
      info: `${feed.name} feed`,
      analysis: 2,
      threat_level_id: 4,
      // Distribution 5 keeps each event's own, and these have none.
      distribution: feed.distribution === 5 ? 0 : feed.distribution,
      sharing_group_id: feed.sharing_group_id,
      Tag: tags.map((name) => ({ name })),
      ...(creator === null ? {} : { Orgc: creator }),
      ...(readFeedSettings(feed.settings).disableCorrelation ? { disable_correlation: true } : {}),
    },
    { keepCreator: true },
  );
  if (feed.fixed_event) {
    await magpie.database.as(viewer, (tx) => updateFeed(tx, feed.id, { event_id: made.id }));
  }
  return { id: made.id, isNew: true };
}

function creatorOf(magpie: Magpie, viewer: Viewer, feed: FeedRow): Promise<{ uuid: string; name: string } | null> {
  if (feed.orgc_id === 0) return Promise.resolve(null);
  return magpie.database.as(viewer, (tx) =>
    tx.first<{ uuid: string; name: string }>('select uuid, name from organisations where id = $1', [feed.orgc_id]),
  );
}

/** Soft-deletes the event's live values that are not among `keys`. Returns how many. */
async function removeGone(magpie: Magpie, viewer: Viewer, eventId: number, keys: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  let after = 0;
  for (;;) {
    const rows = await magpie.database.as(viewer, (tx) =>
      tx.query<{ id: number; type: string; value1: string; value2: string }>(
        `select id, type, value1, value2 from visible_attributes
         where event_id = $1 and id > $2 and not deleted and object_id = 0 order by id limit ${BATCH}`,
        [eventId, after],
      ),
    );
    const gone = rows.filter((row) => !keys.has(keyOf(row.type, joined(row.value1, row.value2))));
    const ids = gone.map((row) => row.id);
    if (ids.length > 0) {
      removed += await deleteSelected(magpie, viewer, String(eventId), ids, { allowHardDelete: false });
    }
    after = rows.at(-1)?.id ?? after;
    if (rows.length < BATCH) return removed;
  }
}

function bodyOf(indicator: Indicator, feed: FeedRow): JsonObject {
  return {
    type: indicator.type,
    category: indicator.category,
    value: indicator.value,
    to_ids: feed.override_ids ? false : indicator.toIds,
    distribution: 5,
    comment: indicator.comment || '',
  };
}

function joined(value1: string, value2: string): string {
  return value2 === '' ? value1 : `${value1}|${value2}`;
}

function keyOf(type: string, value: string): string {
  return `${type} ${value.toLowerCase()}`;
}
