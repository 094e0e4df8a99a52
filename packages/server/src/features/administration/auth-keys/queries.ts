import { secretDigest } from '../../../access/accounts.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';

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

/** A key with whose it is. */
export interface OwnedKeyRow extends AuthKeyRow {
  email: string;
  org_id: number;
}

const COLUMNS =
  'id, uuid, authkey_start, authkey_end, created, expiration, read_only, user_id, comment, allowed_ips, unique_ips, last_used';
const OWNED_COLUMNS = `${COLUMNS.split(', ')
  .map((column) => `k.${column}`)
  .join(', ')}, u.email, u.org_id`;

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

/** The keys the viewer may see, by id, restricted by `conditions` over k (key) and u (user). */
export function listVisibleKeys(
  tx: Transaction,
  conditions: readonly string[],
  values: readonly SqlValue[],
): Promise<OwnedKeyRow[]> {
  return tx.query<OwnedKeyRow>(
    `select ${OWNED_COLUMNS} from visible_auth_keys k join visible_users u on u.id = k.user_id
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by k.id`,
    values,
  );
}

/** As system: a key for a change, locked; null when it is neither the viewer's nor of one he administers. */
export function lockKey(
  tx: Transaction,
  id: number,
  reach: { userId: number; orgId: number | null; all: boolean },
): Promise<OwnedKeyRow | null> {
  return tx.first<OwnedKeyRow>(
    `select ${OWNED_COLUMNS} from auth_keys k join users u on u.id = k.user_id
     where k.id = $1 and ($2 or u.id = $3 or u.org_id = $4::bigint) for update of k`,
    [id, reach.all, reach.userId, reach.orgId],
  );
}

/** As system: what may be changed of a key; the key itself never is. */
export async function updateKey(
  tx: Transaction,
  id: number,
  values: Pick<AuthKeyRow, 'comment' | 'allowed_ips' | 'expiration' | 'read_only'>,
): Promise<void> {
  await tx.execute(
    'update auth_keys set comment = $2, allowed_ips = $3, expiration = $4, read_only = $5 where id = $1',
    [id, values.comment, values.allowed_ips, values.expiration, values.read_only],
  );
}

/** Caches forget the key when `accounts.changed` is called. */
export async function deleteKey(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from auth_keys where id = $1', [id]);
}

/** As system: ends the live keys of a user, or one of them. Returns those ended. */
export function expireKeys(
  tx: Transaction,
  userId: number,
  onlyId: number | null,
  nowSeconds: number,
): Promise<{ id: number; allowed_ips: string[] | null }[]> {
  return tx.query(
    `update auth_keys set expiration = $3
     where user_id = $1 and ($2::bigint is null or id = $2) and (expiration = 0 or expiration > $3)
     returning id, allowed_ips`,
    [userId, onlyId, nowSeconds],
  );
}

/** Adds an address to those a key was seen from; at most 100 are kept. */
export async function noteKeyAddress(tx: Transaction, keyId: number, ip: string): Promise<void> {
  await tx.execute(
    `update auth_keys set unique_ips = unique_ips || $2
     where id = $1 and not $2 = any (unique_ips) and cardinality(unique_ips) < 100`,
    [keyId, ip],
  );
}

/** Notes when the user of a key was last seen, and `ofKey` when the key itself was. */
export async function noteKeyUse(
  tx: Transaction,
  keyId: number,
  nowSeconds: number,
  { ofKey }: { ofKey: boolean },
): Promise<void> {
  if (ofKey) await tx.execute('update auth_keys set last_used = $2 where id = $1', [keyId, nowSeconds]);
  await tx.execute('update users set last_api_access = $2 where id = (select user_id from auth_keys where id = $1)', [
    keyId,
    nowSeconds,
  ]);
}
