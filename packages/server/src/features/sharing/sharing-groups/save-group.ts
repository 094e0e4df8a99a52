import { randomInt, randomUUID } from 'node:crypto';
import { can, type Viewer } from '../../../access/viewer.ts';
import { type Change, difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { captureOrganisation, captureOrganisations } from '../organisations/capture.ts';
import type { GroupInput, MemberInput } from './group-input.ts';
import { listKnownServers } from './group-servers.ts';
import {
  addThisInstance,
  type FullGroup,
  insertGroup,
  insertMembers,
  isNameTaken,
  notifyMembership,
  type SharingGroupRow,
  updateGroup,
  updateMembers,
} from './queries.ts';

const MAX_NAME_TRIES = 5;

/**
 * Stores a group that is not here yet, with its members; returns its id, or null when the uuid is taken (perhaps by
 * a group that the viewer may not see) or a member cannot be resolved. A name that is taken gets a number.
 *
 * Whether the viewer may bring it was checked before. `all_orgs` of a described server is not taken over: no body
 * from outside opens a group to everybody.
 */
export async function createGroup(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  input: GroupInput,
): Promise<number | null> {
  const { name } = input;
  if (name === undefined || name === '') return null;
  const members = await resolveMembers(tx, viewer, input.members ?? []);
  if (members === null) return null;
  const owner = await resolveOwner(tx, viewer, input);
  const nowDate = new Date(magpie.now() * 1000);
  const group = {
    uuid: input.uuid ?? randomUUID(),
    name,
    releasability: input.releasability ?? '',
    description: input.description ?? '',
    organisation_uuid: owner.uuid,
    org_id: owner.id,
    sync_user_id: viewer.userId,
    sync_org_id: viewer.organisationId,
    active: input.active ?? true,
    created: earlier(input.created, nowDate),
    modified: earlier(input.modified, nowDate),
    local: false,
    roaming: input.roaming ?? false,
  };
  const id = await insertWithFreeName(tx, group);
  if (id === null) return null;
  const changes: Change[] = [
    { ...groupChange('add', { ...group, id }), after: { ...loggedFields({ ...group, id }), org_id: group.org_id } },
  ];
  changes.push(...memberChanges('add', { ...group, id }, await insertMembers(tx, id, members)));
  const listsThisInstance = (input.servers ?? []).some((server) => server.isThisInstance);
  const listsNoServer = (input.servers ?? []).length === 0;
  if (listsThisInstance || (listsNoServer && !group.roaming)) {
    await addThisInstance(tx, id);
    changes.push({
      model: 'SharingGroupServer',
      action: 'add',
      title: name,
      after: { sharing_group_id: id, server_id: 0 },
    });
  }
  changes.push(...(await listKnownServers(tx, { ...group, id }, input.servers ?? [])));
  await recordChanges(tx, changes);
  await membershipChanged(magpie, tx);
  return id;
}

/**
 * Changes a stored group by what the input gives: texts, roaming, and members, which are added or get another
 * `extend` but are never removed. Returns false when another group has the new name or a member cannot be resolved.
 */
export async function changeGroup(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  full: FullGroup,
  input: GroupInput,
  options: { modified: Date },
): Promise<boolean> {
  const { group } = full;
  const members = await resolveMembers(tx, viewer, input.members ?? []);
  if (members === null || input.name === '') return false;
  const name = input.name ?? group.name;
  if (name !== group.name && (await isNameTaken(tx, name, group.id))) return false;
  const next: SharingGroupRow = {
    ...group,
    name,
    releasability: input.releasability ?? group.releasability,
    description: input.description ?? group.description,
    active: input.active ?? group.active,
    roaming: input.roaming ?? group.roaming,
    modified: options.modified,
  };
  await updateGroup(tx, next);
  const known = new Set(full.members.map((row) => row.org_id));
  const added = await insertMembers(
    tx,
    group.id,
    members.filter((member) => !known.has(member.organisationId)),
  );
  const changed = await updateMembers(
    tx,
    group.id,
    members.filter((member) => known.has(member.organisationId)),
  );
  const change = difference(loggedFields(group), loggedFields(next));
  await recordChanges(tx, [
    ...(change ? [{ ...groupChange('edit', group), ...change }] : []),
    ...memberChanges('add', group, added),
    ...memberChanges('edit', group, changed),
    ...(await listKnownServers(tx, group, input.servers ?? [])),
  ]);
  await membershipChanged(magpie, tx);
  return true;
}

/** Makes a change of members count at once for readers, here and in every other process; touches no data rows. */
export async function membershipChanged(magpie: Magpie, tx: Transaction): Promise<void> {
  await notifyMembership(tx);
  tx.onCommit(() => magpie.database.bitmaps.forget());
}

/** The part of a change record that names the group. */
export function groupChange(action: string, group: { id: number; uuid: string; name: string }): Change {
  return { model: 'SharingGroup', action, modelId: group.id, modelUuid: group.uuid, title: group.name };
}

/** Change records of members that came, went or changed. */
export function memberChanges(
  action: 'add' | 'edit' | 'delete',
  group: { id: number; name: string },
  rows: readonly { id: number; org_id: number; extend: boolean }[],
): Change[] {
  return rows.map((row) => {
    const values = { sharing_group_id: group.id, org_id: row.org_id, extend: row.extend };
    return {
      model: 'SharingGroupOrg',
      action,
      modelId: row.id,
      title: group.name,
      ...(action === 'delete' ? { before: values } : { after: values }),
    };
  });
}

function loggedFields(group: SharingGroupRow): Record<string, unknown> {
  const { name, releasability, description, active, roaming } = group;
  return { name, releasability, description, active, roaming };
}

async function insertWithFreeName(tx: Transaction, group: Omit<SharingGroupRow, 'id'>): Promise<number | null> {
  for (let tries = 0; tries < MAX_NAME_TRIES; tries += 1) {
    const name = tries === 0 ? group.name : `${group.name}_${String(randomInt(10_000)).padStart(4, '0')}`;
    const made = await insertGroup(tx, { ...group, name });
    if (made) return made.id;
  }
  return null;
}

/** Synchronisation accounts and site administrators bring groups of others; everybody else makes his own. */
async function resolveOwner(tx: Transaction, viewer: Viewer, input: GroupInput): Promise<{ id: number; uuid: string }> {
  const own = { id: viewer.organisationId, uuid: viewer.organisationUuid };
  if (input.owner === null || !(can(viewer, 'perm_sync') || can(viewer, 'perm_site_admin'))) return own;
  const id = await captureOrganisation(tx, viewer, input.owner);
  if (id === null) return own;
  return (
    (await tx.first<{ id: number; uuid: string }>('select id, uuid from organisations where id = $1', [id])) ?? own
  );
}

/** Organisations of members, each once; null when an id names none. */
async function resolveMembers(
  tx: Transaction,
  viewer: Viewer,
  members: readonly MemberInput[],
): Promise<{ organisationId: number; extend: boolean }[] | null> {
  const captured = await captureOrganisations(
    tx,
    viewer,
    members.map((member) => member.organisation),
  );
  const byId = members.flatMap((member) => member.organisationId ?? []);
  const known = new Set(
    byId.length === 0
      ? []
      : (await tx.query<{ id: number }>('select id from organisations where id = any($1::bigint[])', [byId])).map(
          (row) => row.id,
        ),
  );
  const resolved = new Map<number, boolean>();
  for (const [index, member] of members.entries()) {
    const id = member.organisationId ?? captured[index] ?? null;
    if (id === null || (member.organisationId !== null && !known.has(id))) return null;
    resolved.set(id, member.extend);
  }
  return [...resolved].map(([organisationId, extend]) => ({ organisationId, extend }));
}

function earlier(given: Date | null, now: Date): Date {
  return given !== null && given < now ? given : now;
}
