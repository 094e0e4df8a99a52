import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject, readInteger } from '../../../http/lenient.ts';
import { openPgpFingerprint } from './openpgp.ts';

/** A key as stored. */
export interface KeyRow {
  id: number;
  uuid: string;
  event_id: number;
  type: string;
  key_data: string;
  fingerprint: string;
  revoked: boolean;
  timestamp: number;
}

const MAX_KEY = 2 ** 18;
const MAX_TIMESTAMP = 2 ** 33;

/** A key in MISP's JSON. */
export function keyWire(row: KeyRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    type: row.type,
    timestamp: String(row.timestamp),
    parent_id: String(row.event_id),
    parent_type: 'Event',
    key_data: row.key_data,
    revoked: row.revoked,
    fingerprint: row.fingerprint,
  };
}

/** The keys of events by event id, oldest first. One indexed statement. */
export async function keysOfEvents(
  tx: Transaction,
  eventIds: readonly number[],
): Promise<Map<number, Record<string, unknown>[]>> {
  const keys = new Map<number, Record<string, unknown>[]>();
  if (eventIds.length === 0) return keys;
  const rows = await tx.prepared<KeyRow>(
    'select * from visible_cryptographic_keys where event_id = any ($1::bigint[]) order by id',
    [eventIds],
  );
  for (const row of rows) keys.set(row.event_id, [...(keys.get(row.event_id) ?? []), keyWire(row)]);
  return keys;
}

/** The writable part of a key, or what is wrong with it. */
export type ReadKey =
  | { key: Pick<KeyRow, 'uuid' | 'type' | 'key_data' | 'fingerprint'> & { timestamp: number | null } }
  | { errors: Record<string, string[]> };

/** Reads a key from a body; its fingerprint is computed, never believed. */
export function readKey(body: JsonObject): ReadKey {
  const data = body.key_data;
  if (body.type !== 'pgp') return { errors: { type: ['Invalid key type'] } };
  if (typeof data !== 'string' || data.length > MAX_KEY) return { errors: { key_data: ['Invalid key.'] } };
  const fingerprint = openPgpFingerprint(data);
  if (fingerprint === null) return { errors: { key_data: ['Invalid key.'] } };
  const timestamp = readInteger(body.timestamp);
  return {
    key: {
      uuid: readUuid(body.uuid) ?? randomUUID(),
      type: 'pgp',
      key_data: data,
      fingerprint,
      timestamp: timestamp !== null && timestamp >= 0 && timestamp < MAX_TIMESTAMP ? timestamp : null,
    },
  };
}

/** Stores a key of an event; null when the event has it already, or its uuid is taken. */
export async function insertKey(
  tx: Transaction,
  eventId: number,
  key: Extract<ReadKey, { key: unknown }>['key'],
  now: number,
): Promise<KeyRow | null> {
  const row = await tx.first<KeyRow>(
    `insert into visible_cryptographic_keys (uuid, event_id, type, key_data, fingerprint, timestamp)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning *`,
    [key.uuid, eventId, key.type, key.key_data, key.fingerprint, key.timestamp ?? now],
  );
  if (row !== null) {
    // Events that know of protection show their keys; the others are spared the look-up.
    await tx.execute('update visible_events set protected = coalesce(protected, false) where id = $1', [eventId]);
    await recordChanges(tx, [{ ...keyChange('add', row), after: { fingerprint: row.fingerprint } }]);
  }
  return row;
}

/** The part of a change record that names the key. */
export function keyChange(action: string, row: KeyRow) {
  const { id: modelId, uuid: modelUuid, event_id: eventId, fingerprint: title } = row;
  return { model: 'CryptographicKey', action, modelId, modelUuid, eventId, title };
}

/** Stores the keys that an event body holds; known ones stay as they are, unreadable ones are told. */
export async function captureKeys(
  {
    tx,
    event,
    now,
    rejected,
  }: {
    tx: Transaction;
    event: { id: number };
    now: number;
    rejected: { path: string; reason: unknown }[];
  },
  bodies: unknown,
): Promise<void> {
  for (const [index, body] of (Array.isArray(bodies) ? bodies : []).entries()) {
    const read = isObject(body) ? readKey(body) : { errors: { key_data: ['Expected a key.'] } };
    if ('key' in read) await insertKey(tx, event.id, read.key, now);
    else rejected.push({ path: `CryptographicKey[${index}]`, reason: read.errors });
  }
}
