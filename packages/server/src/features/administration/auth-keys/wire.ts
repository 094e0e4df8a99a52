import type { AuthKeyRow, OwnedKeyRow } from './queries.ts';

/** A key as it is listed and shown. */
export function keyWire(row: AuthKeyRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    authkey_start: row.authkey_start,
    authkey_end: row.authkey_end,
    created: String(row.created),
    expiration: String(row.expiration),
    read_only: row.read_only,
    user_id: String(row.user_id),
    comment: row.comment,
    allowed_ips: row.allowed_ips,
    unique_ips: row.unique_ips,
  };
}

/** An entry of the list of keys; with `lastUse` it tells when the key was last used, where that is kept. */
export function listedKeyWire(row: OwnedKeyRow, { lastUse }: { lastUse: boolean }): Record<string, unknown> {
  const used = lastUse ? { last_used: row.last_used } : {};
  return { AuthKey: { ...keyWire(row), ...used }, User: { id: String(row.user_id), email: row.email } };
}

/** What edit answers: MISP sends the record as it is about to be stored, lists as JSON text (seen in 2.5.1). */
export function editedKeyWire(row: OwnedKeyRow, readOnlyAsSent: unknown): Record<string, unknown> {
  const asText = (list: readonly string[] | null) => (list === null || list.length === 0 ? null : JSON.stringify(list));
  return {
    AuthKey: {
      ...keyWire(row),
      expiration: row.expiration,
      read_only: readOnlyAsSent ?? row.read_only,
      allowed_ips: asText(row.allowed_ips),
      unique_ips: asText(row.unique_ips),
    },
    User: { id: String(row.user_id), org_id: String(row.org_id) },
  };
}
