import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { ORGANISATION_COLUMNS, type OrganisationRow } from './organisation-row.ts';

/** An organisation with what lists and views add. */
export interface ShownOrganisationRow extends OrganisationRow {
  user_count: number;
  /** Null when the creator is gone or hidden from the viewer. */
  created_by_email: string | null;
}

/** What a request decides of an organisation. */
export type OrganisationValues = Pick<
  OrganisationRow,
  | 'uuid'
  | 'name'
  | 'description'
  | 'type'
  | 'nationality'
  | 'sector'
  | 'contacts'
  | 'local'
  | 'restricted_to_domain'
  | 'landingpage'
>;

const SHOWN_COLUMNS = `${ORGANISATION_COLUMNS.split(',')
  .map((column) => `o.${column.trim()}`)
  .join(', ')}, coalesce(n.user_count, 0) as user_count, c.email as created_by_email`;
const SHOWN_JOINS = `left join organisation_user_counts n on n.org_id = o.id left join visible_users c on c.id = o.created_by`;

/**
 * Organisations a viewer meets anyway: his own, those in events he sees, and members of sharing groups he sees. Where
 * members are hidden (Security.hide_organisations_in_sharing_groups) those of his own organisation's groups alone.
 */
export function knownToViewer(membersAreHidden: boolean): string {
  const own = `(select current_setting('magpie.organisation'))::bigint`;
  const groups = membersAreHidden
    ? `where m.sharing_group_id in (select g.id from visible_sharing_groups g where g.org_id = ${own})`
    : '';
  return `(o.id = ${own} or exists (select from visible_events e where e.orgc_id = o.id)
    or exists (select from visible_events e where e.org_id = o.id)
    or o.id in (select m.org_id from visible_sharing_group_organisations m ${groups}))`;
}

/** Organisations by name, restricted by `conditions` over o. */
export function listOrganisations(
  tx: Transaction,
  conditions: readonly string[],
  values: readonly SqlValue[],
): Promise<ShownOrganisationRow[]> {
  return tx.query<ShownOrganisationRow>(
    `select ${SHOWN_COLUMNS} from organisations o ${SHOWN_JOINS}
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by o.name, o.id`,
    values,
  );
}

/** As system: an organisation for a change, locked. */
export function lockOrganisation(tx: Transaction, id: number): Promise<OrganisationRow | null> {
  return tx.first<OrganisationRow>(`select ${ORGANISATION_COLUMNS} from organisations where id = $1 for update`, [id]);
}

/** Uses the unique index on uuid. */
export function findOrganisationId(tx: Transaction, uuid: string): Promise<{ id: number } | null> {
  return tx.first('select id from organisations where uuid = $1', [uuid]);
}

/** As system: which of name and uuid another organisation has. Writers queue up until the commit. */
export async function findTaken(
  tx: Transaction,
  values: { name: string; uuid: string },
  exceptId: number,
): Promise<{ name: boolean; uuid: boolean }> {
  await tx.execute('lock table organisations in share row exclusive mode');
  const rows = await tx.query<{ name: string; uuid: string }>(
    'select name, uuid from organisations where (name = $1 or uuid = $2) and id <> $3',
    [values.name, values.uuid, exceptId],
  );
  return {
    name: rows.some((row) => row.name === values.name),
    uuid: rows.some((row) => row.uuid === values.uuid),
  };
}

/** Stores an organisation and returns it as it is stored. */
export async function insertOrganisation(
  tx: Transaction,
  values: OrganisationValues,
  createdBy: number,
): Promise<OrganisationRow> {
  const row = await tx.first<OrganisationRow>(
    `insert into organisations (uuid, name, description, type, nationality, sector, contacts, local,
       restricted_to_domain, landingpage, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${ORGANISATION_COLUMNS}`,
    [...bind(values), createdBy],
  );
  if (row === null) throw new Error('the organisation was not stored');
  return row;
}

/** Changes the fields of one organisation and returns it as it is then. */
export async function updateOrganisation(
  tx: Transaction,
  id: number,
  values: OrganisationValues,
): Promise<OrganisationRow> {
  const row = await tx.first<OrganisationRow>(
    `update organisations set uuid = $1, name = $2, description = $3, type = $4, nationality = $5, sector = $6,
       contacts = $7, local = $8, restricted_to_domain = $9, landingpage = $10, date_modified = now()
     where id = $11 returning ${ORGANISATION_COLUMNS}`,
    [...bind(values), id],
  );
  if (row === null) throw new Error('the organisation is gone');
  return row;
}

/** As system: true when users, events, sharing groups or tags belong to the organisation. */
export async function isOrganisationInUse(tx: Transaction, id: number): Promise<boolean> {
  const row = await tx.first(
    `select 1 where exists (select from users where org_id = $1) or exists (select from events where org_id = $1)
       or exists (select from events where orgc_id = $1) or exists (select from sharing_groups where org_id = $1)
       or exists (select from sharing_group_organisations where org_id = $1)
       or exists (select from tags where org_id = $1)`,
    [id],
  );
  return row !== null;
}

/** The caller has made sure that nothing belongs to it. */
export async function deleteOrganisation(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from organisations where id = $1', [id]);
}

/** Uuids of the local organisations, by id. */
export async function listLocalUuids(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ uuid: string }>('select uuid from organisations where local order by id');
  return rows.map((row) => row.uuid);
}

function bind(values: OrganisationValues): SqlValue[] {
  return [
    values.uuid,
    values.name,
    values.description,
    values.type,
    values.nationality,
    values.sector,
    values.contacts,
    values.local,
    values.restricted_to_domain,
    values.landingpage,
  ];
}
