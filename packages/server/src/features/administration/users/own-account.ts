import { secretDigest } from '../../../access/accounts.ts';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import type { ConfirmPassword } from './confirm-password.ts';
import { passwordFaults } from './password-policy.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { deleteSessions, findPasswordHash, lockUser, updateUser } from './queries.ts';
import { checkMail, saveUser } from './service.ts';
import { ownFields, readNewPassword, readUserFields } from './user-fields.ts';

const WEAK =
  'The password could not be updated. Make sure you meet the minimum password length / complexity requirements.';
const SAME = 'Submitted new password cannot be the same as the current one';

/**
 * Changes one's own account: only the fields a user may set himself, everything else in the body is ignored.
 * In a browser session (`sessionToken`) a new mail or password needs `current_password`, whatever Accept says.
 */
export async function editOwnAccount(
  magpie: Magpie,
  viewer: Viewer,
  body: JsonObject,
  { sessionToken, confirmPassword }: { sessionToken: string | null; confirmPassword: ConfirmPassword },
): Promise<void> {
  if (magpie.settings.get('MISP.disableUserSelfManagement') && !isSiteAdmin(viewer)) {
    throw new Forbidden('User self-management has been disabled on this instance.');
  }
  const values = readUserFields(body, ownFields);
  if (magpie.settings.get('MISP.disable_user_login_change') && !isSiteAdmin(viewer)) delete values.email;
  const password = readNewPassword(body);
  const changesMail = values.email !== undefined && values.email !== viewer.email;
  if (sessionToken !== null && (password !== undefined || changesMail)) await confirmPassword(viewer, body);
  if (password !== undefined) await changePassword(magpie, viewer, { password }, sessionToken);
  await magpie.database.asSystem('edit own account', async (tx) => {
    const found = await lockUser(tx, viewer.userId, null);
    if (found === null) throw new NotFound('Invalid user or not authorised.');
    if (changesMail) {
      const organisation = await tx.first<{ restricted_to_domain: string[] | null }>(
        'select restricted_to_domain from organisations where id = $1',
        [viewer.organisationId],
      );
      await checkMail(tx, viewer, organisation ?? { restricted_to_domain: null }, String(values.email), viewer.userId);
    }
    await saveUser(tx, viewer, found.user, values);
  });
  await magpie.accounts.changed();
}

/**
 * Sets one's own password and signs out every other browser. An API call needs no current password, unless it sends
 * one; a browser session always does.
 */
export async function changePassword(
  magpie: Magpie,
  viewer: Viewer,
  body: JsonObject,
  sessionToken: string | null,
): Promise<void> {
  if (magpie.settings.get('MISP.disable_user_password_change') && !isSiteAdmin(viewer)) {
    throw new Forbidden('User password change has been disabled on this instance.');
  }
  const password = readNewPassword(body);
  if (password === undefined || passwordFaults(magpie, password).length > 0) throw new Invalid('', WEAK);
  const currentHash = await magpie.database.asSystem('change password', (tx) => findPasswordHash(tx, viewer.userId));
  if (await verifyPassword(currentHash, password)) throw new Invalid('', SAME);
  const passwordHash = await hashPassword(password);
  await magpie.database.asSystem('change password', async (tx) => {
    const user = await updateUser(tx, viewer.userId, {
      password_hash: passwordHash,
      change_pw: false,
      last_pw_change: magpie.now(),
    });
    await deleteSessions(tx, user.id, sessionToken === null ? null : secretDigest(sessionToken));
    await recordChanges(tx, [{ model: 'User', action: 'change_pw', modelId: user.id, title: user.email }], viewer);
  });
  await magpie.accounts.changed();
}
