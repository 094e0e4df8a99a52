import { type FeedEvent, writeFeedEvent, writeFeedHashes, writeFeedManifest } from '@magpie/formats';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { readEvents } from '../../intelligence/events/read.ts';
import { type ExportSearch, readExportSearch } from '../exports/export-search.ts';
import { foundEvents } from '../exports/found-events.ts';
import { readValueRows } from '../exports/value-rows.ts';
import { searchParametersOf } from '../rest-search/parameters.ts';

const EVENTS_AT_ONCE = 500;

/** The search for the events of a feed: published ones, with the filters of an event search. */
export function readFeedSearch(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  filters: Readonly<Record<string, unknown>>,
): Promise<ExportSearch> {
  const parameters = searchParametersOf('events', { ...filters, published: 1 });
  return readExportSearch(magpie, tx, viewer, 'events', parameters);
}

interface FeedRow {
  uuid: string;
  info: string;
  date: string;
  analysis: number;
  threat_level_id: number;
  timestamp: number;
  orgc: string | null;
  orgc_uuid: string | null;
  tags: { name: string; colour: string }[] | null;
}

/** `manifest.json`: what the feed holds. Tags that stay on this instance are left out. */
export function readManifest(search: ExportSearch): AsyncGenerator<string> {
  return writeFeedManifest(feedEvents(search));
}

/** The uuids of the events of a feed. */
export async function* readFeedUuids(search: ExportSearch): AsyncGenerator<string[]> {
  for await (const events of feedEvents(search)) yield events.map(({ uuid }) => uuid);
}

async function* feedEvents(search: ExportSearch): AsyncGenerator<FeedEvent[]> {
  const { sql, values } = foundEvents(search);
  const batches = search.tx.batches<FeedRow>(
    `select e.uuid, e.info, e.date, e.analysis, e.threat_level_id, e.timestamp, c.name as orgc, c.uuid as orgc_uuid,
       (select json_agg(json_build_object('name', g.name, 'colour', g.colour) order by l.id)
        from visible_event_tags l join visible_tags g on g.id = l.tag_id
        where l.event_id = e.id and not l.local and g.exportable) as tags
     from (${sql}) f join visible_events e on e.id = f.id left join organisations c on c.id = e.orgc_id order by e.id`,
    values,
    EVENTS_AT_ONCE,
  );
  for await (const rows of batches) {
    yield rows.map((row) => ({
      uuid: row.uuid,
      info: row.info,
      date: row.date,
      analysis: row.analysis,
      threatLevelId: row.threat_level_id,
      timestamp: row.timestamp,
      orgc: { name: row.orgc ?? '', uuid: row.orgc_uuid ?? '' },
      tags: row.tags ?? [],
    }));
  }
}

/** `hashes.csv`: where each value is found. */
export function readHashes(search: ExportSearch): AsyncGenerator<string> {
  return writeFeedHashes(readValueRows(search, { withUuid: true }));
}

/** One event of a feed. Throws `NotFound` for what is not there, not visible, or not published. */
export async function readFeedEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  uuid: string,
): Promise<AsyncIterable<string>> {
  const row = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)
    ? await tx.first<{ id: number }>('select id from visible_events where uuid = $1 and published', [uuid])
    : null;
  if (row === null) throw new NotFound('No such event in this feed.');
  const options = { attachments: true, excludeLocalTags: true, excludeGalaxy: true, noShadowAttributes: true };
  return writeFeedEvent(chunksOf(readEvents(magpie, tx, viewer, [row.id], options)));
}

async function* chunksOf(events: AsyncIterable<{ chunks: AsyncIterable<string> }>): AsyncGenerator<string> {
  for await (const event of events) yield* event.chunks;
}
