import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Account, isShut, secretDigest } from '../../../access/accounts.ts';
import { type Actor, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { LoginProfile } from '../login-profiles/profile.ts';
import { judgeSignIn } from '../login-profiles/service.ts';
import { originProfile } from '../logs/auth-log.ts';
import { needsMailedCode, requestMailedCode } from '../second-factor/mailed-codes.ts';
import { verifyPassword } from '../users/passwords.ts';
import { type CountTry, normaliseMail } from './brute-force.ts';
import {
  type AwaitedCode,
  deleteExpiredSessions,
  deleteSession,
  findPendingSession,
  findSession,
  findSignInAccount,
  insertSession,
  noteSignIn,
  type SignInAccount,
  touchSession,
} from './session-queries.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** How long somebody may take between password and code. */
export const PENDING_SECONDS = 600;
const MAX_MAIL_LENGTH = 255;
const MAX_AGENT_LENGTH = 500;
/** `last_seen` is written at most this often. */
const TOUCH_SECONDS = 60;

/** Where a sign-in comes from. */
export interface Browser {
  ip: string;
  userAgent: string;
  /** Accept-Language as sent. */
  language?: string;
}

/** The name of the session cookie: MISP's, so that instances on one host do not overwrite each other's. */
export function sessionCookieName(magpie: Magpie): string {
  return `MISP-${magpie.settings.get('MISP.uuid')}`;
}

/** The token that writes of a session must carry; it follows from the cookie's, which other sites cannot read. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update(`magpie csrf ${sessionToken}`).digest('base64url');
}

/** True when `given` is the session's own token. */
export function isCsrfToken(sessionToken: string, given: string): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/**
 * Tries mail and password. Returns the token of a new session, which is none yet when a code is awaited, or null when
 * they do not belong together or the account is disabled: which of the two is not told. An unknown mail costs the same
 * time as a known one.
 *
 * Throws `TooManyRequests` after too many failures, also when the password is right this time.
 */
export async function signIn(
  magpie: Magpie,
  countTry: CountTry,
  browser: Browser,
  credentials: { mail: string; password: string },
): Promise<{ token: string; userId: number; awaits: AwaitedCode | null } | null> {
  const { mail, password } = credentials;
  const takeBack = await countTry(browser.ip, mail);
  const isPlausible = mail.length <= MAX_MAIL_LENGTH && !mail.includes('\0');
  const account = isPlausible
    ? await magpie.database.asSystem('sign-in', (tx) => findSignInAccount(tx, normaliseMail(mail)))
    : null;
  const isRight = await verifyPassword(account?.password_hash ?? null, password);
  if (account === null || !isRight || account.disabled) {
    await recordFailure(magpie, browser, account);
    return null;
  }
  const awaits = awaitedCode(magpie, account);
  const token = await magpie.database.asSystem('sign-in', async (tx) => {
    const made = await openSession(magpie, tx, browser, account.id, awaits);
    if (awaits === null) await recordSignIn(magpie, tx, browser, account);
    else if (awaits === 'email') {
      await requestMailedCode(magpie, tx, { token: made, userId: account.id, ip: browser.ip });
    }
    return made;
  });
  await takeBack();
  return { token, userId: account.id, awaits };
}

/** Which code the user has to give after his password. */
function awaitedCode(magpie: Magpie, account: SignInAccount): AwaitedCode | null {
  if (account.has_totp && !magpie.settings.get('Security.otp_disabled')) return 'totp';
  return needsMailedCode(magpie, account.email) ? 'email' : null;
}

/** Stores a session under a new token. */
async function openSession(
  magpie: Magpie,
  tx: Transaction,
  browser: Browser,
  userId: number,
  awaits: AwaitedCode | null,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await insertSession(tx, {
    digest: secretDigest(token),
    userId,
    csrfToken: csrfTokenOf(token),
    nowSeconds: magpie.now(),
    ip: browser.ip,
    userAgent: browser.userAgent.slice(0, MAX_AGENT_LENGTH),
    awaits,
  });
  await deleteExpiredSessions(tx, oldestAllowed(magpie));
  return token;
}

async function recordSignIn(
  magpie: Magpie,
  tx: Transaction,
  browser: Browser,
  account: { id: number; email: string; org_id: number },
): Promise<void> {
  await noteSignIn(tx, account.id, magpie.now());
  const change = { model: 'User', action: 'login', modelId: account.id, title: account.email };
  const profile = profileOf(browser);
  await recordChanges(tx, [{ ...change, after: { ...profile } }], actorOf(account, browser));
  await judgeSignIn(magpie, tx, account, profile, actorOf(account, browser));
}

/** Somebody who has given his password and not yet the code. */
export interface PendingSignIn {
  userId: number;
  email: string;
  organisationId: number;
  awaits: AwaitedCode;
}

/** Who is signing in with this token; null when nobody is, it took too long, or the user is disabled. */
export async function readPendingSignIn(magpie: Magpie, token: string): Promise<PendingSignIn | null> {
  if (!TOKEN.test(token)) return null;
  const row = await magpie.database.aside('pending sign-in', (tx) => findPendingSession(tx, secretDigest(token)));
  if (row === null || row.disabled || row.created < magpie.now() - PENDING_SECONDS) return null;
  return { userId: row.id, email: row.email, organisationId: row.org_id, awaits: row.awaits };
}

/** Replaces a pending sign-in, whose code was right, by a session with a token of its own. */
export async function completeSignIn(
  magpie: Magpie,
  browser: Browser,
  pendingToken: string,
  { userId, email, organisationId }: PendingSignIn,
): Promise<string> {
  return magpie.database.asSystem('sign-in', async (tx) => {
    await deleteSession(tx, secretDigest(pendingToken));
    const token = await openSession(magpie, tx, browser, userId, null);
    await recordSignIn(magpie, tx, browser, { id: userId, email, org_id: organisationId });
    return token;
  });
}

/** The account behind a session's token, or null when it has ended, expired, or its user is disabled. */
export async function readSession(magpie: Magpie, token: string): Promise<Account | null> {
  if (!TOKEN.test(token)) return null;
  const digest = secretDigest(token);
  const now = magpie.now();
  const { idleSince, createdBefore } = oldestAllowed(magpie);
  const session = await magpie.database.aside('session', async (tx) => {
    const row = await findSession(tx, digest);
    if (row === null || row.last_seen < idleSince || row.created < createdBefore) return null;
    if (now - row.last_seen >= TOUCH_SECONDS) await touchSession(tx, digest, now);
    return row;
  });
  if (session === null) return null;
  const account = await magpie.accounts.byUserId(session.user_id);
  return account === null || isShut(account, now) ? null : account;
}

/** Ends a session. */
export async function signOut(magpie: Magpie, token: string): Promise<void> {
  await magpie.database.asSystem('sign-out', (tx) => deleteSession(tx, secretDigest(token)));
}

/** Seconds a cookie lives at most. */
export function longestSessionSeconds(magpie: Magpie): number {
  return Math.max(1, magpie.settings.get('Session.cookieTimeout')) * 60;
}

function oldestAllowed(magpie: Magpie): { idleSince: number; createdBefore: number } {
  const now = magpie.now();
  return {
    idleSince: now - Math.max(1, magpie.settings.get('Session.timeout')) * 60,
    createdBefore: now - longestSessionSeconds(magpie),
  };
}

/** What was typed is not kept: people type passwords into the wrong field. */
async function recordFailure(
  magpie: Magpie,
  browser: Browser,
  account: { id: number; email: string; org_id: number } | null,
): Promise<void> {
  await magpie.database.asSystem('sign-in failed', (tx) =>
    recordChanges(
      tx,
      [
        {
          model: 'User',
          action: 'login_fail',
          modelId: account?.id ?? 0,
          title:
            account === null ? 'Failed login attempt for an unknown user.' : `Failed login attempt: ${account.email}`,
          after: { ...profileOf(browser) },
        },
      ],
      account === null ? null : actorOf(account, browser),
    ),
  );
}

/** A sign-in is an entry of the user’s own, so that he finds it in his history. */
function actorOf(account: { id: number; org_id: number }, { ip }: Browser): Actor {
  return { userId: account.id, organisationId: account.org_id, authKeyId: null, ip, requestId: null };
}

function profileOf({ ip, userAgent, language }: Browser): LoginProfile {
  return originProfile(ip, { 'user-agent': userAgent, 'accept-language': language });
}
