import type { ExportAttribute, SeenTechniques } from '@magpie/formats';
import type { Transaction } from '../../../database/transaction.ts';
import { readAttributeRows } from './attribute-rows.ts';
import { withoutListed } from './csv-format.ts';
import { type ExportSearch, shownTags } from './export-search.ts';
import { foundEvents } from './found-events.ts';

const EVENTS_AT_ONCE = 500;

/** Events with their techniques (in the event scope), then attributes with theirs, and when they were seen. */
export async function* readSeenTechniques(search: ExportSearch): AsyncGenerator<SeenTechniques[]> {
  if (search.scope === 'events') yield* seenOnEvents(search);
  const wanted = { event: false, tags: true, eventTags: false, objects: false, inheritTags: false };
  // Each batch costs a statement more, so that the rows come through a cursor.
  for await (const rows of withoutListed(readAttributeRows(search, wanted, 'cursor'), search)) {
    const tagged = rows.filter(({ tags }) => tags.some(isTechnique));
    if (tagged.length > 0) yield await seenOnAttributes(search.tx, tagged);
  }
}

function isTechnique(name: string): boolean {
  return name.startsWith('misp-galaxy:mitre-attack-pattern=');
}

interface SeenRow {
  uuid: string;
  timestamp: number;
  first: number | null;
  last: number | null;
  tags: string[];
}

async function* seenOnEvents(search: ExportSearch): AsyncGenerator<SeenTechniques[]> {
  const { sql, values } = foundEvents(search);
  const rows = search.tx.batches<SeenRow>(
    `select e.uuid, e.timestamp, s.first, s.last, t.tags from (${sql}) f join visible_events e on e.id = f.id
     join lateral (select array_agg(g.name order by l.id) as tags from visible_event_tags l
       join visible_tags g on g.id = l.tag_id
       where l.event_id = e.id and g.name like 'misp-galaxy:mitre-attack-pattern=%' ${shownTags(search)}
     ) t on t.tags is not null
     left join lateral (select min(date_sighting) as first, max(date_sighting) as last from visible_sightings s
       where s.event_id = e.id) s on true`,
    values,
    EVENTS_AT_ONCE,
  );
  for await (const batch of rows)
    yield batch.map((row) => seen(row.uuid, row.timestamp, row.first, row.last, row.tags));
}

async function seenOnAttributes(tx: Transaction, rows: readonly ExportAttribute[]): Promise<SeenTechniques[]> {
  const found = await tx.query<{ attribute_id: number; first: number; last: number }>(
    `select attribute_id, min(date_sighting) as first, max(date_sighting) as last from visible_sightings
     where attribute_id = any ($1) group by 1`,
    [rows.map(({ id }) => Number(id))],
  );
  const times = new Map(found.map((row) => [String(row.attribute_id), row]));
  return rows.map((row) => {
    const own = times.get(row.id);
    return seen(row.uuid, Number(row.timestamp), own?.first ?? null, own?.last ?? null, row.tags);
  });
}

function seen(
  uuid: string,
  timestamp: number,
  first: number | null,
  last: number | null,
  tags: readonly string[],
): SeenTechniques {
  return { uuid, first: Math.min(timestamp, first ?? timestamp), last: Math.max(timestamp, last ?? timestamp), tags };
}
