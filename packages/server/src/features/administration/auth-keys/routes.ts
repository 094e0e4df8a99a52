import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { listVisibleKeys } from './queries.ts';
import { addKey, editKey, removeKey, resetKeys } from './service.ts';
import { editedKeyWire, keyWire, listedKeyWire } from './wire.ts';

const keyBody = Type.Object({
  comment: Type.Optional(Type.String()),
  allowed_ips: Type.Optional(Type.Array(Type.String())),
  expiration: Type.Optional(Type.String()),
  read_only: Type.Optional(Type.Boolean()),
});
const optional = ['comment', 'allowed_ips', 'expiration', 'read_only'];

/** API keys: shown only when they are made, stored as digests. */
export function authKeyOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...writeOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  const shown = () => ({ lastUse: magpie.settings.get('MISP.log_user_ips_authkeys') });
  return [
    {
      name: 'auth_keys.index',
      summary: 'List the keys of oneself and of the users one administers',
      path: '/auth_keys/index/{user?}',
      aliases: ['/auth_keys'],
      methods: ['GET', 'POST'],
      permission: 'perm_auth',
      effect: 'read',
      handle: async (call) => {
        const { conditions, values } = readKeyFilters(call);
        const rows = await magpie.database.as(call.viewer, (tx) => listVisibleKeys(tx, conditions, values));
        return json(rows.map((row) => listedKeyWire(row, shown())));
      },
    },
    {
      name: 'auth_keys.view',
      summary: 'Show a key (never the secret itself)',
      path: '/auth_keys/view/{key}',
      methods: ['GET'],
      permission: 'perm_auth',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = readId(args.key);
        const [row] =
          id === null ? [] : await magpie.database.as(viewer, (tx) => listVisibleKeys(tx, ['k.id = $1'], [id]));
        if (row === undefined) throw new NotFound('Invalid AuthKey.');
        return json(listedKeyWire(row, shown()));
      },
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'auth_keys.add',
      summary: 'Make a key; the answer is the only place where it is shown',
      path: '/auth_keys/add/{user?}',
      methods: ['POST'],
      permission: 'perm_auth',
      effect: 'write',
      model: 'auth_key',
      body: keyBody,
      describe: { description: 'POST an AuthKey object to this API to make a key.', optional },
      handle: async ({ viewer, args, body }) => {
        const { row, key } = await addKey(magpie, viewer, userArgument(viewer, args.user), unwrap(body, 'AuthKey'));
        return json({ AuthKey: { ...keyWire(row), authkey_raw: key } });
      },
    },
    {
      name: 'auth_keys.edit',
      summary: 'Change comment, addresses, end or read-only of a key',
      path: '/auth_keys/edit/{key}',
      methods: ['POST', 'PUT'],
      permission: 'perm_auth',
      effect: 'write',
      model: 'auth_key',
      body: keyBody,
      describe: { description: 'POST an AuthKey object to this API to edit a key.', optional },
      handle: async ({ viewer, args, body }) => {
        const fields = unwrap(body, 'AuthKey');
        return json(editedKeyWire(await editKey(magpie, viewer, readId(args.key), fields), fields.read_only));
      },
    },
    {
      name: 'auth_keys.delete',
      summary: 'Delete a key',
      path: '/auth_keys/delete/{key}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_auth',
      effect: 'write',
      model: 'auth_key',
      handle: async ({ viewer, args }) =>
        success('AuthKey deleted.', { id: await removeKey(magpie, viewer, readId(args.key)) }),
    },
    {
      name: 'auth_keys.pin',
      summary: 'Bind a key to one address',
      path: '/auth_keys/pin/{key}/{address}',
      methods: ['POST'],
      permission: 'perm_auth',
      effect: 'write',
      model: 'auth_key',
      handle: async ({ viewer, args }) => {
        const row = await editKey(magpie, viewer, readId(args.key), { allowed_ips: [args.address] });
        return success('AuthKey pinned.', { id: row.id });
      },
    },
    {
      name: 'users.resetauthkey',
      summary: 'End the keys of a user and make one new',
      path: '/users/resetauthkey/{user?}',
      methods: ['POST'],
      permission: 'perm_auth',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer, args }) => {
        const userId = userArgument(viewer, args.user);
        const key = await resetKeys(magpie, viewer, userId);
        return success(`Authkey updated: ${key}`, { id: String(userId) });
      },
    },
  ];
}

function userArgument(viewer: Viewer, argument: string | undefined): number | null {
  return argument === undefined || argument.toLowerCase() === 'me' ? viewer.userId : readId(argument);
}

/** Filters with their columns; values come from the body of a POST, and from the URL, which wins. */
const filterColumns: Readonly<Record<string, string>> = {
  'User.email': 'u.email',
  'User.id': 'u.id::text',
  user_id: 'u.id::text',
  authkey_start: 'k.authkey_start',
  authkey_end: 'k.authkey_end',
  comment: 'k.comment',
};

function readKeyFilters(call: Call): { conditions: string[]; values: SqlValue[] } {
  const given: Record<string, unknown> = {
    ...(isObject(call.body) ? unwrap(call.body, 'AuthKey') : {}),
    ...call.named,
  };
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const bind = (value: SqlValue) => `$${values.push(value)}`;
  if (call.args.user !== undefined) {
    const id = userArgument(call.viewer, call.args.user);
    conditions.push(id === null ? 'false' : `u.id = ${bind(id)}`);
  }
  for (const [name, column] of Object.entries(filterColumns)) {
    const value = given[name];
    if (typeof value === 'string' && /^%.+%$/.test(value)) {
      const part = value.slice(1, -1).toLowerCase();
      conditions.push(`position(${bind(part)} in lower(${column})) > 0`);
    } else if (typeof value === 'string' || typeof value === 'number' || Array.isArray(value)) {
      conditions.push(`${column} = any (${bind((readList(value) ?? ['']).map(String))}::text[])`);
    }
  }
  if (typeof given.quickFilter === 'string' && given.quickFilter !== '') {
    const term = bind(given.quickFilter.toLowerCase());
    const columns = ['u.email', 'k.authkey_start', 'k.authkey_end', `coalesce(k.comment, '')`];
    conditions.push(`(${columns.map((column) => `position(${term} in lower(${column})) > 0`).join(' or ')})`);
  }
  return { conditions, values };
}
