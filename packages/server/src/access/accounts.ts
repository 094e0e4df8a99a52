import { hash } from 'node:crypto';
import type { Database } from '../database/database.ts';

/** What a request's identity is built from; read by key or by session, cached until something about it changes. */
export interface Account {
  userId: number;
  email: string;
  disabled: boolean;
  /** Until when the account may be used, in epoch seconds; null for ever. */
  expiresAt: number | null;
  organisationId: number;
  organisationUuid: string;
  organisationName: string;
  roleId: number;
  roleName: string;
  flags: readonly string[];
  changePassword: boolean;
  /** Has accepted the terms of the instance. */
  termsAccepted: boolean;
  /** Has an authenticator set up. */
  hasTotp: boolean;
  /** What the role allows of searches. */
  searchLimits: SearchLimits;
  /** The user setting `default_restsearch_parameters`. */
  searchDefaults: unknown;
}

/** What the role of a user grants of searches. */
export interface SearchLimits {
  /** In a quarter of an hour; null for any number. */
  count: number | null;
  /** Results of one search; null for any number. */
  results: number | null;
}

/** An account with the key that it was found by. */
export interface KeyAccount extends Account {
  authKeyId: number;
  readOnly: boolean;
  /** Epoch seconds; 0 = never. */
  expiration: number;
  allowedIps: readonly string[] | null;
}

/** Who is behind a key or a session. */
export interface Accounts {
  /** The account an API key belongs to, or null. One indexed look-up, cached. */
  byKey(key: string): Promise<KeyAccount | null>;
  byUserId(userId: number): Promise<Account | null>;
  /** Drops the cache here and in every other process; called after any change to users, roles, keys, organisations. */
  changed(): Promise<void>;
}

const MAX_CACHED = 10_000;

/** True for an account that nobody may use: it is disabled, or its time is over. */
export function isShut(account: Pick<Account, 'disabled' | 'expiresAt'>, nowSeconds: number): boolean {
  return account.disabled || (account.expiresAt !== null && account.expiresAt <= nowSeconds);
}

/** SQL of the same over `users u`, at the database's time. */
export const userIsShut = '(u.disabled or coalesce(u.expiration <= now(), false))';

const ACCOUNT_COLUMNS = `u.id as "userId", u.email, u.disabled,
  extract(epoch from u.expiration)::bigint as "expiresAt", u.org_id as "organisationId", o.uuid as "organisationUuid",
  o.name as "organisationName", u.role_id as "roleId", r.name as "roleName", r.flags, u.change_pw as "changePassword",
  u.termsaccepted as "termsAccepted",
  u.totp_secret is not null as "hasTotp",
  json_build_object('count', case when r.enforce_rate_limit then r.rate_limit_count end,
    'results', nullif(r.restsearch_limit_result, 0)) as "searchLimits",
  (select s.value from user_settings s where s.user_id = u.id and s.setting = 'default_restsearch_parameters')
    as "searchDefaults"`;
const ACCOUNT_JOINS = 'join organisations o on o.id = u.org_id join roles r on r.id = u.role_id';

/** SHA-256 of a key or token of at least 128 random bits: safe to store, and found by an index in constant time. */
export function secretDigest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Creates the cached account reader. */
export function createAccounts(database: Database): Accounts {
  const byKeyCache = new Map<string, Promise<KeyAccount | null>>();
  const byIdCache = new Map<number, Promise<Account | null>>();
  function forget(): void {
    byKeyCache.clear();
    byIdCache.clear();
  }
  database.listen('magpie_accounts', forget);

  function cached<K, V>(cache: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
    const known = cache.get(key);
    if (known) return known;
    if (cache.size >= MAX_CACHED) cache.clear();
    const value = read();
    cache.set(key, value);
    value.catch(() => cache.delete(key));
    return value;
  }

  return {
    byKey(key) {
      const digest = secretDigest(key);
      return cached(byKeyCache, digest.toString('base64'), () =>
        database.aside('key look-up', (tx) =>
          tx.first<KeyAccount>(
            `select ${ACCOUNT_COLUMNS}, k.id as "authKeyId", k.read_only as "readOnly", k.expiration, k.allowed_ips as "allowedIps"
             from auth_keys k join users u on u.id = k.user_id ${ACCOUNT_JOINS} where k.digest = $1`,
            [digest],
          ),
        ),
      );
    },
    byUserId(userId) {
      return cached(byIdCache, userId, () =>
        database.aside('account look-up', (tx) =>
          tx.first<Account>(`select ${ACCOUNT_COLUMNS} from users u ${ACCOUNT_JOINS} where u.id = $1`, [userId]),
        ),
      );
    },
    async changed() {
      forget();
      database.bitmaps.forget();
      await database.aside('accounts changed', (tx) =>
        tx.execute(`select pg_notify('magpie_accounts', ''), pg_notify('magpie_access', '')`),
      );
    },
  };
}
