import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { isObject } from '../../../http/lenient.ts';
import { findKnownUserSetting } from './known-settings.ts';
import {
  deleteUserSetting,
  findReachableUser,
  listUserSettings,
  saveUserSetting,
  type UserSettingRow,
} from './queries.ts';

const INVALID = 'Invalid setting.';
const MAX_VALUE_BYTES = 1_000_000;
const ALL = { limit: null, offset: 0 };

/** Which settings: `users` is `me`, `org`, `all` or an id. */
export interface SettingFilter {
  setting: string | null;
  users: 'me' | 'org' | 'all' | number;
  limit: number | null;
  page: number;
}

/** Settings of oneself, or of those one administers, by id. */
export function searchUserSettings(magpie: Magpie, viewer: Viewer, filter: SettingFilter): Promise<UserSettingRow[]> {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: (parameter: string) => string, value: SqlValue) => {
    conditions.push(condition(`$${values.push(value)}`));
  };
  if (filter.setting !== null) add((parameter) => `s.setting = ${parameter}`, filter.setting);
  if (filter.users === 'me') add((parameter) => `s.user_id = ${parameter}`, viewer.userId);
  else if (filter.users === 'org') add((parameter) => `u.org_id = ${parameter}`, viewer.organisationId);
  else if (typeof filter.users === 'number') add((parameter) => `s.user_id = ${parameter}`, filter.users);
  const page = { limit: filter.limit, offset: filter.limit === null ? 0 : (filter.page - 1) * filter.limit };
  return magpie.database.as(viewer, (tx) => listUserSettings(tx, conditions, values, page));
}

/** A setting of a user whom the viewer administers, or his own. Throws `NotFound`. */
export async function viewUserSetting(magpie: Magpie, viewer: Viewer, id: number | null): Promise<UserSettingRow> {
  return magpie.database.as(viewer, (tx) => requireById(tx, id));
}

/** The setting of that name, of the user asked for if one administers him, else one's own. */
export async function getUserSetting(
  magpie: Magpie,
  viewer: Viewer,
  userId: number | null,
  setting: unknown,
): Promise<UserSettingRow> {
  return magpie.database.as(viewer, async (tx) => {
    const owner = await chooseUser(tx, viewer, userId);
    return requireByName(tx, owner, setting);
  });
}

/** Stores a setting. Another's user id counts only for administrators of that user; others silently set their own. */
export async function setUserSetting(
  magpie: Magpie,
  viewer: Viewer,
  wanted: { userId: number | null; setting: unknown; value: unknown },
): Promise<UserSettingRow> {
  const known = findKnownUserSetting(wanted.setting);
  if (known === null || typeof wanted.setting !== 'string') throw new Refused(INVALID);
  if (known.permission !== undefined && !can(viewer, known.permission)) {
    const right = known.permission.replace(/^perm_/, '');
    throw new Refused(`This setting is restricted and requires the following permission(s): ${right}`);
  }
  const setting = wanted.setting;
  const value = readValue(wanted.value);
  const isRight =
    known.shape === 'any' || isObject(value) || Array.isArray(value)
      ? known.shape !== 'list' || Array.isArray(value)
      : false;
  if (!isRight) throw new Refused(`Invalid value: expected a ${known.shape === 'list' ? 'list' : 'map'}.`);
  const saved = await magpie.database.as(viewer, async (tx) => {
    const userId = await chooseUser(tx, viewer, wanted.userId);
    const row = await saveUserSetting(tx, userId, setting, value);
    await recordChanges(tx, [
      { model: 'UserSetting', action: 'edit', modelId: row.id, title: setting, after: { user_id: userId, value } },
    ]);
    return row;
  });
  await forgetAccounts(magpie, setting);
  return saved;
}

/** Columns of the event list that one may hide, by MISP's names. */
const EVENT_COLUMNS: ReadonlySet<string> = new Set([
  ...['owner_org', 'attribute_count', 'creator_user', 'tags', 'clusters', 'correlations', 'sightings', 'proposals'],
  ...['discussion', 'report_count', 'timestamp', 'publish_timestamp'],
]);

/** Hides a column of one's event list, or shows it again. Throws `NotFound` for one that cannot be hidden. */
export async function toggleEventColumn(magpie: Magpie, viewer: Viewer, column: string): Promise<void> {
  if (!EVENT_COLUMNS.has(column)) throw new NotFound('Invalid column.');
  const setting = 'event_index_hide_columns';
  const [row] = await searchUserSettings(magpie, viewer, { setting, users: 'me', limit: 1, page: 1 });
  const hidden = Array.isArray(row?.value) ? row.value.filter((name) => typeof name === 'string') : [];
  const value = hidden.includes(column) ? hidden.filter((name) => name !== column) : [...hidden, column];
  await setUserSetting(magpie, viewer, { userId: null, setting, value });
}

/** Accounts are cached with the defaults of their searches. */
async function forgetAccounts(magpie: Magpie, setting: string): Promise<void> {
  if (setting === 'default_restsearch_parameters') await magpie.accounts.changed();
}

/** Deletes a setting by id, or by name and user. Returns its id. */
export async function removeUserSetting(
  magpie: Magpie,
  viewer: Viewer,
  which: { id: number } | { setting: unknown; userId: number | null },
): Promise<number> {
  const removed = await magpie.database.as(viewer, async (tx) => {
    const row =
      'id' in which
        ? await requireById(tx, which.id)
        : await requireByName(tx, await chooseUser(tx, viewer, which.userId), which.setting);
    await deleteUserSetting(tx, row.id);
    await recordChanges(tx, [{ model: 'UserSetting', action: 'delete', modelId: row.id, title: row.setting }]);
    return row;
  });
  await forgetAccounts(magpie, removed.setting);
  return removed.id;
}

/** What a viewer may see of settings he may also change: both are bounded by `visible_users`. */
async function chooseUser(tx: Transaction, viewer: Viewer, wanted: number | null): Promise<number> {
  if (wanted === null || wanted === viewer.userId) return viewer.userId;
  const user = await findReachableUser(tx, wanted);
  return user?.id ?? viewer.userId;
}

async function requireById(tx: Transaction, id: number | null): Promise<UserSettingRow> {
  const [row] = id === null ? [] : await listUserSettings(tx, ['s.id = $1'], [id], ALL);
  if (row === undefined) throw new NotFound(INVALID);
  return row;
}

async function requireByName(tx: Transaction, userId: number, setting: unknown): Promise<UserSettingRow> {
  if (typeof setting !== 'string') throw new NotFound(INVALID);
  const [row] = await listUserSettings(tx, ['s.user_id = $1', 's.setting = $2'], [userId, setting], ALL);
  if (row === undefined) throw new NotFound(INVALID);
  return row;
}

/** A value, or JSON text of one. */
function readValue(value: unknown): unknown {
  if (JSON.stringify(value ?? null).length > MAX_VALUE_BYTES) throw new Refused('The value is too long.');
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    // Plain text is a value too.
    return value;
  }
}
