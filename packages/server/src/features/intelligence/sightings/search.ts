import { joinValue, readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { findPage, type PageRequest } from '../../search/rest-search/find-page.ts';
import { type Reading, readHeld } from '../../search/rest-search/held-transaction.ts';
import { countBounded } from '../../search/rest-search/match-count.ts';
import type { Order } from '../../search/rest-search/order.ts';
import { type PageBounds, usualBounds } from '../../search/rest-search/page-bounds.ts';
import { type PageSource, pageIds } from '../../search/rest-search/page-sql.ts';
import type { Page } from '../../search/rest-search/parameters.ts';
import { headOf, type SearchHead } from '../../search/rest-search/search-head.ts';
import { allOf, bindParameters, type ParameterBinding } from '../../search/rest-search/sql-text.ts';
import { foundSightings } from './found-text.ts';
import type { ListedSightingRow, SightingSight } from './queries.ts';
import type { SightingSearch } from './search-parameters.ts';
import { reportedSightOf } from './sight.ts';
import { sightingWires } from './wire.ts';

/** A sighting with what the search may tell of its attribute and event. */
export interface FoundSightingRow extends ListedSightingRow {
  value1: string;
  value2: string;
  attribute_type: string;
  attribute_category: string;
  attribute_to_ids: boolean;
  event_uuid: string;
  event_orgc_id: number;
  event_org_id: number;
  event_info: string;
  orgc_name: string | null;
}

const BATCH = 1000;
/** Pages up to this length are found by their ids first; longer ones are counted whole. */
const LONGEST_PAGE = 1000;
/** Sightings that are looked through before all that match are gathered, where everybody sees all. */
const FIRST_SIGHTINGS = 20_000;
const ORDER: Order = { terms: [{ column: 's.id', descending: false }], byId: true, usesEvent: false };

// Through `reported_sightings`, so that the policy holds for site administrators too, as in MISP.
const PARTS = ' join visible_attributes a on a.id = s.attribute_id join visible_events e on e.id = s.event_id';
const FROM = `reported_sightings s${PARTS}`;

/**
 * Searches sightings, in the order of their ids; the text streams, its memory bounded by a batch. By the index of the
 * context, of the date, or of who sees them. Totals of pages may be lower bounds, as in other searches.
 */
export function searchSightings(magpie: Magpie, viewer: Viewer, search: SightingSearch): Promise<Reading<SearchHead>> {
  return readHeld(magpie.database, viewer, async (tx) => {
    const binding = bindParameters();
    const where = await whereOf(tx, search, binding);
    const { head, ids } = await findSightings(magpie, tx, viewer, { search, where, bound: [...binding.values] });
    const found = ids === null ? where : 's.id = any ($1::bigint[])';
    const window =
      search.limit === null || ids !== null
        ? ''
        : ` limit ${binding.bind(search.limit, 'bigint')} offset ${binding.bind(offsetOf(search, search.limit), 'bigint')}`;
    const rows = tx.batches<FoundSightingRow>(
      `select s.id, s.uuid, s.attribute_id, s.event_id, s.org_id, s.date_sighting, s.source, s.type,
         a.uuid as attribute_uuid, a.value1, a.value2, a.type as attribute_type, a.category as attribute_category,
         a.to_ids as attribute_to_ids, e.uuid as event_uuid, e.orgc_id as event_orgc_id, e.org_id as event_org_id,
         e.info as event_info, orgc.name as orgc_name, o.name as org_name, o.uuid as org_uuid
       from ${FROM} left join organisations o on o.id = s.org_id left join organisations orgc on orgc.id = e.orgc_id
       where ${found} order by s.id${window}`,
      ids === null ? binding.values : [ids],
      BATCH,
    );
    const wires = sightingWires(magpie, viewer);
    return { head, body: foundSightings(rows, search, (row) => foundWire(row, search)) };

    function foundWire(row: FoundSightingRow, { includeAttribute, includeEvent, includeUuid }: SightingSearch) {
      const { org_id, Organisation } = wires.maker(row);
      const value = joinValue(row.value1, row.value2);
      return {
        id: String(row.id),
        attribute_id: String(row.attribute_id),
        event_id: String(row.event_id),
        org_id,
        date_sighting: String(row.date_sighting),
        uuid: row.uuid,
        source: row.source,
        type: String(row.type),
        value,
        ...(includeUuid ? { attribute_uuid: row.attribute_uuid, event_uuid: row.event_uuid } : {}),
        ...(includeAttribute
          ? {
              Attribute: {
                id: String(row.attribute_id),
                uuid: row.attribute_uuid,
                type: row.attribute_type,
                category: row.attribute_category,
                to_ids: row.attribute_to_ids,
                value,
              },
            }
          : {}),
        ...(includeEvent
          ? {
              Event: {
                id: String(row.event_id),
                uuid: row.event_uuid,
                orgc_id: String(row.event_orgc_id),
                org_id: String(row.event_org_id),
                info: row.event_info,
                Orgc: { name: row.orgc_name },
              },
            }
          : {}),
        ...(Organisation === undefined ? {} : { Organisation }),
      };
    }
  });
}

/** A search with its condition. */
export interface FindingSightings {
  readonly search: SightingSearch;
  readonly where: string;
  /** The parameters of the condition. */
  readonly bound: readonly SqlValue[];
}

const offsetOf = ({ page }: SightingSearch, limit: number) => Math.min((page - 1) * limit, 1e15);

/** What is told of all, and the ids of the page where it has been found already. */
export async function findSightings(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  { search, where, bound }: FindingSightings,
  bounds: PageBounds = usualBounds,
): Promise<{ head: SearchHead; ids: readonly number[] | null }> {
  const { limit } = search;
  if (limit === null || limit > LONGEST_PAGE) {
    const count = await tx.first<{ n: number }>(`select count(*) as n from ${FROM} where ${where}`, bound);
    return { head: { total: count?.n ?? 0, hasMore: null }, ids: null };
  }
  const source = { from: FROM, where, id: 's.id', order: ORDER };
  const sight = reportedSightOf(magpie, viewer);
  const request: PageRequest = {
    source,
    page: { limit, offset: offsetOf(search, limit), afterId: null },
    bound,
    isEverything: false,
    large: null,
    narrow: () => Promise.resolve(null),
    own: (page) => idsInSight(tx, sight, source, bound, page),
    leading: () => Promise.resolve({ rows: [], areAll: false }),
    known: () => Promise.resolve(null),
    count: () => countBounded(tx, source, bound, bounds),
  };
  const found = await findPage(tx, request, bounds);
  const head = found.count === null ? { total: null, hasMore: null } : headOf(found.count, 0, found.hasMore);
  return { head, ids: found.ids };
}

/**
 * The ids of a page, each of the columns by which the viewer sees sightings walked by its own index; where he sees all, if
 * the first of them fill it.
 */
async function idsInSight(
  tx: Transaction,
  sight: SightingSight,
  source: PageSource,
  bound: readonly SqlValue[],
  page: Page & { readonly limit: number },
): Promise<readonly { id: number }[] | null> {
  const { bind, values } = bindParameters(bound);
  if (sight === 'all') {
    if (page.offset + page.limit > FIRST_SIGHTINGS) return null;
    const first = `(select * from reported_sightings s order by s.id limit ${FIRST_SIGHTINGS}) s`;
    const sql = pageIds({ ...source, from: first + PARTS }, page, false, bind);
    const found = await tx.query<{ id: number }>(sql, values);
    return found.length === page.limit ? found : null;
  }
  const end = bind(page.offset + page.limit, 'bigint');
  const walks = sight.map(
    ({ column, organisationId }) =>
      `(select s.id from ${FROM} where ${source.where} and s.${column} = ${bind(organisationId, 'bigint')} order by s.id limit ${end})`,
  );
  return tx.query<{ id: number }>(
    `select f.id from (${walks.join(' union ')}) f order by f.id
     limit ${bind(page.limit, 'bigint')} offset ${bind(page.offset, 'bigint')}`,
    values,
  );
}

/** What ids and uuids are of, by the context of a search. */
const KEYS = {
  sighting: ['s.id', 's.uuid'],
  attribute: ['s.attribute_id', 'a.uuid'],
  event: ['s.event_id', 'e.uuid'],
} as const;

/** The condition of a search over what is joined in it. */
export async function whereOf(tx: Transaction, search: SightingSearch, { bind }: ParameterBinding): Promise<string> {
  const { context, ids, uuids, types, sources, range } = search;
  const [id, uuid] = KEYS[context ?? 'sighting'];
  const wanted = await organisationIds(tx, search.wantedOrganisations);
  const excluded = await organisationIds(tx, search.excludedOrganisations);
  return allOf([
    'not a.deleted',
    ...(ids === null ? [] : [`${id} = any (${bind(ids, 'bigint[]')})`]),
    ...(uuids === null ? [] : [`${uuid} = any (${bind(uuids, 'uuid[]')})`]),
    ...(types === null ? [] : [`s.type = any (${bind(types, 'smallint[]')})`]),
    ...(sources === null ? [] : [`s.source = any (${bind(sources, 'text[]')})`]),
    ...(range.from === null ? [] : [`s.date_sighting >= ${bind(range.from, 'bigint')}`]),
    ...(range.to === null ? [] : [`s.date_sighting <= ${bind(range.to, 'bigint')}`]),
    ...(search.wantedOrganisations.length === 0 ? [] : [`s.org_id = any (${bind(wanted, 'bigint[]')})`]),
    ...(excluded.length === 0 ? [] : [`s.org_id <> all (${bind(excluded, 'bigint[]')})`]),
  ]);
}

/** Ids as they are, uuids by look-up; what nobody knows is left out. */
async function organisationIds(tx: Transaction, texts: readonly string[]): Promise<number[]> {
  const ids = texts.flatMap((text) => readId(text) ?? []);
  const uuids = texts.flatMap((text) => readUuid(text) ?? []);
  if (uuids.length === 0) return ids;
  const rows = await tx.query<{ id: number }>('select id from organisations where uuid = any ($1::uuid[])', [uuids]);
  return [...ids, ...rows.map((row) => row.id)];
}
