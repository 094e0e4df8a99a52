import { can } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { createAttributeExtras, leavesOut, readExtrasWanted } from './attribute-extras.ts';
import { type AttributeJsonOptions, createAttributeWriter, eventsOfRows } from './attribute-json.ts';
import {
  type AttributeColumnsWanted,
  at,
  attributeColumnNames,
  attributeColumns,
  JOINED,
  joinedColumns,
} from './attribute-select.ts';
import { attributeSource, FROM_BOTH } from './attribute-source.ts';
import { copyRows, type TextRow, textRow } from './copy-rows.ts';
import { countAttributes, countAttributesBounded } from './count-attributes.ts';
import type { SearchCriteria } from './criteria.ts';
import { loadEventTexts } from './event-texts.ts';
import { findAttributes } from './find-attributes.ts';
import type { Reading } from './held-transaction.ts';
import { joinedTags } from './joined-tags.ts';
import { type KeptRow, keptRows } from './kept-rows.ts';
import { type LeanTexts, leanColumns, leanRows } from './lean-rows.ts';
import type { MatchCount } from './match-count.ts';
import { type Order, orderSql, readOrder } from './order.ts';
import { hasRowBehind, pageIds } from './page-sql.ts';
import { type Page, readPage, type SearchParameters } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { resolveNames } from './resolve.ts';
import type { ResolvedNames } from './resolved-names.ts';
import { headOf, type LeftOut, type SearchHead } from './search-head.ts';
import { bindLiterals, bindParameters } from './sql-text.ts';
import { linkedTagIds, loadTagTexts } from './tag-texts.ts';

/** Results up to this many rows are answered whole; larger ones stream. */
export const WHOLE_ROWS = 1000;
/** From here on the events are read once beforehand instead of with every row. */
const LEAN_ROWS = 50_000;
/** Rows whose extras (correlations, files) are looked up together. */
const EXTRA_ROWS = 500;
/** Text gathered before it is handed on. */
const PIECE_LENGTH = 64 * 1024;

/** What the rows stand between. */
export const OPENING = '{"response": {"Attribute": [';

/** What ends an answer whose rows were streamed. */
export const CLOSING = ']}}\n';

/** A search read from its parameters. */
interface AttributeSearch {
  readonly magpie: Magpie;
  readonly tx: Transaction;
  readonly parameters: SearchParameters;
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
  readonly page: Page;
  readonly order: Order;
  readonly json: AttributeJsonOptions;
}

/**
 * Searches attributes. Small results come whole with their exact count from one statement; what is larger is counted
 * and streams, its memory bounded by a batch. Throws `BadRequest` for parameters that cannot be understood.
 */
export async function searchAttributes(
  magpie: Magpie,
  tx: Transaction,
  parameters: SearchParameters,
): Promise<Reading<SearchHead>> {
  const criteria = readCriteria(parameters, magpie.now());
  const search: AttributeSearch = {
    magpie,
    tx,
    parameters,
    criteria,
    names: await resolveNames(tx, criteria),
    page: readPage(parameters),
    order: readOrder(parameters),
    json: {
      context: parameters.flag('includeContext'),
      inheritedTags: parameters.flag('includeEventTags') || parameters.flag('includeDecayScore'),
      eventUuid: parameters.flag('includeEventUuid') || parameters.flag('includeAttributeUuid'),
      excludeLocalTags: excludesLocalTags(tx, parameters),
    },
  };
  const { limit } = search.page;
  if (limit === null) return searchUnlimited(search);
  if (leavesOut(readExtrasWanted(parameters))) return searchKept(search, limit);
  return limit <= WHOLE_ROWS ? searchPage(search, limit) : streamSearch(search);
}

/** Asked for; and always for synchronisation accounts, as what they fetch leaves the instance. */
export function excludesLocalTags(tx: Transaction, parameters: SearchParameters): boolean {
  const isSync = tx.viewer !== null && can(tx.viewer, 'perm_sync') && !can(tx.viewer, 'perm_site_admin');
  return parameters.flag('excludeLocalTags') || isSync;
}

/** Everything: a first probe without order finds out whether it is small. */
async function searchUnlimited(search: AttributeSearch): Promise<Reading<SearchHead>> {
  const { tx, page } = search;
  if (page.afterId !== null) return streamSearch(search);
  const { bind, values } = bindParameters();
  const { where } = attributeSource(search, bind);
  const all = `select ${columnsOf(search)} from ${FROM_BOTH} where ${where}`;
  const probe = `${all} limit ${WHOLE_ROWS + 1}`;
  const found = await tx.query<Record<string, unknown>>(probe, values);
  if (found.length > WHOLE_ROWS) return streamSearch(search);
  const head = { total: found.length, hasMore: null };
  if (!search.order.byId) {
    const ordered = await tx.query<Record<string, unknown>>(`${all} order by ${orderSql(search.order)}`, values);
    return answerWhole(search, ordered.map(toTextRow), head);
  }
  const rows = found.map(toTextRow).sort((x, y) => Number(x[at.id]) - Number(y[at.id]));
  return answerWhole(search, rows, head);
}

/** One page of at most WHOLE_ROWS rows. */
async function searchPage(search: AttributeSearch, limit: number): Promise<Reading<SearchHead>> {
  const { tx, page, order } = search;
  const { ids, count, hasMore } = await findAttributes(tx, search, { ...page, limit });
  const found = await tx.query<Record<string, unknown>>(
    `select ${columnsOf(search)} from ${FROM_BOTH} where a.id = any ($1::bigint[]) order by ${orderSql(order)}`,
    [ids],
  );
  return answerWhole(
    search,
    found.map(toTextRow),
    count === null ? { total: null, hasMore } : headOf(count, 0, hasMore),
  );
}

/**
 * A page of what warninglists and decaying models leave standing: the limit counts what is kept. The total is that of
 * all matches, as is what follows behind a long page: how many of them are kept shows when they are read.
 */
async function searchKept(search: AttributeSearch, limit: number): Promise<Reading<SearchHead>> {
  const { tx, page } = search;
  const isKeyset = page.afterId !== null;
  const count = isKeyset ? null : await countAttributesBounded(tx, search);
  const all = { ...search, page: { limit: null, offset: 0, afterId: page.afterId } };
  const cursor = tx.batches<Record<string, unknown>>(streamSql(all, columnsOf(search)), [], EXTRA_ROWS);
  const extras = createAttributeExtras(search.magpie, tx, readExtrasWanted(search.parameters));
  if (extras === null) return streamSearch(search);
  const wanted = limit <= WHOLE_ROWS ? limit + 1 : limit;
  const leftOut: LeftOut = { count: 0, isWhole: false };
  const onLeftOut = (before: number) => {
    if (before < limit) leftOut.count += 1;
  };
  const batches = keptRows(toTextRows(cursor), extras, { offset: page.offset, limit: wanted, onLeftOut });
  if (limit > WHOLE_ROWS) {
    const head = { ...(await longHead(search, count)), leftOut };
    return { head, body: writeKept(batches, await writerOf(search, 'all'), leftOut) };
  }
  const kept: KeptRow[] = [];
  for await (const rows of batches) kept.push(...rows);
  leftOut.isWhole = true;
  const hasMore = kept.length > limit;
  const head = {
    ...(count === null ? { total: null, hasMore } : headOf(count, page.offset + kept.length, hasMore)),
    leftOut,
  };
  const rows = kept.slice(0, limit);
  const write = await writerOf(search, linkedTagIds(rows.flatMap(({ row }) => [row[at.tags], row[at.event_tags]])));
  return { head, body: OPENING + rows.map(({ row, further }) => write(row, further)).join(',') + CLOSING };
}

async function* writeKept(
  batches: AsyncIterable<readonly KeptRow[]>,
  write: Write,
  leftOut: LeftOut,
): AsyncGenerator<string> {
  yield OPENING;
  let separator = '';
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    yield separator + rows.map(({ row, further }) => write(row, further)).join(',');
    separator = ',';
  }
  leftOut.isWhole = true;
  yield CLOSING;
}

async function answerWhole(
  search: AttributeSearch,
  rows: readonly TextRow[],
  head: SearchHead,
): Promise<Reading<SearchHead>> {
  if (rows.length === 0) return { head, body: OPENING + CLOSING };
  const ids = linkedTagIds(rows.flatMap((row) => [row[at.tags], row[at.event_tags]]));
  const write = await writerOf(search, ids);
  const extras = extrasOf(search);
  if (extras === null) return { head, body: OPENING + rows.map((row) => write(row)).join(',') + CLOSING };
  const leftOut = mayLeaveOut(search);
  return { head: { ...head, ...(leftOut && { leftOut }) }, body: writeEnriched(single(rows), write, extras, leftOut) };
}

async function* single(rows: readonly TextRow[]): AsyncGenerator<readonly TextRow[]> {
  for (let start = 0; start < rows.length; start += EXTRA_ROWS) yield rows.slice(start, start + EXTRA_ROWS);
}

/** Counts, then streams. */
async function streamSearch(search: AttributeSearch): Promise<Reading<SearchHead>> {
  const { tx, page, json } = search;
  const head = await longHead(search, page.afterId === null ? await countOf(search) : null);
  const extras = extrasOf(search);
  if (extras !== null) {
    const cursor = tx.batches<Record<string, unknown>>(
      streamSql(search, attributeColumns(wantedOf(search))),
      [],
      EXTRA_ROWS,
    );
    const leftOut = mayLeaveOut(search);
    const body = writeEnriched(toTextRows(cursor), await writerOf(search, 'all'), extras, leftOut);
    return { head: { ...head, ...(leftOut && { leftOut }) }, body };
  }
  const lean = (head.total ?? 0) >= LEAN_ROWS && !json.context && !json.inheritedTags ? await leanTexts(search) : null;
  if (lean !== null) {
    const rows = leanRows(tx.copyOut(streamSql(search, leanColumns, JOINED, false)), lean);
    return { head, body: between(rows) };
  }
  const rows = joinedTags(copyRows(tx.copyOut(streamSql(search, joinedColumns(wantedOf(search)), JOINED))));
  return { head, body: writePlain(rows, await writerOf(search, 'all')) };
}

/** Null when there are too many events to hold. */
async function leanTexts({ tx, json, parameters }: AttributeSearch): Promise<LeanTexts | null> {
  const events = await loadEventTexts(tx, { eventUuid: json.eventUuid });
  if (events === null) return null;
  const tags = await loadTagTexts(tx, { ids: 'all', includeAllTags: parameters.flag('includeAllTags') });
  const known = new Map<number, Buffer | null>();
  return {
    events,
    tag(id, local) {
      if (local && json.excludeLocalTags) return null;
      const key = local ? -id : id;
      let text = known.get(key);
      if (text === undefined) {
        const written = tags.one(id, local);
        text = written === null ? null : Buffer.from(written);
        known.set(key, text);
      }
      return text;
    },
  };
}

async function* between(rows: AsyncIterable<Buffer>): AsyncGenerator<string | Buffer> {
  yield OPENING;
  yield* rows;
  yield CLOSING;
}

/** Who takes everything is told how much it is; of pages, as far as that costs little. */
async function countOf(search: AttributeSearch): Promise<MatchCount> {
  if (search.page.limit !== null) return countAttributesBounded(search.tx, search);
  return { total: await countAttributes(search.tx, search), isExact: true };
}

/** The head of a page whose rows are not known yet. */
async function longHead(search: AttributeSearch, count: MatchCount | null): Promise<SearchHead> {
  if (count?.isExact) return headOf(count);
  const hasMore = await hasMoreRows(search);
  if (count === null) return { total: null, hasMore };
  return headOf(count, hasMore ? search.page.offset + (search.page.limit ?? 0) + 1 : 0, hasMore);
}

function hasMoreRows(search: AttributeSearch): Promise<boolean> {
  const { bind, values } = bindParameters();
  return hasRowBehind(search.tx, attributeSource(search, bind), search.page, values);
}

/** The whole search as one statement with literals, since COPY takes no parameters. */
function streamSql(search: AttributeSearch, columns: string, joins = '', withEvent = true): string {
  const { page, order, tx } = search;
  const bind = bindLiterals(tx);
  const source = attributeSource(search, bind);
  if (page.limit === null && page.afterId === null) {
    const from = withEvent ? FROM_BOTH : source.from;
    return `select ${columns} from ${from} ${joins} where ${source.where} order by ${orderSql(order)}`;
  }
  const ids = pageIds(source, page, false, bind);
  return `select ${columns} from (${ids}) p join visible_attributes a on a.id = p.id
    ${withEvent || order.usesEvent ? 'join visible_events e on e.id = a.event_id' : ''} ${joins} order by ${orderSql(order)}`;
}

async function* toTextRows(batches: AsyncIterable<Record<string, unknown>[]>): AsyncGenerator<TextRow[]> {
  for await (const batch of batches) yield batch.map(toTextRow);
}

type Write = ReturnType<typeof createAttributeWriter>;

function mayLeaveOut({ parameters }: AttributeSearch): LeftOut | null {
  return leavesOut(readExtrasWanted(parameters)) ? { count: 0, isWhole: false } : null;
}

async function* writePlain(batches: AsyncIterable<readonly TextRow[]>, write: Write): AsyncGenerator<string> {
  let text = OPENING;
  let separator = '';
  for await (const rows of batches) {
    for (const row of rows) {
      text += separator + write(row);
      separator = ',';
    }
    if (text.length >= PIECE_LENGTH) {
      yield text;
      text = '';
    }
  }
  yield text + CLOSING;
}

async function* writeEnriched(
  batches: AsyncIterable<readonly TextRow[]>,
  write: Write,
  extras: NonNullable<ReturnType<typeof extrasOf>>,
  leftOut: LeftOut | null,
): AsyncGenerator<string> {
  let text = OPENING;
  let separator = '';
  for await (const rows of batches) {
    const members = await extras(rows);
    for (const row of rows) {
      const further = await members(row);
      if (further === null) {
        if (leftOut) leftOut.count += 1;
        continue;
      }
      text += separator + (write(row, further) ?? '');
      separator = ',';
      if (text.length >= PIECE_LENGTH) {
        yield text;
        text = '';
      }
    }
  }
  if (leftOut) leftOut.isWhole = true;
  yield text + CLOSING;
}

function columnsOf(search: AttributeSearch): string {
  return attributeColumns(wantedOf(search));
}

function wantedOf({ json, parameters }: AttributeSearch): AttributeColumnsWanted {
  // Scores count the event's tags also where they are not shown.
  return { context: json.context, eventTags: json.inheritedTags || readExtrasWanted(parameters).decay !== null };
}

function toTextRow(row: Record<string, unknown>): TextRow {
  return textRow(row, attributeColumnNames);
}

async function writerOf(search: AttributeSearch, ids: readonly number[] | 'all'): Promise<Write> {
  const { tx, parameters, json } = search;
  const tags = await loadTagTexts(tx, { ids, includeAllTags: parameters.flag('includeAllTags') });
  const organisations = new Map<string, string>();
  if (json.context) {
    type Organisation = { id: number; name: string; uuid: string; local: boolean };
    for (const { id, name, uuid, local } of await tx.prepared<Organisation>(
      'select id, name, uuid, local from organisations',
    )) {
      organisations.set(String(id), JSON.stringify({ id: String(id), name, uuid, local }));
    }
  }
  return createAttributeWriter(json, tags, eventsOfRows(json, tags, organisations));
}

function extrasOf({ magpie, tx, parameters }: AttributeSearch) {
  return createAttributeExtras(magpie, tx, readExtrasWanted(parameters));
}
