import { createHash, timingSafeEqual } from 'node:crypto';
import { secretDigest } from '../../../access/accounts.ts';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { lockUser } from '../users/queries.ts';
import { hotp, isSecret, matchHotp, matchTotp, newSecret, otpauthUrl } from './codes.ts';

const PAPER_CODES = 50;
const WRONG_CODE = 'Invalid OTP code, please try again.';

/** Throws `Forbidden` while the instance has second factors switched off. */
export function requireOtp(magpie: Magpie): void {
  if (magpie.settings.get('Security.otp_disabled')) throw new Forbidden('OTP has been disabled on this instance.');
}

/** A secret to be put into an authenticator; nothing is stored before a code of it was given. */
export async function proposeTotp(magpie: Magpie, viewer: Viewer): Promise<{ secret: string; otpauth: string }> {
  requireOtp(magpie);
  await refuseSecond(magpie, viewer);
  const issuer = magpie.settings.get('Security.otp_issuer') || `${magpie.settings.get('MISP.org')} MISP`;
  const secret = newSecret();
  return { secret, otpauth: otpauthUrl(secret, viewer.email, issuer) };
}

/** Stores the secret once a code shows that the authenticator has it. Throws `Invalid` for a wrong code. */
export async function confirmTotp(magpie: Magpie, viewer: Viewer, secret: string, code: string): Promise<void> {
  requireOtp(magpie);
  await refuseSecond(magpie, viewer);
  if (!isSecret(secret)) throw new Invalid('', { secret: ['This is not a secret of this instance.'] });
  const step = matchTotp(secret, code, magpie.now(), 0);
  if (step === null) throw new Invalid('', { otp: [WRONG_CODE] });
  const sealed = (await magpie.secrets.seal(secret)).toString('base64');
  await magpie.database.asSystem('set up a second factor', async (tx) => {
    const stored = await tx.execute(
      `update users set totp_secret = $2, totp_last_step = $3, hotp_counter = 0 where id = $1 and totp_secret is null`,
      [viewer.userId, sealed, step],
    );
    if (stored === 0) throw new Refused('A TOTP is set up already.');
    const change = { model: 'User', action: 'totp_new', modelId: viewer.userId, title: viewer.email };
    await recordChanges(tx, [change], viewer);
  });
  await magpie.accounts.changed();
}

/** One factor must not be replaced by somebody who has found a browser open: an administrator takes it off first. */
async function refuseSecond(magpie: Magpie, viewer: Viewer): Promise<void> {
  const account = await magpie.accounts.byUserId(viewer.userId);
  if (account?.hasTotp !== false) throw new Refused('A TOTP is set up already: an administrator can delete it.');
}

/** The next codes for paper, by their counters. */
export async function paperCodes(magpie: Magpie, viewer: Viewer): Promise<Record<string, string>> {
  requireOtp(magpie);
  const factor = await magpie.database.asSystem('paper codes', (tx) => findFactor(tx, viewer.userId));
  if (factor === null) throw new Refused('No TOTP is set up.');
  const secret = await open(magpie, factor);
  const counters = Array.from({ length: PAPER_CODES }, (_, index) => factor.hotp_counter + index);
  return Object.fromEntries(counters.map((counter) => [String(counter), hotp(secret, counter)]));
}

/** Takes a user's second factor off. Throws `NotFound` for users one does not administer. */
export async function deleteTotp(magpie: Magpie, viewer: Viewer, userId: number): Promise<void> {
  await magpie.database.asSystem('delete a second factor', async (tx) => {
    const found = await lockUser(tx, userId, isSiteAdmin(viewer) ? null : viewer.organisationId);
    const isAbove = found?.flags.includes('perm_site_admin') === true && !isSiteAdmin(viewer);
    if (found === null || isAbove) throw new NotFound('Invalid user');
    await tx.execute('update users set totp_secret = null, totp_last_step = 0, hotp_counter = null where id = $1', [
      userId,
    ]);
    const change = { model: 'User', action: 'totp_delete', modelId: userId, title: found.user.email };
    await recordChanges(tx, [change], viewer);
  });
  await magpie.accounts.changed();
}

/** True when the code is one of the user's authenticator or his paper, which it then is never again. */
export async function useCode(magpie: Magpie, userId: number, code: string): Promise<boolean> {
  const factor = await magpie.database.asSystem('second factor', (tx) => findFactor(tx, userId));
  if (factor === null || !/^\d{6}$/.test(code)) return false;
  const secret = await open(magpie, factor);
  const step = matchTotp(secret, code, magpie.now(), factor.totp_last_step);
  const counter = step === null ? matchHotp(secret, code, factor.hotp_counter, PAPER_CODES) : null;
  if (step === null && counter === null) return false;
  // Of two requests with one code at the same moment the second finds it used.
  const used = await magpie.database.asSystem('use a code', (tx) =>
    step === null
      ? tx.execute('update users set hotp_counter = $2 where id = $1 and coalesce(hotp_counter, 0) < $2', [
          userId,
          (counter ?? 0) + 1,
        ])
      : tx.execute('update users set totp_last_step = $2 where id = $1 and totp_last_step < $2', [userId, step]),
  );
  return used > 0;
}

/** True when the code is the one that was mailed for the session, which it then is never again. */
export async function useMailedCode(magpie: Magpie, token: string, code: string): Promise<boolean> {
  return magpie.database.asSystem('use a mailed code', async (tx) => {
    const row = await tx.first<{ mailed_code: Buffer | null; mailed_code_until: number | null }>(
      'select mailed_code, mailed_code_until from sessions where digest = $1 for update',
      [secretDigest(token)],
    );
    const expected = row?.mailed_code ?? null;
    if (expected === null || (row?.mailed_code_until ?? 0) < magpie.now()) return false;
    const given = mailedCodeDigest(secretDigest(token), code);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false;
    await tx.execute('update sessions set mailed_code = null where digest = $1', [secretDigest(token)]);
    return true;
  });
}

/** A mailed code as it is stored: worth nothing without the session it was made for. */
export function mailedCodeDigest(session: Buffer, code: string): Buffer {
  return createHash('sha256').update(session).update(code).digest();
}

interface Factor {
  totp_secret: string;
  totp_last_step: number;
  hotp_counter: number;
}

function findFactor(tx: Transaction, userId: number): Promise<Factor | null> {
  return tx.first<Factor>(
    `select totp_secret, totp_last_step, coalesce(hotp_counter, 0) as hotp_counter from users
     where id = $1 and totp_secret is not null`,
    [userId],
  );
}

function open(magpie: Magpie, factor: Factor): Promise<string> {
  return magpie.secrets.open(Buffer.from(factor.totp_secret, 'base64'));
}
