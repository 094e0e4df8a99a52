import { userIsShut } from '../../../access/accounts.ts';
import type { Transaction } from '../../../database/transaction.ts';

/** A browser session as stored: the cookie's token only as a digest. Times in epoch seconds. */
export interface SessionRow {
  user_id: number;
  created: number;
  last_seen: number;
}

/** A session to be stored, by the digest of its token. */
export interface NewSession {
  digest: Buffer;
  userId: number;
  csrfToken: string;
  nowSeconds: number;
  ip: string;
  userAgent: string;
  /** Which code is still to be given; null for none. */
  awaits: AwaitedCode | null;
}

/** A code of an authenticator (or of its paper), or one that is mailed. */
export type AwaitedCode = 'totp' | 'email';

/** Of the tokens it stores digests alone. */
export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  await tx.execute(
    `insert into sessions (digest, user_id, csrf_token, created, last_seen, ip, user_agent, awaits_code)
     values ($1, $2, $3, $4, $4, $5, $6, $7)`,
    [
      session.digest,
      session.userId,
      session.csrfToken,
      session.nowSeconds,
      session.ip,
      session.userAgent,
      session.awaits,
    ],
  );
}

/** A session that awaits no code. Uses the primary key. */
export async function findSession(tx: Transaction, digest: Buffer): Promise<SessionRow | null> {
  const [row] = await tx.prepared<SessionRow>(
    'select user_id, created, last_seen from sessions where digest = $1 and awaits_code is null',
    [digest],
  );
  return row ?? null;
}

/** A session whose user has yet to give a code. */
export function findPendingSession(
  tx: Transaction,
  digest: Buffer,
): Promise<(SignInAccount & { created: number; awaits: AwaitedCode }) | null> {
  return tx.first(
    `select u.id, u.email, u.password_hash, ${userIsShut} as disabled, u.org_id, u.totp_secret is not null as has_totp, s.created,
       s.awaits_code as awaits
     from sessions s join users u on u.id = s.user_id where s.digest = $1 and s.awaits_code is not null`,
    [digest],
  );
}

/** Notes that the session was used now. */
export async function touchSession(tx: Transaction, digest: Buffer, nowSeconds: number): Promise<void> {
  await tx.execute('update sessions set last_seen = $2 where digest = $1', [digest, nowSeconds]);
}

/** Ends one session, whether or not it awaits a code. */
export async function deleteSession(tx: Transaction, digest: Buffer): Promise<void> {
  await tx.execute('delete from sessions where digest = $1', [digest]);
}

/** Removes sessions that were idle, or have been open, for too long. */
export async function deleteExpiredSessions(
  tx: Transaction,
  limits: { idleSince: number; createdBefore: number },
): Promise<void> {
  await tx.execute('delete from sessions where last_seen < $1 or created < $2', [
    limits.idleSince,
    limits.createdBefore,
  ]);
}

/** Who may sign in with a mail, with the hash to compare. */
export interface SignInAccount {
  id: number;
  email: string;
  password_hash: string | null;
  /** Or its time is over. */
  disabled: boolean;
  org_id: number;
  has_totp: boolean;
}

/** Uses the unique index on lower(email). */
export function findSignInAccount(tx: Transaction, normalisedMail: string): Promise<SignInAccount | null> {
  return tx.first<SignInAccount>(
    `select u.id, u.email, u.password_hash, ${userIsShut} as disabled, u.org_id, u.totp_secret is not null as has_totp
     from users u where lower(u.email) = $1`,
    [normalisedMail],
  );
}

/** The sign-in before becomes `last_login`, as in MISP. */
export async function noteSignIn(tx: Transaction, userId: number, nowSeconds: number): Promise<void> {
  await tx.execute('update users set last_login = current_login, current_login = $2 where id = $1', [
    userId,
    nowSeconds,
  ]);
}
