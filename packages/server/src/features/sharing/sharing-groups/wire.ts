import { databaseTime } from '../../administration/database-time.ts';
import type { FullGroup, GroupServerRow, MemberRow, OrganisationOfGroup, SharingGroupRow } from './queries.ts';

type Json = Record<string, unknown>;

/** What the wire forms depend on beside the group. */
export interface WireOptions {
  baseUrl: string;
  /** Setting `Security.hide_organisations_in_sharing_groups`, already decided for this viewer and group. */
  hideMembers: (group: SharingGroupRow) => boolean;
}

/** The form nested in events, attributes, objects and reports: one object with its lists inside. */
export function nestedGroupWire(full: FullGroup, options: WireOptions): Json {
  return {
    ...groupWire(full.group),
    Organisation: organisationWire(full.owner),
    SharingGroupOrg: options.hideMembers(full.group) ? [] : full.members.map((row) => memberWire(row)),
    SharingGroupServer: full.servers.map((row) => ({
      ...serverWire(row),
      Server: otherServerWire(row) ?? { id: '0', url: options.baseUrl, name: options.baseUrl },
    })),
  };
}

/** The answer of add and edit. */
export function savedGroupWire(full: FullGroup): Json {
  return {
    SharingGroup: groupWire(full.group),
    SharingGroupOrg: full.members.map((row) => memberWire(row)),
    SharingGroupServer: full.servers.map(serverWire),
    Organisation: organisationWire(full.owner),
  };
}

/** The answer of view; `owner` is the owner's full row. */
export function viewedGroupWire(full: FullGroup, owner: Json, options: WireOptions): Json {
  const brought = full.syncOrganisation;
  return {
    SharingGroup: {
      ...groupWire(full.group),
      ...(brought ? { sync_org_name: brought.name, sync_org: organisationWire(brought) } : {}),
    },
    Organisation: owner,
    SharingGroupOrg: options.hideMembers(full.group)
      ? []
      : full.members.map((row) => ({
          ...memberWire(row),
          Organisation: { ...organisationWire(row.organisation), local: row.organisation.local },
        })),
    SharingGroupServer: full.servers.map((row) => ({
      ...serverWire(row),
      Server: otherServerWire(row) ?? { id: '0', name: 'Local instance', url: options.baseUrl },
    })),
  };
}

/** One entry of the index. */
export function listedGroupWire(
  full: FullGroup,
  rights: { editable: boolean; deletable: boolean },
  options: WireOptions,
): Json {
  const { group } = full;
  const hidden = options.hideMembers(group);
  return {
    SharingGroup: {
      id: String(group.id),
      uuid: group.uuid,
      name: group.name,
      description: group.description,
      releasability: group.releasability,
      local: group.local,
      active: group.active,
      roaming: group.roaming,
      ...(hidden ? {} : { org_count: String(full.members.length) }),
    },
    Organisation: organisationWire(full.owner),
    SharingGroupOrg: hidden ? [] : full.members.map((row) => memberWire(row)),
    SharingGroupServer: full.servers.map((row) => ({
      all_orgs: row.all_orgs,
      server_id: String(row.server_id),
      sharing_group_id: String(row.sharing_group_id),
      Server: otherServerWire(row) ?? [],
    })),
    ...rights,
  };
}

function groupWire(group: SharingGroupRow): Json {
  return {
    id: String(group.id),
    name: group.name,
    releasability: group.releasability,
    description: group.description,
    uuid: group.uuid,
    organisation_uuid: group.organisation_uuid,
    org_id: String(group.org_id),
    sync_user_id: String(group.sync_user_id),
    active: group.active,
    created: databaseTime(group.created),
    modified: databaseTime(group.modified),
    local: group.local,
    roaming: group.roaming,
  };
}

function memberWire(row: MemberRow): Json {
  return {
    id: String(row.id),
    sharing_group_id: String(row.sharing_group_id),
    org_id: String(row.org_id),
    extend: row.extend,
    Organisation: organisationWire(row.organisation),
  };
}

function serverWire(row: GroupServerRow): Json {
  return {
    id: String(row.id),
    sharing_group_id: String(row.sharing_group_id),
    server_id: String(row.server_id),
    all_orgs: row.all_orgs,
  };
}

/** Another instance; null for this one. */
function otherServerWire({ server }: GroupServerRow): Json | null {
  return server === null ? null : { id: String(server.id), url: server.url, name: server.name };
}

function organisationWire(organisation: OrganisationOfGroup | null): Json {
  return organisation === null ? {} : { id: String(organisation.id), name: organisation.name, uuid: organisation.uuid };
}
