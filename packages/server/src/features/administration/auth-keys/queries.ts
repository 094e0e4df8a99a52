import { secretDigest } from '../../../access/accounts.ts';
import type { Transaction } from '../../../database/transaction.ts';

/** What a new key is made of; times in epoch seconds. */
export interface NewKey {
  userId: number;
  key: string;
  comment: string | null;
  /** 0 = never. */
  expiration?: number;
  readOnly?: boolean;
  allowedIps?: readonly string[] | null;
}

/** A key as it is shown: everything but the key. */
export interface AuthKeyRow {
  id: number;
  uuid: string;
  authkey_start: string;
  authkey_end: string;
  created: number;
  expiration: number;
  read_only: boolean;
  user_id: number;
  comment: string | null;
  allowed_ips: string[] | null;
  unique_ips: string[];
  last_used: number | null;
}

const COLUMNS =
  'id, uuid, authkey_start, authkey_end, created, expiration, read_only, user_id, comment, allowed_ips, unique_ips, last_used';

/** Stores the digest of a key. Runs as the system: viewers may not write keys. */
export async function insertKey(tx: Transaction, key: NewKey): Promise<AuthKeyRow> {
  const row = await tx.first<AuthKeyRow>(
    `insert into auth_keys (digest, authkey_start, authkey_end, expiration, read_only, user_id, comment, allowed_ips)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
    [
      secretDigest(key.key),
      key.key.slice(0, 4),
      key.key.slice(-4),
      key.expiration ?? 0,
      key.readOnly ?? false,
      key.userId,
      key.comment,
      key.allowedIps ?? null,
    ],
  );
  if (row === null) throw new Error('the key was not stored');
  return row;
}
