import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import type { Mail } from '../../../mail/mail.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import {
  findRecipient,
  RECIPIENT_COLUMNS,
  type RecipientRow,
  recipientOf,
  recordMails,
} from '../../../mail/recipients.ts';
import { databaseTime } from '../database-time.ts';
import type { LoginProfile } from './profile.ts';

const KIND = 'login_alert_email';
/** Administrators who are told of one sign-in at most. */
const MAX_ADMINISTRATORS = 200;

/** `new`: to the user, of a sign-in that he did not trust before; `malicious`: to his administrators. */
type Matter = 'new' | 'malicious';

/** As system: has mails sent about a sign-in, where mails are sent at all. */
export async function requestLoginMails(
  magpie: Magpie,
  tx: Transaction,
  matter: Matter,
  signIn: { userId: number; profile: LoginProfile },
): Promise<void> {
  if (!magpie.mail.isOn) return;
  const { ip, user_agent, ua_browser, ua_platform } = signIn.profile;
  await magpie.jobs.enqueue(tx, {
    kind: KIND,
    queue: 'email',
    title: `User: ${signIn.userId}`,
    input: { matter, user: signIn.userId, at: magpie.now(), ip, user_agent, ua_browser, ua_platform },
    userId: 0,
    organisationId: 0,
  });
}

/** Says who sends these mails. */
export function registerLoginMails(magpie: Magpie): void {
  magpie.jobs.register(
    KIND,
    async ({ input }) => {
      const userId = isObject(input) ? readId(input.user) : null;
      if (!isObject(input) || userId === null) return 'No user.';
      const text = (name: string) => String(input[name] ?? '');
      const what = {
        time: databaseTime(new Date(Number(input.at) * 1000)),
        from: `${text('ip')} (${text('ua_browser')}, ${text('ua_platform')}: ${text('user_agent')})`,
      };
      return input.matter === 'malicious' ? tellAdministrators(magpie, userId, what) : tellUser(magpie, userId, what);
    },
    MAIL_RETRIES,
  );
}

interface What {
  time: string;
  from: string;
}

async function tellUser(magpie: Magpie, userId: number, { time, from }: What): Promise<string> {
  const to = await magpie.database.asSystem('recipient', (tx) => findRecipient(tx, userId));
  if (to === null) return 'The user is disabled or gone.';
  const text = `Hello,

somebody signed in to ${magpie.mail.url('')} as ${to.email} from where you did not sign in before.

When: ${time} UTC
From: ${from}

Please say whether it was you: ${magpie.mail.url('/users/view_login_history')}

If it was not you, change your password, and write to ${magpie.mail.contact}.
`;
  return deliver(magpie, [{ to, subject: `${magpie.mail.prefix} New sign in.`, text }]);
}

async function tellAdministrators(magpie: Magpie, userId: number, { time, from }: What): Promise<string> {
  const { user, administrators } = await magpie.database.asSystem('administrators', async (tx) => ({
    user: await tx.first<{ email: string; org_id: number }>('select email, org_id from users where id = $1', [userId]),
    administrators: await tx.query<RecipientRow>(
      `select ${RECIPIENT_COLUMNS} from users u join roles r on r.id = u.role_id
       where not u.disabled and u.id <> $1 and ('perm_site_admin' = any (r.flags)
         or ('perm_admin' = any (r.flags) and u.org_id = (select org_id from users where id = $1)))
       order by u.id limit ${MAX_ADMINISTRATORS}`,
      [userId],
    ),
  }));
  if (user === null) return 'The user is gone.';
  const text = `Hello,

${user.email} says that a sign-in to the account was not the user's own.

When: ${time} UTC
From: ${from}

The user has to choose a new password. Please look into it: ${magpie.mail.url('/logs')}
`;
  const subject = `${magpie.mail.prefix} Suspicious sign in of ${user.email}`;
  return deliver(
    magpie,
    administrators.map((row) => ({ to: recipientOf(row), subject, text })),
  );
}

async function deliver(magpie: Magpie, mails: readonly Mail[]): Promise<string> {
  for (const mail of mails) {
    const delivery = await magpie.mail.deliver(mail);
    if (delivery === 'off') return 'Mails are switched off.';
    await magpie.database.asSystem('a mail was sent', (tx) => recordMails(tx, [{ mail, delivery }]));
  }
  return 'Mails sent.';
}
