import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { redirect, success, uiReply } from '../../../http/answer.ts';
import { isObject, readBoolean, readId, readSentList, readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { sameOriginPath } from '../sign-in/same-origin-path.ts';
import { lockUser } from '../users/queries.ts';
import { saveUser } from '../users/service.ts';
import { requestApiAccess, requestSyncKeys } from './jobs.ts';

const MOST_USERS = 1000;
const TOGGLED = ['disabled', 'autoalert'] as const;
const NO_MAIL = 'Mails are not set up on this instance.';

/** What administrators do to many accounts at once, and what users ask them for. */
export function accountActionOperations(magpie: Magpie): Operation[] {
  return [...manyAccounts(magpie), ...ownAccount(magpie)];
}

function manyAccounts(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/users.massToggleField',
      summary: 'Disable or enable many users, or switch their mails of published events',
      path: '/admin/users/massToggleField/{field?}/{enabled?}',
      methods: ['POST'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      body: Type.Object({
        User: Type.Object({ user_ids: Type.Unknown({ description: 'A list of ids, or its JSON' }) }),
      }),
      handle: async ({ viewer, args, body }) => {
        const field = TOGGLED.find((name) => name === args.field?.toLowerCase());
        const value = readBoolean(args.enabled);
        if (field === undefined || value === undefined) throw new NotFound('Invalid field or value.');
        const ids = readIds(unwrap(body, 'User').user_ids);
        const changed = await toggle(magpie, viewer, ids, { field, value });
        return success(`${changed} user(s) got their field \`${field}\` ${value ? 'enabled' : 'disabled'}.`);
      },
    },
    {
      name: 'admin/users.destroy',
      summary: 'End the sessions of a user, of those with a mail (% for any text), or of everybody; keys stay',
      path: '/admin/users/destroy/{user?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      body: Type.Object({ id: Type.Optional(Type.Unknown()), email: Type.Optional(Type.String()) }),
      handle: async (call) => {
        const ended = await endSessions(magpie, call);
        return success(`${ended} session(s) ended.`);
      },
    },
    {
      name: 'users.resetAllSyncAuthKeys',
      summary: 'Give every sync user and organisation administrator a new key, by mail; the old ones end',
      path: '/users/resetAllSyncAuthKeys',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer }) => {
        // Nobody would learn of the new keys.
        if (!magpie.mail.isOn) throw new Refused(NO_MAIL);
        const job = await magpie.database.asSystem('new keys', (tx) => requestSyncKeys(magpie, tx, viewer));
        return success(`Job queued. Job ID: ${job}`);
      },
    },
    {
      name: 'users.updateToAdvancedAuthKeys',
      summary: 'Nothing to do: every key is stored as a digest',
      path: '/users/updateToAdvancedAuthKeys',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      handle: () => success('Every key is an advanced one already.'),
    },
  ];
}

function ownAccount(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.request_API',
      summary: 'Ask the administrators by mail for a role that may use the API',
      path: '/users/request_API',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer }) => {
        if (!magpie.mail.isOn) return uiReply({ errors: NO_MAIL });
        await magpie.database.asSystem('ask for the API', (tx) => requestApiAccess(magpie, tx, viewer));
        return uiReply({ success: 'API access requested.' });
      },
    },
    {
      name: 'users.routeafterlogin',
      summary: 'Leads to the page that the user begins with',
      path: '/users/routeafterlogin',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: async ({ viewer }) => {
        const row = await magpie.database.asSystem('home page', (tx) =>
          tx.first<{ value: unknown }>(`select value from user_settings where user_id = $1 and setting = 'homepage'`, [
            viewer.userId,
          ]),
        );
        const path = isObject(row?.value) ? (readText(row.value, 'path') ?? '/') : '/';
        return redirect(sameOriginPath(path));
      },
    },
  ];
}

function readIds(given: unknown): number[] {
  const ids = (readSentList(given) ?? []).map((id) => readId(id)).filter((id) => id !== null);
  if (ids.length === 0 || ids.length > MOST_USERS) {
    throw new Invalid('', { user_ids: [`Expected a list of 1 to ${MOST_USERS} ids.`] });
  }
  return [...new Set(ids)];
}

/** All of the users or none: each is locked, and what follows from the change is done for him. */
async function toggle(
  magpie: Magpie,
  viewer: Viewer,
  ids: readonly number[],
  { field, value }: { field: (typeof TOGGLED)[number]; value: boolean },
): Promise<number> {
  const changed = await magpie.database.asSystem('toggle users', async (tx) => {
    let count = 0;
    for (const id of [...ids].sort((a, b) => a - b)) {
      const found = await lockUser(tx, id, isSiteAdmin(viewer) ? null : viewer.organisationId);
      if (found === null) throw new NotFound('Invalid user');
      if (!isSiteAdmin(viewer) && found.flags.includes('perm_site_admin')) {
        throw new Forbidden('You are not authorised to change a site administrator.');
      }
      if (id === viewer.userId && field === 'disabled' && value) throw new Forbidden('You cannot disable yourself.');
      if (found.user[field] === value) continue;
      await saveUser(tx, viewer, found.user, { [field]: value });
      count += 1;
    }
    return count;
  });
  await magpie.accounts.changed();
  return changed;
}

async function endSessions(magpie: Magpie, { viewer, args, body }: Call): Promise<number> {
  const fields = unwrap(body, 'User');
  const named = args.user ?? fields.id;
  const id = named === undefined ? null : readId(named);
  if (named !== undefined && id === null) throw new NotFound('Invalid user');
  const email = readText(fields, 'email') ?? null;
  return magpie.database.asSystem('end sessions', async (tx) => {
    if (id !== null && (await lockUser(tx, id, null)) === null) throw new NotFound('Invalid user');
    const ended = await tx.execute(
      `delete from sessions where user_id in (select id from users where ($1::bigint is null or id = $1)
         and ($2::text is null or lower(email) like lower($2)))`,
      [id, email],
    );
    const title = id === null ? (email ?? 'all users') : `User ${id}`;
    await recordChanges(tx, [{ model: 'User', action: 'logout', modelId: id ?? 0, title }], viewer);
    return ended;
  });
}
