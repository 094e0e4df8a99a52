import type { SqlValue, Transaction } from '../../../database/transaction.ts';

/** A setting of a user, with whose it is. */
export interface UserSettingRow {
  id: number;
  setting: string;
  value: unknown;
  user_id: number;
  timestamp: number;
}

const COLUMNS = 'id, setting, value, user_id, timestamp';

/** Settings the viewer may see, by id, restricted by `conditions` over s (setting) and u (user). */
export function listUserSettings(
  tx: Transaction,
  conditions: readonly string[],
  values: readonly SqlValue[],
  page: { limit: number | null; offset: number },
): Promise<UserSettingRow[]> {
  const columns = COLUMNS.split(', ').map((column) => `s.${column}`);
  return tx.query<UserSettingRow>(
    `select ${columns.join(', ')} from visible_user_settings s join visible_users u on u.id = s.user_id
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by s.id
     limit $${values.length + 1}::bigint offset $${values.length + 2}`,
    [...values, page.limit, page.offset],
  );
}

/** One row for each user and setting: what was there before is replaced. */
export async function saveUserSetting(
  tx: Transaction,
  userId: number,
  setting: string,
  value: unknown,
): Promise<UserSettingRow> {
  const row = await tx.first<UserSettingRow>(
    `insert into visible_user_settings (user_id, setting, value, timestamp)
     values ($1, $2, $3::jsonb, extract(epoch from now())::bigint)
     on conflict (user_id, setting) do update set value = excluded.value, timestamp = excluded.timestamp
     returning ${COLUMNS}`,
    [userId, setting, JSON.stringify(value)],
  );
  if (row === null) throw new Error('the setting was not stored');
  return row;
}

/** What holds without it holds again. */
export async function deleteUserSetting(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from visible_user_settings where id = $1', [id]);
}

/** A user the viewer may see; `null` for others. */
export function findReachableUser(tx: Transaction, id: number): Promise<{ id: number; org_id: number } | null> {
  return tx.first('select id, org_id from visible_users where id = $1', [id]);
}
