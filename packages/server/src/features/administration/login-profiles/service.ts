import { secretDigest } from '../../../access/accounts.ts';
import type { Viewer } from '../../../access/viewer.ts';
import { type Actor, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { deleteSessions, updateUser } from '../users/queries.ts';
import { findOwnSignIn } from './history.ts';
import { requestLoginMails } from './mails.ts';
import type { LoginProfile } from './profile.ts';
import { isAddressMalicious, selectProfiles, storeProfile } from './queries.ts';
import { isMalicious, isTrusted, type StoredStatus, statusOf } from './status.ts';

/**
 * As system, with the sign-in itself: tells its user by mail of one that he does not trust, and the log of one that he,
 * or for its address anybody, called malicious. Does nothing unless `Security.alert_on_suspicious_logins`.
 */
export async function judgeSignIn(
  magpie: Magpie,
  tx: Transaction,
  user: { id: number; email: string },
  profile: LoginProfile,
  actor: Actor,
): Promise<void> {
  if (!magpie.settings.get('Security.alert_on_suspicious_logins')) return;
  const status = statusOf(profile, await selectProfiles(tx, user.id));
  if (!isTrusted(status)) await requestLoginMails(magpie, tx, 'new', { userId: user.id, profile });
  const isKnownAddress = !isMalicious(status) && (await isAddressMalicious(tx, profile.ip));
  if (!isMalicious(status) && !isKnownAddress) return;
  const why = isKnownAddress
    ? 'The address was called malicious before.'
    : 'A sign-in like this was called malicious before.';
  await recordAlert(tx, user, `Suspicious login of ${user.email}. ${why}`, profile, actor);
}

/** Keeps what the viewer says of one of his own sign-ins. Throws `NotFound` for other entries of the log. */
export async function judgeOwnSignIn(
  magpie: Magpie,
  viewer: Viewer,
  logId: number | null,
  status: StoredStatus,
  sessionToken: string | null,
): Promise<void> {
  const profile = logId === null ? null : await findOwnSignIn(magpie, viewer, logId);
  if (profile === null) throw new NotFound('Invalid log entry.');
  await magpie.database.asSystem('judge a sign-in', async (tx) => {
    const id = await storeProfile(tx, viewer.userId, profile, status);
    const after = { status, ip: profile.ip, user_agent: profile.user_agent };
    const title = viewer.email;
    await recordChanges(tx, [{ model: 'UserLoginProfile', action: 'add', modelId: id, title, after }], viewer);
    if (status === 'malicious') await protectAccount(magpie, tx, viewer, profile, sessionToken);
  });
  if (status === 'malicious') await magpie.accounts.changed();
}

/** Somebody else knows the password: other sessions end, and a new password has to be chosen. */
async function protectAccount(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  profile: LoginProfile,
  sessionToken: string | null,
): Promise<void> {
  await updateUser(tx, viewer.userId, { change_pw: true });
  await deleteSessions(tx, viewer.userId, sessionToken === null ? null : secretDigest(sessionToken));
  const title = `Suspicious login reported by ${viewer.email}.`;
  await recordAlert(tx, { id: viewer.userId }, title, profile, viewer);
  await requestLoginMails(magpie, tx, 'malicious', { userId: viewer.userId, profile });
}

async function recordAlert(
  tx: Transaction,
  user: { id: number },
  title: string,
  profile: LoginProfile,
  actor: Actor,
): Promise<void> {
  const change = { model: 'User', action: 'auth_alert', modelId: user.id, title, after: { ...profile } };
  await recordChanges(tx, [change], actor);
}
