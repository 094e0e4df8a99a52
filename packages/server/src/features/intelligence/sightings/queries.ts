import type { Viewer } from '../../../access/viewer.ts';
import { actorValues } from '../../../changes/changes.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { type Bind, bindParameters } from '../../search/rest-search/sql-text.ts';

/** A sighting as stored. */
export interface SightingRow {
  id: number;
  uuid: string;
  attribute_id: number;
  event_id: number;
  org_id: number;
  /** Epoch seconds. */
  date_sighting: number;
  source: string;
  /** 0 sighting, 1 false positive, 2 expiration. */
  type: number;
}

/** A sighting with what its JSON tells of its attribute and of the organisation that made it. */
export interface ListedSightingRow extends SightingRow {
  attribute_uuid: string;
  org_name: string | null;
  org_uuid: string | null;
}

const COLUMNS = 'id, uuid, attribute_id, event_id, org_id, date_sighting, source, type';
const LISTED = `s.id, s.uuid, s.attribute_id, s.event_id, s.org_id, s.date_sighting, s.source, s.type,
  a.uuid as attribute_uuid, o.name as org_name, o.uuid as org_uuid`;
const FROM = `visible_sightings s join visible_attributes a on a.id = s.attribute_id
  left join organisations o on o.id = s.org_id`;

/** The type of sighting that says until when a value was in use. */
const EXPIRATION = 2;

/** What a new sighting says. */
export interface NewSighting {
  type: number;
  source: string;
  dateSighting: number;
}

/**
 * Adds one sighting to every visible live attribute `a` that meets the condition, with change records, in one
 * statement; returns the last. An expiration replaces the organisation's earlier one. Attributes are locked, so that
 * none moves to another audience meanwhile. Its cost is that of the condition and of the rows found.
 */
export async function insertSightings(
  tx: Transaction,
  viewer: Viewer,
  sighting: NewSighting,
  condition: (bind: Bind) => string,
): Promise<SightingRow | null> {
  // The statement below sees no expiration that is stored at the same moment: an organisation's come one by one.
  if (sighting.type === EXPIRATION) {
    const who = `expiration ${viewer.organisationId}`;
    await tx.execute('select pg_advisory_xact_lock(hashtextextended($1, 0))', [who]);
  }
  const { bind, values } = bindParameters();
  const [request, user, organisation, key, ip] = actorValues(viewer);
  const actor = [
    bindNullable(values, request, 'uuid'),
    bind(user, 'bigint'),
    bind(organisation, 'bigint'),
    bindNullable(values, key, 'bigint'),
    bindNullable(values, ip, 'text'),
  ].join(', ');
  const type = bind(sighting.type, 'smallint');
  const owner = bind(viewer.organisationId, 'bigint');
  const date = bind(sighting.dateSighting, 'bigint');
  const source = bind(sighting.source, 'text');
  return tx.first<SightingRow>(
    `with target as (
       select a.id, a.event_id, a.audience_id, a.value1 from visible_attributes a
       where (${condition(bind)}) and not a.deleted order by a.id for share of a
     ), replaced as (
       delete from visible_sightings s where ${type} = ${EXPIRATION} and s.type = ${EXPIRATION} and s.org_id = ${owner}
         and s.attribute_id in (select id from target)
     ), made as (
       insert into visible_sightings (uuid, attribute_id, event_id, org_id, date_sighting, source, type, audience_id)
       select gen_random_uuid(), id, event_id, ${owner}, ${date}, ${source}, ${type}, audience_id from target order by id
       returning ${COLUMNS}
     ), logged as (
       insert into changes (request_id, user_id, org_id, auth_key_id, ip, model, model_id, model_uuid, event_id, action,
         title, after)
       select ${actor}, 'Sighting', m.id, m.uuid, m.event_id, 'add', left(t.value1, 200),
         jsonb_build_object('attribute_id', m.attribute_id, 'date_sighting', m.date_sighting, 'source', m.source,
           'type', m.type)
       from made m join target t on t.id = m.attribute_id
     )
     select ${COLUMNS} from made order by id desc limit 1`,
    values,
  );
}

function bindNullable(values: SqlValue[], value: string | number | null, type: string): string {
  values.push(value);
  return `$${values.length}::${type}`;
}

/** A sighting that came from another instance. */
export interface CopiedSighting extends NewSighting {
  uuid: string;
  attributeUuid: string;
  organisationId: number;
}

/** Stores sightings of one event's attributes by their uuids; what is known by uuid already, or has no attribute, is left. */
export function insertCopies(
  tx: Transaction,
  eventId: number,
  sightings: readonly CopiedSighting[],
): Promise<SightingRow[]> {
  const column = <T>(read: (sighting: CopiedSighting) => T) => sightings.map(read);
  return tx.query<SightingRow>(
    `with input as (
       select * from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::smallint[])
         with ordinality as i (uuid, attribute_uuid, org_id, date_sighting, source, type, n)
     ), target as (
       select a.id, a.uuid, a.audience_id from visible_attributes a
       where a.uuid in (select attribute_uuid from input) and a.event_id = $1 and not a.deleted for share of a
     )
     insert into visible_sightings (uuid, attribute_id, event_id, org_id, date_sighting, source, type, audience_id)
     select i.uuid, t.id, $1, i.org_id, i.date_sighting, i.source, i.type, t.audience_id
     from input i join target t on t.uuid = i.attribute_uuid order by i.n
     on conflict (uuid) do nothing returning ${COLUMNS}`,
    [
      eventId,
      column((sighting) => sighting.uuid),
      column((sighting) => sighting.attributeUuid),
      column((sighting) => sighting.organisationId),
      column((sighting) => sighting.dateSighting),
      column((sighting) => sighting.source),
      column((sighting) => sighting.type),
    ],
  );
}

/** A visible sighting by id or uuid, as it is listed. */
export function findSighting(
  tx: Transaction,
  key: { id: number } | { uuid: string },
): Promise<ListedSightingRow | null> {
  return 'id' in key
    ? tx.first<ListedSightingRow>(`select ${LISTED} from ${FROM} where s.id = $1`, [key.id])
    : tx.first<ListedSightingRow>(`select ${LISTED} from ${FROM} where s.uuid = $1`, [key.uuid]);
}

/** Removes a sighting; false when another request was first. */
export async function deleteSighting(tx: Transaction, id: number): Promise<boolean> {
  return (await tx.execute('delete from visible_sightings where id = $1', [id])) === 1;
}

/** By what somebody sees sightings at all: all of them, or those that have one of these organisations in a column. */
export type SightingSight = 'all' | readonly { column: 'org_id' | 'event_owner_id'; organisationId: number }[];

/**
 * Sightings by id behind `afterId`, those of deleted attributes left out. Where `sight` says by which columns the viewer
 * sees them, each is walked by its own index: what he does not see costs nothing. The policy decides all the same.
 */
export function listSightings(
  tx: Transaction,
  filter: { eventId: number | null; organisationId: number | null },
  page: { afterId: number; limit: number; offset: number },
  sight: SightingSight,
): Promise<ListedSightingRow[]> {
  const values: SqlValue[] = [page.afterId, filter.eventId, filter.organisationId, page.limit, page.offset];
  const walk = (condition: string, window: string) => `select ${COLUMNS} from visible_sightings s
       where s.id > $1 and ($2::bigint is null or s.event_id = $2) and ($3::bigint is null or s.org_id = $3)${condition}
         and not exists (select from visible_attributes a where a.id = s.attribute_id and a.deleted)
       order by s.id ${window}`;
  const walks =
    sight === 'all' || filter.eventId !== null
      ? walk('', 'limit $4 offset $5')
      : `select ${COLUMNS} from (${sight
          .map(
            ({ column, organisationId }) =>
              `(${walk(` and s.${column} = $${values.push(organisationId)}`, 'limit $4::bigint + $5')})`,
          )
          .join(' union ')}) s order by id limit $4 offset $5`;
  return tx.query<ListedSightingRow>(
    `select s.*, (select a.uuid from visible_attributes a where a.id = s.attribute_id) as attribute_uuid,
       o.name as org_name, o.uuid as org_uuid
     from (${walks}) s left join organisations o on o.id = s.org_id order by s.id`,
    values,
  );
}

/** The newest sightings of events or attributes, newest first, by the index of the context. */
export function newestSightings(
  tx: Transaction,
  context: 'event' | 'attribute',
  ids: readonly number[],
  organisationId: number | null,
  limit: number,
): Promise<ListedSightingRow[]> {
  return tx.query<ListedSightingRow>(
    `select ${LISTED} from ${FROM}
     where s.${context}_id = any ($1::bigint[]) and ($2::bigint is null or s.org_id = $2) and not a.deleted
     order by s.date_sighting desc, s.id limit $3`,
    [ids, organisationId, limit],
  );
}

/** Sightings of attributes in the order of their ids, by the index on attribute. */
export function sightingsOf(tx: Transaction, attributeIds: readonly number[]): Promise<ListedSightingRow[]> {
  return tx.prepared<ListedSightingRow>(
    `select ${LISTED} from ${FROM} where s.attribute_id = any ($1::bigint[]) order by s.id`,
    [attributeIds],
  );
}

/** Sightings per day (UTC) and type of an event or attribute, since a time, by the index of the context. */
export function countPerDay(
  tx: Transaction,
  context: 'event' | 'attribute',
  id: number,
  since: number,
): Promise<{ day: string; type: number; count: number }[]> {
  return tx.query<{ day: string; type: number; count: number }>(
    `select to_char(to_timestamp(s.date_sighting) at time zone 'UTC', 'YYYY-MM-DD') as day, s.type, count(*) as count
     from visible_sightings s join visible_attributes a on a.id = s.attribute_id
     where s.${context}_id = $1 and s.date_sighting >= $2 and not a.deleted group by 1, 2 order by 1, 2`,
    [id, since],
  );
}

/** The organisation with this uuid; null for an unknown one. */
export async function findOrganisationId(tx: Transaction, uuid: string): Promise<number | null> {
  const row = await tx.first<{ id: number }>('select id from organisations where uuid = $1', [uuid]);
  return row?.id ?? null;
}

/** Which uuids are sightings of the event. For `elevated`: it also finds those that the viewer does not see. */
export async function findKnownUuids(tx: Transaction, eventId: number, uuids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ uuid: string }>(
    'select uuid from sightings where uuid = any ($2::uuid[]) and event_id = $1 order by id',
    [eventId, uuids],
  );
  return rows.map((row) => row.uuid);
}
