import { hash } from 'node:crypto';
import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, redirect, success } from '../../../http/answer.ts';
import { type JsonObject, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { lockUser, type UserValues } from '../users/queries.ts';
import { saveUser } from '../users/service.ts';
import { requestUserMail, type UserMail } from './jobs.ts';

const MOST_RECIPIENTS = 10_000;
const MOST_TEXT = 1_000_000;
const RECIPIENTS = { users: 0, all: 1, organisations: 2 } as const;
const NEW_PASSWORD = 1;

const text = Type.Optional(Type.String());
const list = Type.Optional(Type.Unknown({ description: 'A list of ids' }));

/** Mails of administrators to users, and how users end mails that they asked for. */
export function userMailOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/users.quickEmail',
      summary: 'Mail one user',
      path: '/admin/users/quickEmail/{user}',
      methods: ['POST'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      describe: { description: 'POST a mail to a user.', mandatory: ['subject', 'body'] },
      body: Type.Object({ subject: text, body: text }),
      handle: (call) => quickMail(magpie, call),
    },
    {
      name: 'admin/users.email',
      summary: 'Mail some or all users, a text or temporary passwords, in the background',
      path: '/admin/users/email',
      methods: ['POST'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      describe: {
        description:
          'POST a mail to users: recipient 0 for user_ids, 1 for all, 2 for org_ids; action 1 resets passwords.',
        mandatory: ['recipient'],
        optional: ['user_ids', 'org_ids', 'subject', 'message', 'action'],
      },
      body: Type.Object({
        recipient: Type.Optional(Type.Unknown()),
        user_ids: list,
        org_ids: list,
        subject: text,
        message: text,
        action: Type.Optional(Type.Unknown()),
      }),
      handle: (call) => mailUsers(magpie, call),
    },
    {
      name: 'users.unsubscribe_form',
      summary: 'Leads to one’s own account, where mails are chosen',
      path: '/users/unsubscribe/{code?}/{notification?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => redirect('/users/view/me'),
    },
    {
      name: 'users.unsubscribe',
      summary: 'End mails of published events, or periodic summaries',
      path: '/users/unsubscribe/{code?}/{notification?}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'User',
      handle: (call) => unsubscribe(magpie, call),
    },
  ];
}

async function quickMail(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const id = readId(args.user);
  const fields = unwrap(body, 'User');
  const confinedTo = isSiteAdmin(viewer) ? null : viewer.organisationId;
  await magpie.database.asSystem('mail a user', async (tx) => {
    const found = id === null ? null : await lockUser(tx, id, confinedTo);
    if (id === null || found === null) throw new NotFound('Invalid user');
    const { subject, message } = readTexts({ subject: fields.subject, message: fields.body ?? fields.message });
    const mail = { subject, message, resetsPassword: false, userIds: [id], organisationIds: null };
    await requestUserMail(magpie, tx, viewer, mail, confinedTo);
  });
  return success('Email queued.', { id: String(id) });
}

async function mailUsers(magpie: Magpie, { viewer, body }: Call): Promise<Answer> {
  const mail = readMail(unwrap(body, 'User'));
  const confinedTo = isSiteAdmin(viewer) ? null : viewer.organisationId;
  const job = await magpie.database.asSystem('mail users', (tx) =>
    requestUserMail(magpie, tx, viewer, mail, confinedTo),
  );
  return success(`Emails queued. Job ID: ${job}`);
}

function readMail(fields: JsonObject): UserMail {
  const recipient = Number(fields.recipient ?? RECIPIENTS.users);
  if (!Object.values(RECIPIENTS).some((known) => known === recipient)) {
    throw new Invalid('', { recipient: ['0 for users, 1 for all, 2 for organisations.'] });
  }
  const resetsPassword = Number(fields.action ?? 0) === NEW_PASSWORD;
  const texts = resetsPassword ? { subject: 'Password reset', message: '' } : readTexts(fields);
  return {
    ...texts,
    resetsPassword,
    userIds: recipient === RECIPIENTS.users ? readIds(fields, 'user_ids', 'recipientEmailList') : null,
    organisationIds: recipient === RECIPIENTS.organisations ? readIds(fields, 'org_ids', 'recipientOrgList') : null,
  };
}

function readIds(fields: JsonObject, name: string, alias: string): number[] {
  const ids = (readList(fields[name] ?? fields[alias]) ?? []).map((value) => readId(value));
  const known = ids.filter((id) => id !== null);
  if (known.length === 0 || known.length !== ids.length || known.length > MOST_RECIPIENTS) {
    throw new Invalid('', { [name]: [`Expected a list of 1 to ${MOST_RECIPIENTS} ids.`] });
  }
  return known;
}

/** A subject is one line: further ones would be headers. */
function readTexts({ subject, message }: JsonObject): { subject: string; message: string } {
  const errors: Record<string, string[]> = {};
  if (typeof subject !== 'string' || subject.trim() === '' || /[\r\n]/.test(subject) || subject.length > 500) {
    errors.subject = ['Expected one line of text.'];
  }
  if (typeof message !== 'string' || message.trim() === '' || message.length > MOST_TEXT) {
    errors.message = ['Expected a text.'];
  }
  if (typeof subject !== 'string' || typeof message !== 'string' || Object.keys(errors).length > 0) {
    throw new Invalid('', errors);
  }
  return { subject, message };
}

const NOTIFICATIONS: Readonly<Record<string, keyof UserValues>> = {
  autoalert: 'autoalert',
  notification_daily: 'notification_daily',
  notification_weekly: 'notification_weekly',
  notification_monthly: 'notification_monthly',
};

/** The code in links that end mails: MISP's form, of this user on this instance. It opens nothing by itself. */
export function unsubscribeCode(magpie: Magpie, userId: number): string {
  return hash('sha256', `${userId}|${magpie.settings.get('MISP.uuid')}`).slice(0, 8);
}

async function unsubscribe(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  if (args.code !== undefined && args.code.toLowerCase() !== 'me') {
    if (args.code.toLowerCase() !== unsubscribeCode(magpie, viewer.userId))
      throw new Refused('Invalid unsubscribe code.');
  }
  const name = (args.notification ?? 'autoalert').toLowerCase();
  const field = Object.hasOwn(NOTIFICATIONS, name) ? NOTIFICATIONS[name] : undefined;
  if (field === undefined) throw new NotFound('Invalid type of notification.');
  await endMails(magpie, viewer, field);
  return success('You will get no more of these mails.');
}

async function endMails(magpie: Magpie, viewer: Viewer, field: keyof UserValues): Promise<void> {
  await magpie.database.asSystem('end mails', async (tx) => {
    const found = await lockUser(tx, viewer.userId, null);
    if (found === null) throw new NotFound('Invalid user or not authorised.');
    await saveUser(tx, viewer, found.user, { [field]: false });
  });
  await magpie.accounts.changed();
}
