import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readEvents } from '../../intelligence/events/read.ts';
import type { ReadEventOptions } from '../../intelligence/events/read-options.ts';
import { type EventValues, readEventValues } from '../../intelligence/events/read-values.ts';
import { readDecayWanted, readEventScoresWanted } from '../../knowledge/decaying/scoring.ts';
import type { Finding } from './attribute-source.ts';
import type { SearchCriteria } from './criteria.ts';
import { readListFilter } from './filter-forms.ts';
import { findPage } from './find-page.ts';
import { idsOfFirstRows } from './first-rows.ts';
import { flattenEvent } from './flatten-event.ts';
import type { Reading } from './held-transaction.ts';
import { countBounded } from './match-count.ts';
import { orderSql, readOrder } from './order.ts';
import { hasRowBehind, pageIds, sortsFirst } from './page-sql.ts';
import { type Page, readPage, type SearchParameters } from './parameters.ts';
import { countRows } from './recent-counts.ts';
import { resolveNames, resolveTags } from './resolve.ts';
import { type ResolvedNames, tagIds } from './resolved-names.ts';
import { searchCriteria } from './search-criteria.ts';
import { headOf, type SearchHead } from './search-head.ts';
import { bindParameters } from './sql-text.ts';
import { eventWhere } from './where.ts';

const OPENING = '{"response": [';
const CLOSING = ']}\n';
/** Ids up to this many are taken with one statement; more are counted and read through a cursor. */
const IDS_AT_ONCE = 20_000;
const IDS_IN_BATCH = 500;

/** The viewer of a search: `disableSiteAdmin` reads as an ordinary member of the own organisation. */
export function searchViewer(viewer: Viewer, parameters: SearchParameters): Viewer {
  if (!parameters.flag('disableSiteAdmin') || !isSiteAdmin(viewer)) return viewer;
  return { ...viewer, flags: new Set([...viewer.flags].filter((flag) => flag !== 'perm_site_admin')) };
}

/** Whose soft-deleted elements the viewer may see; null means everyone's. */
export function deletedOnlyOf(viewer: Viewer): number | null {
  return can(viewer, 'perm_sync') ? null : viewer.organisationId;
}

/** Searches events: whole events that hold a match, in the form of events/view. */
export async function searchEvents(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
): Promise<Reading<SearchHead>> {
  const { head, ids, options } = await openSearch(magpie, tx, viewer, parameters);
  if (parameters.flag('idList')) return { head, body: OPENING + CLOSING };
  const flatten = parameters.flag('flatten');
  return { head, body: writeEvents() };

  async function* writeEvents(): AsyncGenerator<string> {
    yield OPENING;
    let separator = '';
    for await (const batch of ids) {
      for await (const event of readEvents(magpie, tx, viewer, batch, options)) {
        yield separator;
        if (flatten) yield await flattenEvent(event.chunks);
        else yield* event.chunks;
        separator = ',';
      }
    }
    yield CLOSING;
  }
}

/** The events that a search answers as values, for other formats than JSON. */
export async function searchEventValues(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
): Promise<AsyncIterable<EventValues>> {
  const { ids, options } = await openSearch(magpie, tx, viewer, parameters);
  return readAll();

  async function* readAll(): AsyncGenerator<EventValues> {
    if (parameters.flag('idList')) return;
    for await (const batch of ids) yield* readEventValues(magpie, tx, viewer, batch, options);
  }
}

async function openSearch(magpie: Magpie, tx: Transaction, viewer: Viewer, parameters: SearchParameters) {
  const criteria = searchCriteria(magpie, parameters);
  const names = await resolveNames(tx, criteria);
  const found = await findEvents(tx, viewer, parameters, criteria, names);
  return { ...found, options: await readOptions(tx, parameters, criteria, names) };
}

/** The ids of the events on the wanted page with the number of all matches. */
export async function findEvents(
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
  criteria: SearchCriteria,
  names: ResolvedNames,
): Promise<{ head: SearchHead; ids: AsyncIterable<number[]> }> {
  const page = readPage(parameters);
  const order = readOrder(parameters);
  const { bind, values } = bindParameters();
  const from = 'visible_events e';
  const where = eventWhere({ criteria, names, bind, deletedOnlyOf: deletedOnlyOf(viewer), afterId: page.afterId });
  const conditions = [...values];
  const count = () => countRows(tx, { from, where }, conditions);
  if (page.limit === null && page.afterId === null) {
    const sql = `select e.id from ${from} where ${where} order by ${orderSql(order)}`;
    const rows = await tx.query<{ id: number }>(`${sql} limit ${IDS_AT_ONCE + 1}`, values);
    if (rows.length <= IDS_AT_ONCE)
      return { head: { total: rows.length, hasMore: null }, ids: inBatches(rows.map(({ id }) => id)) };
    return { head: { total: await count(), hasMore: null }, ids: cursorIds(tx, sql, values) };
  }
  const limit = page.limit;
  const source = { from, where, id: 'e.id', order };
  if (limit === null || limit > IDS_AT_ONCE) {
    const ids = cursorIds(tx, pageIds(source, page, await sortsFirst(tx, source, page, conditions), bind), values);
    if (page.afterId === null) return { head: headOf({ total: await count(), isExact: true }), ids };
    return { head: { total: null, hasMore: await hasRowBehind(tx, source, page, conditions) }, ids };
  }
  const found = await findPage(tx, {
    source,
    page: { ...page, limit },
    bound: conditions,
    isEverything: where === 'true',
    large: null,
    narrow: () => Promise.resolve(null),
    own: (wanted) => firstEvents(tx, viewer, { criteria, names, order }, wanted),
    leading: () => Promise.resolve({ rows: [], areAll: false }),
    known: () => Promise.resolve(null),
    count: () => countBounded(tx, source, conditions),
  });
  const { hasMore } = found;
  const head = found.count === null ? { total: null, hasMore } : headOf(found.count, 0, hasMore);
  return { head, ids: inBatches(found.ids) };
}

/** Events that are looked at one by one before all that match are gathered. */
const FIRST_EVENTS = 2000;

/** The page of events, if the first ones fill it. */
export async function firstEvents(
  tx: Transaction,
  viewer: Viewer,
  { criteria, names, order }: Finding,
  page: Page & { readonly limit: number },
  rows = FIRST_EVENTS,
): Promise<readonly { id: number }[] | null> {
  return idsOfFirstRows(
    tx,
    {
      view: 'visible_events e',
      id: 'e.id',
      order,
      rows,
      condition: (bind) => ({
        join: '',
        where: eventWhere({ criteria, names, bind, deletedOnlyOf: deletedOnlyOf(viewer) }),
      }),
    },
    page,
  );
}

async function* inBatches(ids: readonly number[]): AsyncGenerator<number[]> {
  for (let start = 0; start < ids.length; start += IDS_IN_BATCH) yield ids.slice(start, start + IDS_IN_BATCH);
}

async function* cursorIds(
  tx: Transaction,
  sql: string,
  values: ReturnType<typeof bindParameters>['values'],
): AsyncGenerator<number[]> {
  for await (const rows of tx.batches<{ id: number }>(sql, values, IDS_IN_BATCH)) yield rows.map((row) => row.id);
}

async function readOptions(
  tx: Transaction,
  parameters: SearchParameters,
  criteria: SearchCriteria,
  names: ResolvedNames,
): Promise<ReadEventOptions> {
  const isOff = (name: string) => parameters.raw(name) !== undefined && !parameters.flag(name);
  const isSync = tx.viewer !== null && can(tx.viewer, 'perm_sync') && !can(tx.viewer, 'perm_site_admin');
  return {
    deleted: criteria.deleted === 'deleted' ? 'only' : criteria.deleted,
    metadata: parameters.flag('metadata'),
    attachments: parameters.flag('withAttachments') || parameters.flag('includeAttachments'),
    excludeLocalTags: parameters.flag('excludeLocalTags') || isSync,
    includeAllTags: parameters.flag('includeAllTags'),
    correlations: !isOff('includeEventCorrelations'),
    granularCorrelations: parameters.flag('includeGranularCorrelations'),
    relatedTags: parameters.flag('includeRelatedTags'),
    cacheHits: {
      feeds: parameters.flag('includeFeedCorrelations'),
      servers: parameters.flag('includeServerCorrelations'),
    },
    excludeGalaxy: parameters.flag('excludeGalaxy'),
    noEventReports: parameters.flag('noEventReports'),
    noShadowAttributes: parameters.flag('noShadowAttributes'),
    noSightings: parameters.flag('noSightings'),
    sharingGroupReferenceOnly: parameters.flag('sgReferenceOnly'),
    ...warningsWanted(parameters),
    decay: readDecayWanted(parameters.get),
    eventScores: readEventScoresWanted(parameters.get),
    extended: parameters.flag('extended'),
    extensionList: parameters.flag('extensionList'),
    analystData: parameters.flag('includeAnalystData'),
    inboundOfRelated: parameters.flag('includeAnalystData'),
    ...(await shownAttributes(tx, parameters, criteria, names)),
  };
}

/** What a search does with attributes that warninglists know. */
export function warningsWanted(parameters: SearchParameters): Pick<ReadEventOptions, 'warnings'> {
  if (parameters.flag('enforceWarninglist')) return { warnings: 'leave-out' };
  return parameters.flag('includeWarninglistHits') ? { warnings: 'show' } : {};
}

/** Attributes left in the events found: `to_ids` restricts them, excluded and blocked tags take theirs away. */
async function shownAttributes(
  tx: Transaction,
  parameters: SearchParameters,
  criteria: SearchCriteria,
  names: ResolvedNames,
): Promise<Pick<ReadEventOptions, 'attributes'>> {
  const { bind, values } = bindParameters();
  const conditions = criteria.attribute.flatMap((criterion) =>
    criterion.kind === 'flag' ? [criterion.value ? 'a.to_ids' : 'not a.to_ids'] : [],
  );
  const blocked = readListFilter(parameters.get('blockedAttributeTags'), 'blockedAttributeTags');
  const blockedNames = blocked ? [...blocked.or, ...blocked.and] : [];
  const stripped = [
    ...criteria.tags.flatMap((tag) => (tag.level === 'any' ? tagIds(names, tag.filter.not) : [])),
    ...[...(await resolveTags(tx, blockedNames)).values()].flat(),
  ];
  if (stripped.length > 0) {
    conditions.push(
      `not exists (select from visible_attribute_tags t where t.attribute_id = a.id and t.tag_id = any (${bind(stripped, 'bigint[]')}))`,
    );
  }
  return conditions.length === 0 ? {} : { attributes: { sql: conditions.join(' and '), values } };
}
