import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { createPasswordCheck } from './confirm-password.ts';
import { readUserFilters } from './index-filters.ts';
import { keyCheckOperations } from './key-check.ts';
import { editOwnAccount } from './own-account.ts';
import { listVisibleUsers } from './queries.ts';
import { addUser, editUser, removeUser } from './service.ts';
import { listedUserWire, savedUserWire } from './user-row.ts';
import { viewUser } from './view.ts';

const text = Type.Optional(Type.String());
const flag = Type.Optional(Type.Boolean());
const userBody = Type.Object({
  email: text,
  org_id: text,
  role_id: text,
  password: text,
  autoalert: flag,
  contactalert: flag,
  change_pw: flag,
  termsaccepted: flag,
  disabled: flag,
  gpgkey: text,
  certif_public: text,
  nids_sid: text,
  expiration: text,
  notify: Type.Optional(Type.Unknown()),
});
const optionalFields = [
  'password',
  'external_auth_required',
  'external_auth_key',
  'gpgkey',
  'nids_sid',
  'termsaccepted',
  'newsread',
  'change_pw',
  'contactalert',
  'autoalert',
  'disabled',
  'expiration',
];

/** Accounts: one's own, and for administrators those of their organisation or all. */
export function userOperations(magpie: Magpie): Operation[] {
  return [...ownAccountOperations(magpie), ...administrationOperations(magpie), ...keyCheckOperations(magpie)];
}

function ownAccountOperations(magpie: Magpie): Operation[] {
  const confirmPassword = createPasswordCheck(magpie);
  return [
    {
      name: 'users.view',
      summary: 'Show a user with role, organisation and settings; "me" for oneself',
      path: '/users/view/{user}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => json(await viewUser(magpie, viewer, userId(viewer, args.user))),
    },
    {
      name: 'users.edit',
      summary: 'Change one’s own account',
      path: '/users/edit/{user?}',
      methods: ['POST', 'PUT'],
      permission: 'any',
      effect: 'write',
      model: 'User',
      body: userBody,
      describe: {
        description: 'POST a User object in JSON format to this API to edit a user.',
        optional: ['email', 'password', 'autoalert', 'contactalert', 'gpgkey', 'certif_public', 'nids_sid'],
      },
      handle: async ({ viewer, body, sessionToken }) => {
        await editOwnAccount(magpie, viewer, unwrap(body, 'User'), { sessionToken, confirmPassword });
        return json(await viewUser(magpie, viewer, viewer.userId));
      },
    },
  ];
}

function administrationOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/users.index',
      summary: 'List the users one administers',
      path: '/admin/users/index',
      aliases: ['/admin/users'],
      methods: ['GET', 'POST'],
      permission: 'perm_admin',
      effect: 'read',
      handle: async ({ viewer, named }) => {
        const { conditions, values } = readUserFilters(named, magpie.now());
        const rows = await magpie.database.as(viewer, (tx) => listVisibleUsers(tx, conditions, values));
        return json(rows.map(listedUserWire));
      },
    },
    {
      name: 'admin/users.view',
      summary: 'Show a user one administers',
      path: '/admin/users/view/{user}',
      methods: ['GET'],
      permission: 'perm_admin',
      effect: 'read',
      handle: async ({ viewer, args }) => json(await viewUser(magpie, viewer, readId(args.user), true)),
    },
    {
      name: 'admin/users.add',
      summary: 'Create a user; the answer holds his first API key',
      path: '/admin/users/add',
      methods: ['POST'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      body: userBody,
      describe: {
        description: 'POST a User object in JSON format to this API to create a new user.',
        mandatory: ['email', 'org_id', 'role_id'],
        optional: optionalFields,
      },
      handle: async ({ viewer, body }) => {
        const { user, authkey } = await addUser(magpie, viewer, unwrap(body, 'User'));
        return json({ User: savedUserWire(user, authkey) });
      },
    },
    {
      name: 'admin/users.edit',
      summary: 'Change a user one administers',
      path: '/admin/users/edit/{user}',
      methods: ['POST', 'PUT'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      body: userBody,
      describe: {
        description: 'POST a User object in JSON format to this API to edit a user.',
        optional: ['email', 'org_id', 'role_id', ...optionalFields],
      },
      handle: async ({ viewer, args, body }) => {
        const id = administeredId(args.user);
        try {
          return json({ User: savedUserWire(await editUser(magpie, viewer, id, unwrap(body, 'User'))) });
        } catch (error) {
          return editRefusal(error, id);
        }
      },
    },
    {
      name: 'admin/users.delete',
      summary: 'Delete a user one administers',
      path: '/admin/users/delete/{user}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer, args }) => {
        const id = administeredId(args.user);
        await removeUser(magpie, viewer, id);
        return success('User deleted.', { id: String(id) });
      },
    },
  ];
}

function userId(viewer: Viewer, argument: string | undefined): number | null {
  return argument === undefined || argument.toLowerCase() === 'me' ? viewer.userId : readId(argument);
}

function administeredId(argument: string | undefined): number {
  const id = readId(argument);
  if (id === null) throw new NotFound('Invalid user');
  return id;
}

// MISP's envelope of a refused edit carries the id, in the URL too; other refusals do not.
function editRefusal(error: unknown, id: number): Answer {
  if (!(error instanceof Invalid)) throw error;
  const name = 'Could not edit User';
  const body = { saved: false, name, message: name, url: `/admin/users/edit/${id}`, errors: error.fields };
  return json({ ...body, id: String(id) }, { status: 403 });
}
