import Type from 'typebox';
import { notAuthenticated } from '../../../access/authenticate.ts';
import { isSiteAdmin } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Refused } from '../../../errors.ts';
import { json, success, uiReply } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { requestCredentialMail } from '../credential-mails/jobs.ts';
import { readGivenFilters, readPage } from '../logs/filters.ts';
import { lockUser } from '../users/queries.ts';
import { type InboxRow, listRequests } from './queries.ts';
import { acceptRequests, discardRequests, register } from './service.ts';

const MAX_PAGE = 1000;
const NO_MAIL = 'Mails are not set up on this instance: give the user a password by other means.';

const flag = Type.Optional(Type.Union([Type.Boolean(), Type.Integer(), Type.String()]));
const idText = Type.Union([Type.String(), Type.Integer()]);

/** Accounts that strangers ask for. */
export function registrationOperations(magpie: Magpie): Operation[] {
  return [...requestOperations(magpie), ...decisionOperations(magpie)];
}

function requestOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.register',
      summary: 'Ask for an account, where the instance lets strangers do so',
      path: '/users/register',
      methods: ['POST'],
      permission: 'public',
      effect: 'write',
      model: 'User',
      body: Type.Object({
        email: Type.String(),
        org_name: Type.Optional(Type.String()),
        org_uuid: Type.Optional(Type.String()),
        message: Type.Optional(Type.String()),
        pgp: Type.Optional(Type.String()),
        custom_perms: flag,
        perm_sync: flag,
        perm_publish: flag,
        perm_admin: flag,
      }),
      handle: async ({ viewer, body, ip, headers }) => {
        if (!magpie.settings.get('Security.allow_self_registration')) {
          if (viewer === null) throw notAuthenticated();
          throw new Refused('Self registration is not enabled on this instance.');
        }
        await register(magpie, unwrap(body, 'User'), { ip, userAgent: String(headers['user-agent'] ?? '') });
        return success('Request sent. The administrators of this community have been notified.');
      },
    },
    {
      name: 'users.registrations',
      summary: 'Requests for an account that wait for a decision',
      path: '/users/registrations/{index?}',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'Inbox');
        const { limit, offset } = readPage(given, { defaultLimit: MAX_PAGE, maxLimit: MAX_PAGE });
        const part = typeof given.value === 'string' && !given.value.includes('\0') ? given.value : '';
        const rows = await magpie.database.asSystem('registrations', (tx) =>
          listRequests(tx, part, { limit: limit ?? MAX_PAGE, offset }),
        );
        return json(rows.map((row) => ({ Inbox: inboxWire(row) })));
      },
    },
  ];
}

function decisionOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.acceptRegistrations',
      summary: 'Make users of requests for an account',
      path: '/users/acceptRegistrations/{request?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      body: Type.Object({ User: Type.Object({ org_id: idText, role_id: Type.Optional(idText) }) }),
      handle: async (call) => {
        const count = await acceptRequests(magpie, call.viewer, readTargets(call), unwrap(call.body, 'User'));
        return success(`Added ${count} user(s).`, magpie.mail.isOn ? {} : { extra: { notice: NO_MAIL } });
      },
    },
    {
      name: 'users.discardRegistrations',
      summary: 'Drop requests for an account',
      path: '/users/discardRegistrations/{request?}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      handle: async (call) => {
        const count = await discardRequests(magpie, call.viewer, readTargets(call));
        return success(`${count} registration(s) discarded.`);
      },
    },
    {
      name: 'users.initiatePasswordReset',
      summary: 'Sends a user a new temporary password by mail',
      path: '/users/initiatePasswordReset/{user}/{firstTime?}',
      methods: ['POST'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer, args }) => {
        const id = readId(args.user);
        const isFound = await magpie.database.asSystem('password reset', async (tx) => {
          const found = id === null ? null : await lockUser(tx, id, isSiteAdmin(viewer) ? null : viewer.organisationId);
          if (found === null) return false;
          if (!isSiteAdmin(viewer) && found.flags.includes('perm_site_admin')) return false;
          const kind = args.firstTime ? 'new_user' : 'password_reset';
          await requestCredentialMail(magpie, tx, { kind, user: found.user, requestedBy: viewer });
          const change = { model: 'User', action: 'password_reset', modelId: found.user.id, title: found.user.email };
          await recordChanges(tx, [change], viewer);
          return true;
        });
        if (!isFound) return uiReply({ errors: 'Invalid user' });
        return uiReply({ success: magpie.mail.isOn ? 'New credentials sent.' : NO_MAIL });
      },
    },
  ];
}

/** One in the path, or several as `id[]:1/id[]:2`. */
function readTargets({ args, named, body }: Call): string[] {
  const many = Object.entries(named)
    .filter(([name]) => /^id(\[\d*\])?$/.test(name))
    .flatMap(([, value]) => value);
  const posted = unwrap(body).id;
  const fromBody = Array.isArray(posted) ? posted.map(String) : [];
  return [...(args.request === undefined ? [] : [args.request]), ...many, ...fromBody];
}

function inboxWire(row: InboxRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    title: row.title,
    type: row.type,
    ip: row.ip,
    user_agent: row.user_agent,
    user_agent_sha256: row.user_agent_sha256,
    comment: row.comment,
    deleted: false,
    timestamp: String(row.timestamp),
    store_as_file: false,
    data: row.data,
  };
}
