import { joinValue, readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { type Reading, readHeld } from '../../search/rest-search/held-transaction.ts';
import { allOf, bindParameters, type ParameterBinding } from '../../search/rest-search/sql-text.ts';
import { foundSightings } from './found-text.ts';
import type { ListedSightingRow } from './queries.ts';
import type { SightingSearch } from './search-parameters.ts';
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

// Through `reported_sightings`, so that the policy holds for site administrators too, as in MISP.
const FROM = `reported_sightings s join visible_attributes a on a.id = s.attribute_id
  join visible_events e on e.id = s.event_id`;

/**
 * Searches sightings, in the order of their ids; the text streams, its memory bounded by a batch. By the index of the
 * context, or of the date.
 */
export function searchSightings(
  magpie: Magpie,
  viewer: Viewer,
  search: SightingSearch,
): Promise<Reading<{ total: number }>> {
  return readHeld(magpie.database, viewer, async (tx) => {
    const binding = bindParameters();
    const where = await whereOf(tx, search, binding);
    const count = await tx.first<{ n: number }>(`select count(*) as n from ${FROM} where ${where}`, binding.values);
    const window =
      search.limit === null
        ? ''
        : ` limit ${binding.bind(search.limit, 'bigint')} offset ${binding.bind(
            Math.min((search.page - 1) * search.limit, 1e15),
            'bigint',
          )}`;
    const rows = tx.batches<FoundSightingRow>(
      `select s.id, s.uuid, s.attribute_id, s.event_id, s.org_id, s.date_sighting, s.source, s.type,
         a.uuid as attribute_uuid, a.value1, a.value2, a.type as attribute_type, a.category as attribute_category,
         a.to_ids as attribute_to_ids, e.uuid as event_uuid, e.orgc_id as event_orgc_id, e.org_id as event_org_id,
         e.info as event_info, orgc.name as orgc_name, o.name as org_name, o.uuid as org_uuid
       from ${FROM} left join organisations o on o.id = s.org_id left join organisations orgc on orgc.id = e.orgc_id
       where ${where} order by s.id${window}`,
      binding.values,
      BATCH,
    );
    const wires = sightingWires(magpie, viewer);
    return { head: { total: count?.n ?? 0 }, body: foundSightings(rows, search, (row) => foundWire(row, search)) };

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

async function whereOf(tx: Transaction, search: SightingSearch, { bind }: ParameterBinding): Promise<string> {
  const { context, ids, uuids, types, sources, range } = search;
  const id = context === null ? 's.id' : `s.${context}_id`;
  const uuid = context === null ? 's.uuid' : context === 'event' ? 'e.uuid' : 'a.uuid';
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
