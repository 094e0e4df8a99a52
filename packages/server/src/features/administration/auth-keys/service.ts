import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound, Refused } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { lockUser } from '../users/queries.ts';
import { defaultExpiration, readKeyFields } from './key-fields.ts';
import { type AuthKeyRow, deleteKey, expireKeys, insertKey, lockKey, type OwnedKeyRow, updateKey } from './queries.ts';
import { randomKey } from './secret-key.ts';

const NOT_FOR_THAT_USER = 'Invalid user or insufficient privileges to interact with an authkey for the given user.';
const NO_KEY = 'Invalid AuthKey.';

/** Makes a key for oneself, or for a user one administers. The key is returned this once and stored as a digest. */
export async function addKey(
  magpie: Magpie,
  viewer: Viewer,
  userId: number | null,
  body: JsonObject,
): Promise<{ row: AuthKeyRow; key: string }> {
  const fields = readKeyFields(magpie, body, { isNew: true });
  const key = randomKey();
  const row = await magpie.database.asSystem('add key', async (tx) => {
    if (userId === null || !(await mayMakeKeysFor(tx, viewer, userId))) throw new Refused(NOT_FOR_THAT_USER);
    const made = await insertKey(tx, {
      userId,
      key,
      comment: fields.comment ?? null,
      expiration: fields.expiration ?? defaultExpiration(magpie),
      readOnly: fields.readOnly ?? false,
      allowedIps: fields.allowedIps ?? null,
    });
    await recordChanges(tx, [{ ...about(made), action: 'add', after: loggable(made) }], viewer);
    return made;
  });
  await magpie.accounts.changed();
  return { row, key };
}

/** Changes comment, addresses, end and read-only of a key; anything else in the body is ignored. */
export async function editKey(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  body: JsonObject,
): Promise<OwnedKeyRow> {
  const fields = readKeyFields(magpie, body);
  const row = await magpie.database.asSystem('edit key', async (tx) => {
    const before = await lockReachable(tx, viewer, id);
    const after: OwnedKeyRow = {
      ...before,
      comment: fields.comment === undefined ? before.comment : fields.comment,
      allowed_ips: fields.allowedIps === undefined ? before.allowed_ips : fields.allowedIps,
      expiration: fields.expiration ?? before.expiration,
      read_only: fields.readOnly ?? before.read_only,
    };
    await updateKey(tx, before.id, after);
    const change = difference(loggable(before), loggable(after));
    if (change) await recordChanges(tx, [{ ...about(after), action: 'edit', ...change }], viewer);
    return after;
  });
  await magpie.accounts.changed();
  return row;
}

/** Deletes a key; it stops working at once. */
export async function removeKey(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  const removed = await magpie.database.asSystem('delete key', async (tx) => {
    const row = await lockReachable(tx, viewer, id);
    await deleteKey(tx, row.id);
    await recordChanges(tx, [{ ...about(row), action: 'delete', before: loggable(row) }], viewer);
    return row.id;
  });
  await magpie.accounts.changed();
  return removed;
}

/**
 * Ends a user's keys and makes one new. For oneself by an API key only that key ends, and the new one keeps its
 * addresses. Throws `Refused` (MISP's 405) for users one does not administer.
 */
export async function resetKeys(magpie: Magpie, viewer: Viewer, userId: number | null): Promise<string> {
  const key = randomKey();
  await magpie.database.asSystem('reset key', async (tx) => {
    if (userId === null || !(await mayMakeKeysFor(tx, viewer, userId))) throw new Refused('Invalid user.');
    const onlyId = userId === viewer.userId ? viewer.authKeyId : null;
    const ended = await expireKeys(tx, userId, onlyId, magpie.now());
    const current = ended.find((row) => row.id === viewer.authKeyId);
    const made = await insertKey(tx, {
      userId,
      key,
      comment: current ? `Created by resetting auth key ${current.id}\n` : '',
      expiration: defaultExpiration(magpie),
      allowedIps: current?.allowed_ips ?? null,
    });
    await recordChanges(
      tx,
      [
        ...ended.map(({ id }) => ({ model: 'AuthKey', modelId: id, action: 'edit', title: 'Ended by a reset' })),
        { ...about(made), action: 'add', after: loggable(made) },
      ],
      viewer,
    );
  });
  await magpie.accounts.changed();
  return key;
}

/** Oneself; anybody for the site's administrator; for an organisation's, its users who are no administrators. */
async function mayMakeKeysFor(tx: Transaction, viewer: Viewer, userId: number): Promise<boolean> {
  const found = await lockUser(tx, userId, isSiteAdmin(viewer) ? null : viewer.organisationId);
  if (found === null) return false;
  if (isSiteAdmin(viewer) || userId === viewer.userId) return true;
  const isAdministrator = found.flags.includes('perm_site_admin') || found.flags.includes('perm_admin');
  return viewer.flags.has('perm_admin') && found.flags.includes('perm_auth') && !isAdministrator;
}

async function lockReachable(tx: Transaction, viewer: Viewer, id: number | null): Promise<OwnedKeyRow> {
  const row =
    id === null
      ? null
      : await lockKey(tx, id, {
          userId: viewer.userId,
          orgId: viewer.flags.has('perm_admin') ? viewer.organisationId : null,
          all: isSiteAdmin(viewer),
        });
  if (row === null) throw new NotFound(NO_KEY);
  if (row.user_id !== viewer.userId && !(await mayMakeKeysFor(tx, viewer, row.user_id)))
    throw new Refused(NOT_FOR_THAT_USER);
  return row;
}

function about(row: AuthKeyRow) {
  return { model: 'AuthKey', modelId: row.id, modelUuid: row.uuid, title: `${row.authkey_start}…${row.authkey_end}` };
}

function loggable(row: AuthKeyRow): Record<string, unknown> {
  const { user_id, comment, allowed_ips, expiration, read_only } = row;
  return { user_id, comment, allowed_ips, expiration, read_only };
}
