import type { ExportAttribute, ExportEvent } from '@magpie/formats';
import { formatSeen } from '@magpie/model';
import { copyRows, type TextRow, textRow } from '../rest-search/copy-rows.ts';
import { type ExportSearch, exportSource, shownTags } from './export-search.ts';

/** What of an attribute costs more than its own row. */
export interface AttributeRowsWanted {
  /** More of the event than its id. */
  readonly event: boolean;
  readonly tags: boolean;
  readonly eventTags: boolean;
  readonly objects: boolean;
  /** Tags of the event stand behind those of the attribute. */
  readonly inheritTags: boolean;
  /** Only attributes of these types; without it all. */
  readonly types?: readonly string[];
  /** In the event scope attributes of objects stand among the others of their event, not behind them. */
  readonly flat?: boolean;
}

const columns = {
  link_id: 't.link_id',
  tag: 't.name',
  id: 'a.id',
  uuid: 'a.uuid',
  object_id: 'a.object_id',
  object_relation: 'a.object_relation',
  category: 'a.category',
  type: 'a.type',
  value1: 'a.value1',
  value2: 'a.value2',
  to_ids: 'a.to_ids',
  timestamp: 'a.timestamp',
  distribution: 'a.distribution',
  sharing_group_id: 'a.sharing_group_id',
  comment: 'a.comment',
  deleted: 'a.deleted',
  disable_correlation: 'a.disable_correlation',
  first_seen: 'a.first_seen',
  last_seen: 'a.last_seen',
  event_id: 'a.event_id',
  event_uuid: 'e.uuid',
  event_info: 'e.info',
  event_org_id: 'e.org_id',
  event_orgc_id: 'e.orgc_id',
  event_distribution: 'e.distribution',
  event_threat_level_id: 'e.threat_level_id',
  event_analysis: 'e.analysis',
  event_date: 'e.date',
  event_timestamp: 'e.timestamp',
  event_published: 'e.published',
  event_tags: 'et.names',
  object_uuid: 'o.uuid',
  object_name: 'o.name',
  object_meta_category: 'o.meta_category',
} as const;

const columnNames = Object.keys(columns);

const at = Object.fromEntries(columnNames.map((name, index) => [name, index])) as Readonly<
  Record<keyof typeof columns, number>
>;

/** Rows that a cursor brings at once. */
const CURSOR_ROWS = 500;

/**
 * The attributes of an export, batch by batch: memory is bounded by a batch. COPY is several times faster, but keeps
 * the connection busy; through a cursor other statements can run between the batches.
 */
export async function* readAttributeRows(
  search: ExportSearch,
  wanted: AttributeRowsWanted,
  through: 'copy' | 'cursor' = 'copy',
): AsyncGenerator<ExportAttribute[]> {
  const organisations = await loadOrganisations(search);
  const eventOf = createEventReader(organisations);
  const attributeOf = (row: OpenRow) => readAttribute(row, eventOf(row.row), wanted.inheritTags);
  let open: OpenRow | null = null;
  const sql = attributeRowsSql(search, wanted);
  const batches = through === 'copy' ? copyRows(search.tx.copyOut(sql)) : cursorRows(search, sql);
  for await (const rows of batches) {
    const done: ExportAttribute[] = [];
    for (const row of rows) {
      // An attribute with several tags comes as several rows in succession.
      if (open === null || open.row[at.id] !== row[at.id]) {
        if (open !== null) done.push(attributeOf(open));
        open = { row, links: [] };
      }
      const link = row[at.link_id] ?? null;
      if (link !== null) open.links.push({ id: Number(link), name: row[at.tag] ?? '' });
    }
    if (done.length > 0) yield done;
  }
  if (open !== null) yield [attributeOf(open)];
}

async function* cursorRows({ tx }: ExportSearch, sql: string): AsyncGenerator<TextRow[]> {
  for await (const rows of tx.batches<Record<string, unknown>>(sql, [], CURSOR_ROWS)) {
    yield rows.map((row) => textRow(row, columnNames));
  }
}

interface OpenRow {
  readonly row: TextRow;
  readonly links: { id: number; name: string }[];
}

async function loadOrganisations({ tx }: ExportSearch): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.prepared<{ id: number; name: string }>('select id, name from organisations');
  return new Map(rows.map(({ id, name }) => [String(id), name]));
}

// Tags come by joins in one pass, which is several times faster than look-ups row by row. Those of events are looked
// up once an event where its attributes follow each other (PostgreSQL keeps the answer of the lateral join).
function attributeRowsSql(search: ExportSearch, wanted: AttributeRowsWanted): string {
  const { from, where, order } = exportSource(search, { withEvent: wanted.event, flat: wanted.flat ?? false });
  const types = wanted.types ? ` and a.type = any (${search.tx.literal(wanted.types)}::text[])` : '';
  const withEventTags = wanted.eventTags || wanted.inheritTags;
  const given = Object.entries(columns).map(([name, sql]) => {
    const isLeftOut =
      (sql.startsWith('e.') && !wanted.event) ||
      (sql.startsWith('t.') && !wanted.tags) ||
      (sql.startsWith('et.') && !withEventTags) ||
      (sql.startsWith('o.') && !wanted.objects);
    return isLeftOut ? `null as ${name}` : `${sql} as ${name}`;
  });
  const onShown = `g.id = l.tag_id ${shownTags(search)}`;
  const tags = `left join (select l.id as link_id, l.attribute_id, g.name from visible_attribute_tags l
    join visible_tags g on ${onShown}) t on t.attribute_id = a.id`;
  const eventTags = `left join lateral (select json_agg(g.name order by l.id)::text as names
    from visible_event_tags l join visible_tags g on ${onShown} where l.event_id = a.event_id) et on true`;
  const joins = [
    ...(wanted.tags ? [tags] : []),
    ...(withEventTags ? [eventTags] : []),
    ...(wanted.objects ? ['left join visible_objects o on o.id = a.object_id'] : []),
  ];
  return `select ${given.join(', ')} from ${from} ${joins.join(' ')} where ${where}${types} order by ${order}`;
}

/** Keeps the last event: rows of one event mostly follow each other. */
function createEventReader(organisations: ReadonlyMap<string, string>): (row: TextRow) => ExportEvent {
  let last: ExportEvent | null = null;
  return (row) => {
    const id = text(row, 'event_id');
    if (last?.id === id) return last;
    const names = row[at.event_tags] ?? null;
    last = {
      id,
      uuid: text(row, 'event_uuid'),
      info: text(row, 'event_info'),
      org: organisations.get(text(row, 'event_org_id')) ?? '',
      orgc: organisations.get(text(row, 'event_orgc_id')) ?? '',
      distribution: text(row, 'event_distribution'),
      threatLevelId: text(row, 'event_threat_level_id'),
      analysis: text(row, 'event_analysis'),
      date: text(row, 'event_date'),
      timestamp: text(row, 'event_timestamp'),
      published: row[at.event_published] === 't',
      tags: names === null ? [] : readNames(names),
    };
    return last;
  };
}

function readNames(json: string): string[] {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

function readAttribute({ row, links }: OpenRow, event: ExportEvent, inheritTags: boolean): ExportAttribute {
  if (links.length > 1) links.sort((x, y) => x.id - y.id);
  const tags = links.map(({ name }) => name);
  const objectUuid = row[at.object_uuid] ?? null;
  return {
    id: text(row, 'id'),
    uuid: text(row, 'uuid'),
    objectId: text(row, 'object_id'),
    objectRelation: row[at.object_relation] ?? null,
    category: text(row, 'category'),
    type: text(row, 'type'),
    value1: text(row, 'value1'),
    value2: text(row, 'value2'),
    toIds: row[at.to_ids] === 't',
    timestamp: text(row, 'timestamp'),
    distribution: text(row, 'distribution'),
    sharingGroupId: text(row, 'sharing_group_id'),
    comment: text(row, 'comment'),
    deleted: row[at.deleted] === 't',
    disableCorrelation: row[at.disable_correlation] === 't',
    firstSeen: seen(row[at.first_seen]),
    lastSeen: seen(row[at.last_seen]),
    tags: inheritTags ? [...tags, ...event.tags.filter((name) => !tags.includes(name))] : tags,
    object:
      objectUuid === null
        ? null
        : { uuid: objectUuid, name: text(row, 'object_name'), metaCategory: text(row, 'object_meta_category') },
    event,
  };
}

function text(row: TextRow, column: keyof typeof columns): string {
  return row[at[column]] ?? '';
}

function seen(microseconds: string | null | undefined): string | null {
  return microseconds === null || microseconds === undefined ? null : formatSeen(Number(microseconds));
}
