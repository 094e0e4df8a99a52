import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type DecayWanted, readDecayWanted } from '../../knowledge/decaying/scoring.ts';
import { prepareWarnings, type WarningFinder } from '../../knowledge/warninglists/attribute-warnings.ts';
import { unopposed } from '../rest-search/attribute-condition.ts';
import { countAttributes, countAttributesBounded } from '../rest-search/count-attributes.ts';
import type { SearchCriteria } from '../rest-search/criteria.ts';
import { readListFilter } from '../rest-search/filter-forms.ts';
import { countBounded } from '../rest-search/match-count.ts';
import { type Order, readOrder } from '../rest-search/order.ts';
import { hasRowBehind, pageIds, sortsFirst } from '../rest-search/page-sql.ts';
import { type Page, readPage, type SearchParameters } from '../rest-search/parameters.ts';
import { countRows } from '../rest-search/recent-counts.ts';
import { resolveNames, resolveTags } from '../rest-search/resolve.ts';
import type { ResolvedNames } from '../rest-search/resolved-names.ts';
import { searchCriteria } from '../rest-search/search-criteria.ts';
import { deletedOnlyOf } from '../rest-search/search-events.ts';
import { headOf, type SearchHead } from '../rest-search/search-head.ts';
import { type Bind, bindLiterals, bindParameters } from '../rest-search/sql-text.ts';
import { attributeWhere, eventWhere } from '../rest-search/where.ts';

/** The scopes that are exported. */
export type ExportScope = 'events' | 'attributes';

/** A search of an export, read from its parameters. */
export interface ExportSearch {
  readonly tx: Transaction;
  readonly viewer: Viewer;
  readonly scope: ExportScope;
  readonly parameters: SearchParameters;
  readonly criteria: SearchCriteria;
  readonly names: ResolvedNames;
  readonly page: Page;
  readonly order: Order;
  /** Rare matches are sorted, not looked for along an index. */
  readonly sortFirst: boolean;
  /** Tags of attributes that the event scope leaves out. */
  readonly strippedTags: readonly number[];
  /** Local tags stay here: asked for, and always for synchronisation accounts. */
  readonly excludeLocalTags: boolean;
  /** Judges what warninglists know and is to be left out; null: nothing is. */
  readonly listed: WarningFinder | null;
  /** Scores that are wanted, or by which attributes are left out. */
  readonly decay: DecayWanted | null;
  readonly nowSeconds: number;
  /** How many of the page's attributes are not left out, where that was found out. */
  readonly kept?: number;
}

/** Reads what an export asks for. Throws `BadRequest` for parameters that cannot be understood. */
export async function readExportSearch(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  scope: ExportScope,
  parameters: SearchParameters,
): Promise<ExportSearch> {
  const criteria = searchCriteria(magpie, parameters);
  const names = await resolveNames(tx, criteria);
  const isSync = can(viewer, 'perm_sync') && !can(viewer, 'perm_site_admin');
  const search: ExportSearch = {
    tx,
    viewer,
    scope,
    parameters,
    criteria,
    names,
    page: readPage(parameters),
    order: readOrder(parameters),
    sortFirst: false,
    strippedTags: scope === 'events' ? await readStrippedTags(tx, parameters, criteria, names) : [],
    excludeLocalTags: parameters.flag('excludeLocalTags') || isSync,
    listed: parameters.flag('enforceWarninglist') ? await prepareWarnings(magpie, tx) : null,
    decay: readDecayWanted(parameters.get),
    nowSeconds: magpie.now(),
  };
  if (isWhole(search.page)) return search;
  const { bind, values } = bindParameters();
  return { ...search, sortFirst: await sortsFirst(tx, conditionOf(search, bind), search.page, values) };
}

async function readStrippedTags(
  tx: Transaction,
  parameters: SearchParameters,
  criteria: SearchCriteria,
  names: ResolvedNames,
): Promise<number[]> {
  const blocked = readListFilter(parameters.get('blockedAttributeTags'), 'blockedAttributeTags');
  const resolved = await resolveTags(tx, blocked ? [...blocked.or, ...blocked.and] : []);
  const excluded = criteria.tags.flatMap((tag) =>
    tag.level === 'any' ? tag.filter.not.flatMap((text) => names.tags.get(text) ?? []) : [],
  );
  return [...excluded, ...[...resolved.values()].flat()];
}

/** Which tags `g`, attached by `l`, an export shows: those that may leave, unless the search wants all. */
export function shownTags({ parameters, excludeLocalTags }: ExportSearch): string {
  return [
    ...(parameters.flag('includeAllTags') ? [] : ['and g.exportable']),
    ...(excludeLocalTags ? ['and not l.local'] : []),
  ].join(' ');
}

function isWhole({ limit, afterId }: Page): boolean {
  return limit === null && afterId === null;
}

/** What is found, as a table and a condition on it: attributes with their events, or events. */
function conditionOf(search: ExportSearch, bind: Bind): { from: string; where: string; id: string } {
  const { scope, criteria, names, viewer, order } = search;
  if (scope === 'events') {
    const where = eventWhere({ criteria, names, bind, deletedOnlyOf: deletedOnlyOf(viewer) });
    return { from: 'visible_events e', where, id: 'e.id' };
  }
  const { where, usesEvent } = attributeWhere({ criteria, names, bind, deletedOnlyOf: null });
  const from = usesEvent || order.usesEvent ? FROM_BOTH : 'visible_attributes a';
  return { from, where, id: 'a.id' };
}

const JOIN_EVENT = ' join visible_events e on e.id = a.event_id';
const FROM_BOTH = `visible_attributes a${JOIN_EVENT}`;

/** The numbers told before the first byte: as of a JSON search. */
export async function readHead(search: ExportSearch): Promise<SearchHead> {
  const { tx, page } = search;
  const { bind, values } = bindParameters();
  const source = { ...conditionOf(search, bind), order: search.order };
  if (page.afterId !== null) return { total: null, hasMore: await hasRowBehind(tx, source, page, values) };
  if (page.limit === null) {
    const isOfAttributes = search.scope === 'attributes';
    return {
      total: await (isOfAttributes ? countAttributes(tx, search) : countRows(tx, source, values)),
      hasMore: null,
    };
  }
  const count = await (search.scope === 'attributes'
    ? countAttributesBounded(tx, search)
    : countBounded(tx, source, values));
  if (count.isExact) return headOf(count);
  const hasMore = await hasRowBehind(tx, source, page, values);
  return headOf(count, hasMore ? page.offset + page.limit + 1 : 0, hasMore);
}

/** How many elements are on the page that is asked for. */
export async function countPage(search: ExportSearch, head: SearchHead): Promise<number> {
  const { page, tx, kept } = search;
  if (kept !== undefined) return kept;
  if (isWhole(page) && head.total !== null) return head.total;
  const { bind, values } = bindParameters();
  const ids = pageIds({ ...conditionOf(search, bind), order: search.order }, page, search.sortFirst, bind);
  return countRows(tx, { from: `(${ids}) found`, where: 'true' }, values);
}

/** The attributes of an export, for statements that say which columns they want. */
export interface ExportSource {
  /** Makes `a` (attributes), `e` (their events, where wanted) and in the event scope `p` (the event's place) known. */
  readonly from: string;
  readonly where: string;
  /** Ends with the attribute's id, so that nothing is left to chance. */
  readonly order: string;
}

/** How the attributes are wanted. */
export interface SourceWanted {
  /** In the event scope those of objects stand among the others of their event, not behind them. */
  readonly flat?: boolean;
  /**
   * `e` is asked for. Without it PostgreSQL can walk the attributes in the order of their ids; with it, it mostly sorts
   * what it joined.
   */
  readonly withEvent: boolean;
}

/** Where the attributes of the wanted page come from, as text for COPY. */
export function exportSource(search: ExportSearch, wanted: SourceWanted): ExportSource {
  const bind = bindLiterals(search.tx);
  return search.scope === 'events' ? eventSource(search, wanted, bind) : attributeSource(search, wanted, bind);
}

function attributeSource(search: ExportSearch, { withEvent }: SourceWanted, bind: Bind): ExportSource {
  const { page, sortFirst } = search;
  const condition = conditionOf(search, bind);
  const order = search.order.terms.map(({ column, descending }) => (descending ? `${column} desc` : column)).join(', ');
  if (isWhole(page)) return { from: withEvent ? FROM_BOTH : condition.from, where: condition.where, order };
  const ids = pageIds({ ...condition, order: search.order }, page, sortFirst, bind);
  return {
    from: `(${ids}) p join visible_attributes a on a.id = p.id${withEvent || search.order.usesEvent ? JOIN_EVENT : ''}`,
    where: 'true',
    order,
  };
}

function eventSource(search: ExportSearch, { flat, withEvent }: SourceWanted, bind: Bind): ExportSource {
  const { page, sortFirst, order, criteria } = search;
  const condition = conditionOf(search, bind);
  const ids =
    isWhole(page) && order.byId
      ? `select e.id from ${condition.from} where ${condition.where}`
      : pageIds({ ...condition, order }, page, sortFirst, bind);
  const place = order.byId ? 'f.id' : 'row_number() over ()';
  return {
    from: `(select f.id, ${place} as place from (${ids}) f) p join visible_attributes a on a.event_id = p.id${
      withEvent || criteria.deleted !== 'live' ? JOIN_EVENT : ''
    }`,
    where: shownAttributes(search, bind),
    order: flat ? 'p.place, a.id' : 'p.place, a.object_id, a.id',
  };
}

/** Which attributes of the found events are in the answer: the same as in the JSON of the event scope. */
function shownAttributes(search: ExportSearch, bind: Bind): string {
  const { criteria, strippedTags, parameters, viewer } = search;
  const onlyOf = deletedOnlyOf(viewer);
  const own = onlyOf === null ? 'true' : `e.org_id = ${bind(onlyOf, 'bigint')}`;
  const states = {
    live: 'not a.deleted',
    deleted: `(a.deleted and ${own})`,
    both: `(not a.deleted or ${own})`,
  };
  return [
    states[criteria.deleted],
    ...(parameters.flag('metadata') ? ['false'] : []),
    ...(parameters.flag('allow_proposal_blocking') ? [unopposed('a')] : []),
    ...criteria.attribute.flatMap((criterion) =>
      criterion.kind === 'flag' ? [criterion.value ? 'a.to_ids' : 'not a.to_ids'] : [],
    ),
    ...(strippedTags.length > 0
      ? [
          `not exists (select from visible_attribute_tags t where t.attribute_id = a.id
            and t.tag_id = any (${bind([...new Set(strippedTags)], 'bigint[]')}))`,
        ]
      : []),
  ].join(' and ');
}
