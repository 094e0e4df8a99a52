import type { Transaction } from '../../../database/transaction.ts';
import { ORGANISATION_COLUMNS, type OrganisationRow } from '../../administration/organisations/organisation-row.ts';

/** A sharing group as stored, with its owner. */
export interface SharingGroupRow {
  id: number;
  uuid: string;
  name: string;
  releasability: string;
  description: string;
  organisation_uuid: string | null;
  org_id: number;
  sync_user_id: number;
  sync_org_id: number;
  active: boolean;
  created: Date;
  modified: Date;
  local: boolean;
  roaming: boolean;
}

/** An organisation as groups name it. */
export interface OrganisationOfGroup {
  id: number;
  uuid: string;
  name: string;
  local: boolean;
}

/** An organisation's membership as stored. */
export interface MemberRow {
  id: number;
  sharing_group_id: number;
  org_id: number;
  extend: boolean;
  organisation: OrganisationOfGroup;
}

/** An instance's membership as stored. */
export interface GroupServerRow {
  id: number;
  sharing_group_id: number;
  /** 0: this instance. */
  server_id: number;
  all_orgs: boolean;
  /** Name and address of another instance; null for this one. */
  server: { id: number; name: string; url: string } | null;
}

/** A group with everything its JSON shows. */
export interface FullGroup {
  group: SharingGroupRow;
  owner: OrganisationOfGroup | null;
  syncOrganisation: OrganisationOfGroup | null;
  members: MemberRow[];
  servers: GroupServerRow[];
}

const COLUMNS = `id, uuid, name, releasability, description, organisation_uuid, org_id, sync_user_id, sync_org_id, active,
  created, modified, local, roaming`;

/** One visible group by its primary key. */
export function findGroupById(tx: Transaction, id: number): Promise<SharingGroupRow | null> {
  return tx.first<SharingGroupRow>(`select ${COLUMNS} from visible_sharing_groups where id = $1`, [id]);
}

/** One visible group by the unique index on uuid. */
export function findGroupByUuid(tx: Transaction, uuid: string): Promise<SharingGroupRow | null> {
  return tx.first<SharingGroupRow>(`select ${COLUMNS} from visible_sharing_groups where uuid = $1`, [uuid]);
}

/**
 * Waits until nobody else changes the group, and keeps others from it until the transaction ends. To delete it waits
 * for those, too, who put something under it at this moment (`usableSharingGroups`).
 */
export function lockGroup(tx: Transaction, id: number, to: 'edit' | 'delete'): Promise<number> {
  const strength = to === 'delete' ? 'for update' : 'for no key update';
  return tx.execute(`select from visible_sharing_groups where id = $1 ${strength}`, [id]);
}

/** Visible groups with these ids, with members and servers: three statements whatever their number. */
export async function readGroups(tx: Transaction, ids: readonly number[]): Promise<FullGroup[]> {
  if (ids.length === 0) return [];
  const groups = await tx.query<SharingGroupRow>(
    `select ${COLUMNS} from visible_sharing_groups where id = any($1::bigint[]) order by id`,
    [ids],
  );
  return completeGroups(tx, groups);
}

/** Visible groups by name, at most `limit` from `offset`; `search` is a part of any text of the group or its owner's name. */
export async function listGroups(
  tx: Transaction,
  page: { active: boolean; search: string | null; limit: number; offset: number },
): Promise<FullGroup[]> {
  const groups = await tx.query<SharingGroupRow>(
    `select ${COLUMNS} from visible_sharing_groups g where active = $1
       and ($2::text is null
         or strpos(lower(concat_ws(E'\\n', g.name, g.uuid::text, g.description, g.releasability)), lower($2)) > 0
         or exists (select from organisations o where o.id = g.org_id and strpos(lower(o.name), lower($2)) > 0))
     order by name, id limit $3 offset $4`,
    [page.active, page.search, page.limit, page.offset],
  );
  return completeGroups(tx, groups);
}

async function completeGroups(tx: Transaction, groups: readonly SharingGroupRow[]): Promise<FullGroup[]> {
  if (groups.length === 0) return [];
  const ids = groups.map((group) => group.id);
  const members = await tx.query<Omit<MemberRow, 'organisation'>>(
    `select id, sharing_group_id, org_id, extend from visible_sharing_group_organisations
     where sharing_group_id = any($1::bigint[]) order by id`,
    [ids],
  );
  const servers = await readGroupServers(tx, ids);
  const organisations = new Map(
    (
      await tx.query<OrganisationOfGroup>(
        'select id, uuid, name, local from organisations where id = any($1::bigint[])',
        [[...members.map((row) => row.org_id), ...groups.flatMap((group) => [group.org_id, group.sync_org_id])]],
      )
    ).map((row) => [row.id, row]),
  );
  return groups.map((group) => ({
    group,
    owner: organisations.get(group.org_id) ?? null,
    syncOrganisation: organisations.get(group.sync_org_id) ?? null,
    members: members.flatMap((row) => {
      const organisation = organisations.get(row.org_id);
      return row.sharing_group_id === group.id && organisation ? [{ ...row, organisation }] : [];
    }),
    servers: servers.filter((row) => row.sharing_group_id === group.id),
  }));
}

async function readGroupServers(tx: Transaction, groupIds: readonly number[]): Promise<GroupServerRow[]> {
  const rows = await tx.query<Omit<GroupServerRow, 'server'>>(
    `select id, sharing_group_id, server_id, all_orgs from visible_sharing_group_servers
     where sharing_group_id = any($1::bigint[]) order by id`,
    [groupIds],
  );
  const others = rows.flatMap((row) => (row.server_id === 0 ? [] : [row.server_id]));
  if (others.length === 0) return rows.map((row) => ({ ...row, server: null }));
  const servers = await tx.query<{ id: number; name: string; url: string }>(
    'select id, name, url from visible_group_servers where id = any($1::bigint[])',
    [others],
  );
  const byId = new Map(servers.map((server) => [server.id, server]));
  return rows.map((row) => ({ ...row, server: byId.get(row.server_id) ?? null }));
}

/** Stores a group; null when its uuid or name is taken, whoever may see that. */
export function insertGroup(tx: Transaction, group: Omit<SharingGroupRow, 'id'>): Promise<{ id: number } | null> {
  return tx.first<{ id: number }>(
    `insert into visible_sharing_groups (uuid, name, releasability, description, organisation_uuid, org_id, sync_user_id,
       sync_org_id, active, created, modified, local, roaming)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning id`,
    [
      group.uuid,
      group.name,
      group.releasability,
      group.description,
      group.organisation_uuid,
      group.org_id,
      group.sync_user_id,
      group.sync_org_id,
      group.active,
      group.created,
      group.modified,
      group.local,
      group.roaming,
    ],
  );
}

/** The full row of the organisation that owns the group, for the answer of view. */
export function readOwner(tx: Transaction, organisationId: number): Promise<OrganisationRow | null> {
  return tx.first<OrganisationRow>(`select ${ORGANISATION_COLUMNS} from organisations where id = $1`, [organisationId]);
}

/** True when another group, visible or not, has the name. */
export async function isNameTaken(tx: Transaction, name: string, exceptId: number): Promise<boolean> {
  const row = await tx.first<{ taken: boolean }>('select sharing_group_name_taken($1, $2) as taken', [name, exceptId]);
  return row?.taken ?? false;
}

/** Writes the fields that an edit may change. */
export function updateGroup(tx: Transaction, group: SharingGroupRow): Promise<number> {
  return tx.execute(
    `update visible_sharing_groups set name = $2, releasability = $3, description = $4, active = $5, created = $6,
       modified = $7, roaming = $8 where id = $1`,
    [
      group.id,
      group.name,
      group.releasability,
      group.description,
      group.active,
      group.created,
      group.modified,
      group.roaming,
    ],
  );
}

/** Notes when the group or its members changed last. */
export function touchGroup(tx: Transaction, groupId: number, modified: Date): Promise<number> {
  return tx.execute('update visible_sharing_groups set modified = $2 where id = $1', [groupId, modified]);
}

/** Adds organisations that are no members yet. */
export function insertMembers(
  tx: Transaction,
  groupId: number,
  members: readonly { organisationId: number; extend: boolean }[],
): Promise<{ id: number; org_id: number; extend: boolean }[]> {
  return tx.query(
    `insert into visible_sharing_group_organisations (sharing_group_id, org_id, extend)
     select $1, o.org_id, o.extend from unnest($2::bigint[], $3::boolean[]) as o (org_id, extend)
     on conflict (sharing_group_id, org_id) do nothing returning id, org_id, extend`,
    [groupId, members.map((member) => member.organisationId), members.map((member) => member.extend)],
  );
}

/** Changes what members may do with the group; gives back those that differ now. */
export function updateMembers(
  tx: Transaction,
  groupId: number,
  members: readonly { organisationId: number; extend: boolean }[],
): Promise<{ id: number; org_id: number; extend: boolean }[]> {
  return tx.query(
    `update visible_sharing_group_organisations m set extend = o.extend
     from unnest($2::bigint[], $3::boolean[]) as o (org_id, extend)
     where m.sharing_group_id = $1 and m.org_id = o.org_id and m.extend <> o.extend returning m.id, m.org_id, m.extend`,
    [groupId, members.map((member) => member.organisationId), members.map((member) => member.extend)],
  );
}

/** Takes an organisation out; null when it was no member. */
export function deleteMember(
  tx: Transaction,
  groupId: number,
  organisationId: number,
): Promise<{ id: number; extend: boolean } | null> {
  return tx.first(
    'delete from visible_sharing_group_organisations where sharing_group_id = $1 and org_id = $2 returning id, extend',
    [groupId, organisationId],
  );
}

/** Lists this instance (server 0) in the group, without widening it to all of its organisations. */
export function addThisInstance(tx: Transaction, groupId: number): Promise<{ id: number } | null> {
  return tx.first(
    `insert into visible_sharing_group_servers (sharing_group_id, server_id) values ($1, 0)
     on conflict (sharing_group_id, server_id) do nothing returning id`,
    [groupId],
  );
}

/** True when an event, attribute, object or report anywhere on the instance uses the group. */
export async function isGroupInUse(tx: Transaction, groupId: number): Promise<boolean> {
  const row = await tx.first<{ used: boolean }>(
    'select sharing_group_in_use($1) or clusters_use_sharing_group($1) as used',
    [groupId],
  );
  return row?.used ?? false;
}

/** Removes the group with its members and servers. */
export function deleteGroup(tx: Transaction, groupId: number): Promise<number> {
  return tx.execute('delete from visible_sharing_groups where id = $1', [groupId]);
}

/** Tells every process that memberships changed, once the transaction commits. */
export function notifyMembership(tx: Transaction): Promise<number> {
  return tx.execute(`select pg_notify('magpie_access', '')`);
}
