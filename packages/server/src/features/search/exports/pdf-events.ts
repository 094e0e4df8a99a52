import type { ExportAttribute, ExportEvent, PdfEvent, PdfReport } from '@magpie/formats';
import type { Transaction } from '../../../database/transaction.ts';
import type { AttachmentStore } from '../../intelligence/attachments/store.ts';
import { withElements } from '../report-pdf/report-elements.ts';
import { readAttributeRows } from './attribute-rows.ts';
import { withoutListed } from './csv-format.ts';
import { type ExportSearch, shownTags } from './export-search.ts';
import { foundEvents } from './found-events.ts';

const EVENTS_AT_ONCE = 50;

/**
 * The found events with their reports and attributes, one after the other: attributes come in the order of the events,
 * so that one walk over them serves all. Each event's attributes are to be read before the next event is asked for.
 */
export async function* readPdfEvents(search: ExportSearch, files: AttachmentStore): AsyncGenerator<PdfEvent> {
  const { sql, values } = foundEvents(search);
  const wanted = { event: false, tags: true, eventTags: false, objects: true, inheritTags: false };
  const attributes = createWalk(withoutListed(readAttributeRows(search, wanted, 'cursor'), search));
  try {
    for await (const batch of search.tx.batches<{ id: number }>(sql, values, EVENTS_AT_ONCE)) {
      const ids = batch.map(({ id }) => id);
      const events = await loadEvents(search, ids);
      const reports = await loadReports(search.tx, files, ids);
      for (const id of ids) {
        const event = events.get(String(id));
        if (event === undefined) continue;
        yield { event, reports: reports.get(String(id)) ?? [], attributes: attributes.of(event.id) };
      }
    }
  } finally {
    await attributes.close();
  }
}

/** Takes the rows of one event after the other out of one stream. */
function createWalk(batches: AsyncGenerator<ExportAttribute[]>) {
  let rest: ExportAttribute[] = [];
  async function* of(eventId: string): AsyncGenerator<ExportAttribute[]> {
    for (;;) {
      if (rest.length === 0) {
        const next = await batches.next();
        if (next.done) return;
        rest = next.value;
        continue;
      }
      const end = rest.findIndex((row) => row.event.id !== eventId);
      if (end === 0) return;
      const own = end === -1 ? rest : rest.slice(0, end);
      rest = end === -1 ? [] : rest.slice(end);
      yield own;
    }
  }
  return { of, close: () => batches.return(undefined) };
}

interface EventRow {
  id: number;
  uuid: string;
  info: string;
  org: string;
  orgc: string;
  distribution: number;
  threat_level_id: number;
  analysis: number;
  date: string;
  timestamp: number;
  published: boolean;
  tags: string[] | null;
}

async function loadEvents(search: ExportSearch, ids: readonly number[]) {
  const rows = await search.tx.query<EventRow>(
    `select e.id, e.uuid, e.info, coalesce(o.name, '') as org, coalesce(c.name, '') as orgc, e.distribution,
       e.threat_level_id, e.analysis, e.date, e.timestamp, e.published,
       (select array_agg(g.name order by l.id) from visible_event_tags l join visible_tags g on g.id = l.tag_id
        where l.event_id = e.id ${shownTags(search)}) as tags
     from visible_events e left join organisations o on o.id = e.org_id left join organisations c on c.id = e.orgc_id
     where e.id = any ($1)`,
    [ids],
  );
  return new Map(rows.map((row): [string, ExportEvent] => [String(row.id), eventOf(row)]));
}

function eventOf(row: EventRow): ExportEvent {
  return {
    id: String(row.id),
    uuid: row.uuid,
    info: row.info,
    org: row.org,
    orgc: row.orgc,
    distribution: String(row.distribution),
    threatLevelId: String(row.threat_level_id),
    analysis: String(row.analysis),
    date: row.date,
    timestamp: String(row.timestamp),
    published: row.published,
    tags: row.tags ?? [],
  };
}

async function loadReports(
  tx: Transaction,
  files: AttachmentStore,
  ids: readonly number[],
): Promise<Map<string, PdfReport[]>> {
  const rows = await tx.query<{ event_id: number; name: string; content: string }>(
    'select event_id, name, content from visible_event_reports where event_id = any ($1) and not deleted order by id',
    [ids],
  );
  return Map.groupBy(await withElements(tx, files, rows), ({ event_id }) => String(event_id));
}
