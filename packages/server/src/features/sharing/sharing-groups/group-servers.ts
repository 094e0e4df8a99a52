import type { Viewer } from '../../../access/viewer.ts';
import { type Change, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, Refused } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { findEditable } from './find-group.ts';
import type { ServerInput } from './group-input.ts';
import { touchGroup } from './queries.ts';

/** A group (id, uuid) and a connected instance (id, address, name) as a client names them. */
export interface GroupServerRequest {
  group: unknown;
  server: unknown;
}

/**
 * Lists a connected instance in a group, so that data of the group may be sent there. Throws `Refused` when the group
 * is not the viewer's to edit or the instance unknown, `Invalid` when it is listed already.
 */
export function addGroupServer(
  magpie: Magpie,
  viewer: Viewer,
  request: GroupServerRequest,
  options: { allOrganisations: boolean },
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const group = await findEditable(tx, viewer, request.group);
    const serverId = await findServerId(tx, request.server);
    const added = await tx.execute(
      `insert into visible_sharing_group_servers (sharing_group_id, server_id, all_orgs) values ($1, $2, $3)
       on conflict (sharing_group_id, server_id) do nothing`,
      [group.id, serverId, options.allOrganisations],
    );
    if (added === 0) {
      throw new Invalid('Could not add Server to SharingGroup', 'Server is already in the sharing group.');
    }
    await touchGroup(tx, group.id, new Date(magpie.now() * 1000));
    await recordChanges(tx, [serverChange('add', group, serverId, options.allOrganisations)]);
  });
}

/** Takes a connected instance out of this group (and, unlike MISP, out of no other). */
export function removeGroupServer(magpie: Magpie, viewer: Viewer, request: GroupServerRequest): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const group = await findEditable(tx, viewer, request.group);
    const serverId = await findServerId(tx, request.server);
    const removed = await tx.first<{ all_orgs: boolean }>(
      'delete from visible_sharing_group_servers where sharing_group_id = $1 and server_id = $2 returning all_orgs',
      [group.id, serverId],
    );
    if (removed === null) {
      throw new Invalid('Could not remove Server from SharingGroup', 'Server is not in the sharing group.');
    }
    await touchGroup(tx, group.id, new Date(magpie.now() * 1000));
    await recordChanges(tx, [serverChange('delete', group, serverId, removed.all_orgs)]);
  });
}

/**
 * Lists the instances that a described group names by address and that are connected; others are left out, and none is
 * removed. What the description says of "all organisations" is not taken over.
 */
export async function listKnownServers(
  tx: Transaction,
  group: { id: number; name: string },
  servers: readonly ServerInput[],
): Promise<Change[]> {
  const urls = servers.flatMap((server) => (server.isThisInstance || server.url === null ? [] : [server.url]));
  if (urls.length === 0) return [];
  const known = await tx.elevated('connected instances are known to the site', () =>
    tx.query<{ id: number }>('select id from servers where url = any($1::text[])', [urls]),
  );
  if (known.length === 0) return [];
  const added = await tx.query<{ server_id: number }>(
    `insert into visible_sharing_group_servers (sharing_group_id, server_id)
     select $1, s.id from unnest($2::bigint[]) as s (id)
     on conflict (sharing_group_id, server_id) do nothing returning server_id`,
    [group.id, known.map((row) => row.id)],
  );
  return added.map((row) => serverChange('add', group, row.server_id, false));
}

/** Who may edit a group may name any connected instance, as in MISP; this one (0) is listed by default and not so. */
async function findServerId(tx: Transaction, key: unknown): Promise<number> {
  const id = readId(key);
  const text = typeof key === 'string' && id === null ? key.replace(/\/+$/, '') : null;
  const row = await tx.elevated('connected instances are known to the site', () =>
    tx.first<{ id: number }>('select id from servers where id = $1 or url = $2 or name = $2 order by id limit 1', [
      id,
      text,
    ]),
  );
  if (row === null) throw new Refused('Invalid Server.');
  return row.id;
}

function serverChange(
  action: 'add' | 'delete',
  group: { id: number; name: string },
  serverId: number,
  allOrganisations: boolean,
): Change {
  const values = { sharing_group_id: group.id, server_id: serverId, all_orgs: allOrganisations };
  return {
    model: 'SharingGroupServer',
    action,
    title: group.name,
    ...(action === 'delete' ? { before: values } : { after: values }),
  };
}
