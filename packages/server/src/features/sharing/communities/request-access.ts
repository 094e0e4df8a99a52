import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readText } from '../../../http/lenient.ts';
import type { Mail } from '../../../mail/mail.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { findCommunity } from './list.ts';

const KIND = 'community_request';
const MAX_TEXT = 20_000;

/** The mail that asks a community for access, or would. */
export interface AccessRequest {
  to: string;
  subject: string;
  text: string;
  replyTo: string;
}

/**
 * Asks a community for access by mail; with `mock` nothing is sent. Throws `NotFound` for an unknown community and
 * `Invalid` for one without a mail address.
 */
export async function requestAccess(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<{ request: AccessRequest; isMock: boolean }> {
  const community = await findCommunity(magpie, key);
  if (community === null) throw new NotFound('Invalid community.');
  const to = typeof community.email === 'string' ? community.email : '';
  if (!/^[^\s@]+@[^\s@]+$/.test(to)) throw new Invalid('', 'The community has no e-mail address.');
  const request = composeRequest(magpie, viewer, to, String(community.name ?? ''), body);
  const isMock = readBoolean(body.mock) ?? false;
  if (!isMock) {
    await magpie.database.as(viewer, async (tx) => {
      await magpie.jobs.enqueue(tx, {
        kind: KIND,
        queue: 'email',
        title: `Community: ${String(community.name ?? '')}`,
        input: { ...request },
        message: 'Asking for access.',
      });
      await recordChanges(tx, [{ model: 'Community', action: 'request_access', title: String(community.name ?? '') }]);
    });
  }
  return { request, isMock };
}

/** Says who sends these mails. */
export function registerCommunityMails(magpie: Magpie): void {
  magpie.jobs.register(
    KIND,
    async ({ input }) => {
      const sent = isObject(input) ? input : {};
      const text = (field: string) => (typeof sent[field] === 'string' ? sent[field] : '');
      const mail: Mail = {
        to: { userId: 0, email: text('to'), gpgKey: null, certificate: null },
        subject: text('subject'),
        text: text('text'),
        replyTo: text('replyTo'),
      };
      const delivery = await magpie.mail.deliver(mail);
      return delivery === 'sent' ? 'Mails sent.' : 'Mails are switched off.';
    },
    MAIL_RETRIES,
  );
}

function composeRequest(
  magpie: Magpie,
  viewer: Viewer,
  to: string,
  community: string,
  body: JsonObject,
): AccessRequest {
  const field = (name: string) => (readText(body, name) ?? '').trim().slice(0, MAX_TEXT);
  const replyTo = /^[^\s@]+@[^\s@]+$/.test(field('email')) ? field('email') : viewer.email;
  const isAnonymous = readBoolean(body.anonymise) ?? false;
  const lines = [
    `Somebody asks for access to your community ${community}:`,
    '',
    `E-mail: ${replyTo}`,
    `Organisation: ${field('org_name') || viewer.organisationName}`,
    `Organisation uuid: ${readUuid(body.org_uuid) ?? viewer.organisationUuid}`,
    `About the organisation: ${field('org_description') || '-'}`,
    `Wants to synchronise: ${(readBoolean(body.sync) ?? false) ? 'yes' : 'no'}`,
    ...(isAnonymous ? [] : [`Instance: ${magpie.config.baseUrl}`]),
    '',
    'Message:',
    field('message') || '-',
    '',
    'Public key:',
    field('gpgkey') || '-',
  ];
  return { to, replyTo, subject: `Access to the community ${community}`, text: lines.join('\n') };
}
