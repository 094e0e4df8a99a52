import type { Transaction } from '../../../database/transaction.ts';

/** A browser session as stored: the cookie's token only as a digest. Times in epoch seconds. */
export interface SessionRow {
  user_id: number;
  created: number;
  last_seen: number;
}

export interface NewSession {
  digest: Buffer;
  userId: number;
  csrfToken: string;
  nowSeconds: number;
  ip: string;
  userAgent: string;
}

export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  await tx.execute(
    `insert into sessions (digest, user_id, csrf_token, created, last_seen, ip, user_agent)
     values ($1, $2, $3, $4, $4, $5, $6)`,
    [session.digest, session.userId, session.csrfToken, session.nowSeconds, session.ip, session.userAgent],
  );
}

export async function findSession(tx: Transaction, digest: Buffer): Promise<SessionRow | null> {
  const [row] = await tx.prepared<SessionRow>('select user_id, created, last_seen from sessions where digest = $1', [
    digest,
  ]);
  return row ?? null;
}

export async function touchSession(tx: Transaction, digest: Buffer, nowSeconds: number): Promise<void> {
  await tx.execute('update sessions set last_seen = $2 where digest = $1', [digest, nowSeconds]);
}

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
  disabled: boolean;
  org_id: number;
}

/** Uses the unique index on lower(email). */
export function findSignInAccount(tx: Transaction, normalisedMail: string): Promise<SignInAccount | null> {
  return tx.first<SignInAccount>(
    'select id, email, password_hash, disabled, org_id from users where lower(email) = $1',
    [normalisedMail],
  );
}

export async function noteSignIn(tx: Transaction, userId: number, nowSeconds: number): Promise<void> {
  await tx.execute('update users set last_login = current_login, current_login = $2 where id = $1', [
    userId,
    nowSeconds,
  ]);
}
