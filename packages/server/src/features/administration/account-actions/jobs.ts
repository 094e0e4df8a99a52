import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { RECIPIENT_COLUMNS, type RecipientRow, recipientOf, recordMails } from '../../../mail/recipients.ts';
import { defaultExpiration } from '../auth-keys/key-fields.ts';
import { expireKeys, insertKey } from '../auth-keys/queries.ts';
import { randomKey } from '../auth-keys/secret-key.ts';

const API_ACCESS = 'api_access_request';
const SYNC_KEYS = 'reset_all_sync_api_keys';
const MAX_ADMINISTRATORS = 200;

/** As system: has the administrators of the viewer's organisation told that he would like to use the API. */
export async function requestApiAccess(magpie: Magpie, tx: Transaction, viewer: Viewer): Promise<void> {
  await magpie.jobs.enqueue(tx, {
    kind: API_ACCESS,
    queue: 'email',
    title: `User: ${viewer.userId}`,
    input: { user: viewer.userId },
    userId: 0,
    organisationId: 0,
  });
}

/** As system: has all sync users and organisation administrators given new keys. Returns the number of the job. */
export function requestSyncKeys(magpie: Magpie, tx: Transaction, viewer: Viewer): Promise<number> {
  return magpie.jobs.enqueue(tx, {
    kind: SYNC_KEYS,
    queue: 'default',
    title: 'New keys of sync users',
    input: { requestedBy: viewer.userId },
    userId: viewer.userId,
    organisationId: viewer.organisationId,
  });
}

/** Says who does this work. */
export function registerAccountActions(magpie: Magpie): void {
  magpie.jobs.register(
    API_ACCESS,
    ({ input }) => tellAdministrators(magpie, isObject(input) ? (readId(input.user) ?? 0) : 0),
    MAIL_RETRIES,
  );
  magpie.jobs.register(SYNC_KEYS, async ({ viewer, progress, signal }) => {
    if (viewer === null) return 'Whoever asked for this is gone: no key was changed.';
    const users = await magpie.database.asSystem('sync users', findSyncUsers);
    for (const [index, user] of users.entries()) {
      if (signal.aborted) return `${index} of ${users.length} users have new keys.`;
      await renewKey(magpie, viewer, user);
      await progress(Math.round(((index + 1) / users.length) * 100), `${index + 1} of ${users.length}`);
    }
    return `${users.length} users have new keys.`;
  });
}

async function tellAdministrators(magpie: Magpie, userId: number): Promise<string> {
  const { user, administrators } = await magpie.database.asSystem('administrators', async (tx) => ({
    user: await tx.first<{ email: string; org_id: number }>('select email, org_id from users where id = $1', [userId]),
    administrators: await tx.query<RecipientRow>(
      `select ${RECIPIENT_COLUMNS} from users u join roles r on r.id = u.role_id
       where not u.disabled and 'perm_admin' = any (r.flags) and u.id <> $1
         and u.org_id = (select org_id from users where id = $1)
       order by u.id limit ${MAX_ADMINISTRATORS}`,
      [userId],
    ),
  }));
  if (user === null) return 'The user is gone.';
  const subject = `${magpie.mail.prefix} User ${user.email} asks for the API`;
  const text = `Hello,

${user.email} would like to use the API of ${magpie.mail.url('')}.

Give the user a role with keys, if you wish so: ${magpie.mail.url(`/admin/users/edit/${userId}`)}
`;
  for (const row of administrators) {
    const mail = { to: recipientOf(row), subject, text };
    const delivery = await magpie.mail.deliver(mail);
    if (delivery === 'off') return 'Mails are switched off.';
    await magpie.database.asSystem('a mail was sent', (tx) => recordMails(tx, [{ mail, delivery }]));
  }
  return administrators.length === 0 ? 'The organisation has no administrator.' : 'Mails sent.';
}

function findSyncUsers(tx: Transaction): Promise<RecipientRow[]> {
  return tx.query<RecipientRow>(
    `select ${RECIPIENT_COLUMNS} from users u join roles r on r.id = u.role_id
     where not u.disabled and r.flags && array['perm_sync', 'perm_admin'] and not 'perm_site_admin' = any (r.flags)
     order by u.id`,
  );
}

/** The key goes out before the old ones end: if the mail fails, the user keeps what he has. */
async function renewKey(magpie: Magpie, viewer: Viewer, user: RecipientRow): Promise<void> {
  const key = randomKey();
  const mail = {
    to: recipientOf(user),
    subject: `${magpie.mail.prefix} New API key`,
    text: `Hello,

the API keys of ${user.email} on ${magpie.mail.url('')} have been replaced. The new one is:

${key}

Questions: ${magpie.mail.contact}
`,
  };
  const delivery = await magpie.mail.deliver(mail);
  await magpie.database.asSystem('a new key', async (tx) => {
    if (delivery === 'sent') {
      const ended = await expireKeys(tx, user.id, null, magpie.now());
      const made = await insertKey(tx, { userId: user.id, key, comment: '', expiration: defaultExpiration(magpie) });
      await recordChanges(
        tx,
        [
          ...ended.map(({ id }) => ({ model: 'AuthKey', modelId: id, action: 'edit', title: 'Ended by a reset' })),
          { model: 'AuthKey', modelId: made.id, action: 'add', title: `${made.authkey_start}…${made.authkey_end}` },
        ],
        viewer,
      );
    }
    await recordMails(tx, [{ mail, delivery }]);
  });
  await magpie.accounts.changed();
}
