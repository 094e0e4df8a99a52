import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { isFileType } from '../../intelligence/attachments/prepare.ts';
import { attributeRowWire } from '../../intelligence/attributes/wire.ts';
import { attributeNotes } from '../../intelligence/events/attribute-notes.ts';
import { loadAttributeTags } from '../../intelligence/events/load.ts';
import type { ReadEventOptions } from '../../intelligence/events/read-options.ts';
import type { AttributeRow, ObjectRow } from '../../intelligence/events/rows.ts';
import { objectWire } from '../../intelligence/objects/wire.ts';
import { readDecayWanted } from '../../knowledge/decaying/scoring.ts';
import { type TagRow, tagColumns } from '../../knowledge/tags/rows.ts';
import { tagWire } from '../../knowledge/tags/wire.ts';
import { deletedCondition } from './attribute-condition.ts';
import type { Finding } from './attribute-source.ts';
import type { SearchCriteria } from './criteria.ts';
import { eventContexts, type ShortEventRow, shortEventWire } from './event-context.ts';
import { findPage, type PageRequest } from './find-page.ts';
import { idsOfFirstRows } from './first-rows.ts';
import type { Reading } from './held-transaction.ts';
import { countBounded } from './match-count.ts';
import { eventsInSight } from './narrow-sight.ts';
import { orderSql, readOrder } from './order.ts';
import { boundsByAttributes, usualBounds } from './page-bounds.ts';
import { hasRowBehind, pageIds, sortsFirst } from './page-sql.ts';
import { type Page, readPage, type SearchParameters } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { countRows } from './recent-counts.ts';
import { resolveNames } from './resolve.ts';
import { lookedUpForEach } from './resolved-names.ts';
import { excludesLocalTags, WHOLE_ROWS } from './search-attributes.ts';
import { deletedOnlyOf, warningsWanted } from './search-events.ts';
import { headOf, type SearchHead } from './search-head.ts';
import { bindParameters } from './sql-text.ts';
import { objectWhere } from './where.ts';

const OPENING = '{"response": [';
const CLOSING = ']}\n';
const OBJECTS_AT_ONCE = 200;

type FoundObject = ObjectRow & ShortEventRow;

/** Searches objects: each with its attributes and a short event block, or the large one of includeContext. */
export async function searchObjects(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
): Promise<Reading<SearchHead>> {
  const criteria = readCriteria(parameters, magpie.now());
  const names = await resolveNames(tx, criteria);
  const page = readPage(parameters);
  const order = readOrder(parameters);
  const { bind, values } = bindParameters();
  const { where, usesEvent } = objectWhere({ criteria, names, bind, deletedOnlyOf: deletedOnlyOf(viewer) });
  const from = `visible_objects o${usesEvent ? ' join visible_events e on e.id = o.event_id' : ''}`;
  const source = { from, where, id: 'o.id', order };
  const conditions = [...values];
  const body = (ids: string, bound: readonly SqlValue[]) => {
    const sql = `select o.*, e.info as event_info, e.org_id as event_org_id, e.orgc_id as event_orgc_id
      from (${ids}) p join visible_objects o on o.id = p.id join visible_events e on e.id = o.event_id
      order by ${orderSql(order)}`;
    return writeObjects({ magpie, tx, parameters, criteria }, tx.batches<FoundObject>(sql, bound, OBJECTS_AT_ONCE));
  };
  const { limit } = page;
  if (limit === null || limit > WHOLE_ROWS) {
    const count = page.afterId === null ? { total: await countRows(tx, source, conditions), isExact: true } : null;
    const hasMore = count === null && (await hasRowBehind(tx, source, page, conditions));
    const sortFirst = limit !== null && (await sortsFirst(tx, source, page, conditions));
    const head = count === null ? { total: null, hasMore } : headOf(count);
    return { head, body: body(pageIds(source, page, sortFirst, bind), values) };
  }
  const bounds = dependsOnAttributes(criteria) ? boundsByAttributes : usualBounds;
  const request: PageRequest = {
    source,
    page: { ...page, limit },
    bound: conditions,
    isEverything: where === EVERYTHING,
    large: dependsOnAttributes(criteria) ? null : 'visible_objects',
    narrow: () => eventsInSight(tx, criteria, bounds),
    own: (wanted) => firstObjects(tx, viewer, { criteria, names, order }, wanted),
    leading: () => Promise.resolve({ rows: [], areAll: false }),
    known: () => Promise.resolve(null),
    count: () => countBounded(tx, source, conditions, bounds),
  };
  const { ids, count, hasMore } = await findPage(tx, request, bounds);
  const head = count === null ? { total: null, hasMore } : headOf(count, 0, hasMore);
  return { head, body: body('select id from unnest($1::bigint[]) id', [ids]) };
}

const EVERYTHING = 'not o.deleted';
/** Objects whose attributes are looked at one by one before all attributes that match are gathered. */
const FIRST_OBJECTS = 5000;

function dependsOnAttributes({ attribute, tags, anywhere }: SearchCriteria): boolean {
  return attribute.length > 0 || tags.length > 0 || anywhere !== null;
}

// With an offset it is looked up for each object, whatever the planner expects of the rest.
const EVENT_OF_EACH = ' cross join lateral (select * from visible_events v where v.id = o.event_id offset 0) e';

/** The page of objects, if attributes of the first ones fill it. */
export async function firstObjects(
  tx: Transaction,
  viewer: Viewer,
  { criteria, names, order }: Finding,
  page: Page & { readonly limit: number },
  rows = FIRST_OBJECTS,
): Promise<readonly { id: number }[] | null> {
  if (!dependsOnAttributes(criteria)) return null;
  return idsOfFirstRows(
    tx,
    {
      view: 'visible_objects o',
      id: 'o.id',
      order,
      rows,
      condition(bind) {
        const input = { criteria, names: lookedUpForEach(names), bind, deletedOnlyOf: deletedOnlyOf(viewer) };
        const { where, usesEvent } = objectWhere({ ...input, oneByOne: true });
        return { join: usesEvent ? EVENT_OF_EACH : '', where };
      },
    },
    page,
  );
}

interface Writing {
  readonly magpie: Magpie;
  readonly tx: Transaction;
  readonly parameters: SearchParameters;
  readonly criteria: SearchCriteria;
}

async function* writeObjects(writing: Writing, batches: AsyncIterable<FoundObject[]>): AsyncGenerator<string> {
  yield OPENING;
  let separator = '';
  for await (const objects of batches) {
    const attributes = writing.parameters.flag('metadata') ? null : await attributesOf(writing, objects);
    const contexts = await contextsOf(writing, objects);
    for (const object of objects) {
      const members = attributes === null ? {} : { Attribute: attributes.get(object.id) ?? [] };
      const event = contexts.get(object.event_id) ?? shortEventWire(object);
      yield separator + JSON.stringify({ Object: { ...objectWire(object), ...members, Event: event } });
      separator = ',';
    }
  }
  yield CLOSING;
}

async function contextsOf(
  { tx, parameters }: Writing,
  objects: readonly FoundObject[],
): Promise<Map<number, Record<string, unknown>>> {
  if (!parameters.flag('includeContext')) return new Map();
  return eventContexts(
    tx,
    objects.map((object) => object.event_id),
    { includeAllTags: parameters.flag('includeAllTags'), excludeLocalTags: excludesLocalTags(tx, parameters) },
  );
}

async function attributesOf(
  { tx, magpie, parameters, criteria }: Writing,
  objects: readonly ObjectRow[],
): Promise<Map<number, Record<string, unknown>[]>> {
  // A deleted object keeps its deleted attributes; a live one shows live ones only, unless both are asked for.
  const state = criteria.deleted === 'live' ? deletedCondition('live', 'a') : [];
  const rows = await tx.prepared<AttributeRow>(
    `select a.* from visible_attributes a where ${['a.object_id = any ($1::bigint[])', ...state].join(' and ')} order by a.id`,
    [objects.map((object) => object.id)],
  );
  const ids = rows.map((row) => row.id);
  const tags = await tagsOf(tx, ids, parameters.flag('includeAllTags'));
  const files = parameters.flag('withAttachments') ? await filesOf(magpie, tx, rows) : new Map<number, string>();
  const options = notesWanted(parameters);
  const links = options.decay ? await loadAttributeTags(tx, ids, options) : [];
  const linksOf = Map.groupBy(links, (link) => link.attribute_id);
  const notesOf = await attributeNotes({ magpie, tx, options }, rows, linksOf);
  const byObject = new Map<number, Record<string, unknown>[]>();
  for (const row of rows) {
    const notes = notesOf(row);
    if (notes === null) continue;
    const data = files.get(row.id);
    const wire = {
      ...attributeRowWire(row, { halves: true }),
      ...(data === undefined ? {} : { data }),
      ...notes,
      AttributeTag: tags.get(row.id) ?? [],
    };
    const list = byObject.get(row.object_id);
    if (list) list.push(wire);
    else byObject.set(row.object_id, [wire]);
  }
  return byObject;
}

/** Hits of warninglists and scores of decaying models, which also leave attributes out. */
function notesWanted(parameters: SearchParameters): ReadEventOptions {
  return { includeAllTags: true, decay: readDecayWanted(parameters.get), ...warningsWanted(parameters) };
}

type LinkedTag = TagRow & {
  link_id: number;
  attribute_id: number;
  event_id: number;
  local: boolean;
  relationship_type: string;
};

async function tagsOf(
  tx: Transaction,
  attributeIds: readonly number[],
  includeAllTags: boolean,
): Promise<Map<number, Record<string, unknown>[]>> {
  const links = await tx.prepared<LinkedTag>(
    `select l.id as link_id, l.attribute_id, l.event_id, l.local, l.relationship_type, ${tagColumns}
     from visible_attribute_tags l join visible_tags t on t.id = l.tag_id
     where l.attribute_id = any ($1::bigint[]) and ($2 or t.exportable) order by l.id`,
    [attributeIds, includeAllTags],
  );
  const tags = new Map<number, Record<string, unknown>[]>();
  for (const link of links) {
    const wire = {
      id: String(link.link_id),
      attribute_id: String(link.attribute_id),
      event_id: String(link.event_id),
      tag_id: String(link.id),
      local: link.local,
      relationship_type: link.relationship_type === '' ? null : link.relationship_type,
      Tag: tagWire(link),
    };
    const list = tags.get(link.attribute_id);
    if (list) list.push(wire);
    else tags.set(link.attribute_id, [wire]);
  }
  return tags;
}

async function filesOf(magpie: Magpie, tx: Transaction, rows: readonly AttributeRow[]): Promise<Map<number, string>> {
  const ids = rows.filter((row) => isFileType(row.type)).map((row) => row.id);
  const found = await tx.prepared<{ attribute_id: number; sha256: Buffer }>(
    'select attribute_id, sha256 from visible_attachments where attribute_id = any ($1::bigint[])',
    [ids],
  );
  const files = new Map<number, string>();
  for (const file of found)
    files.set(file.attribute_id, (await magpie.attachments.get(file.sha256)).toString('base64'));
  return files;
}
