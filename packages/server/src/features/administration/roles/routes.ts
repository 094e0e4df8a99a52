import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Operation } from '../../../http/operation.ts';
import { findRole, listRoles } from './queries.ts';
import { type RoleRow, roleWire } from './role-row.ts';
import { addRole, chooseDefaultRole, editRole, removeRole } from './service.ts';

const roleBody = Type.Object({
  name: Type.Optional(Type.String()),
  permission: Type.Optional(Type.String({ description: '0 read only, 1 own, 2 organisation, 3 publish' })),
  memory_limit: Type.Optional(Type.String()),
  max_execution_time: Type.Optional(Type.String()),
  restricted_to_site_admin: Type.Optional(Type.Boolean()),
  enforce_rate_limit: Type.Optional(Type.Boolean()),
  rate_limit_count: Type.Optional(Type.String()),
  restsearch_limit_result: Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Null()])),
});
const optional = ['permission', 'perm_*', 'restricted_to_site_admin', 'enforce_rate_limit', 'rate_limit_count'];

const filters = filtersOf<RoleRow>(['id', 'name'], ['name']);

/** Roles: named sets of permission flags. */
export function roleOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'roles.index',
      summary: 'List the roles',
      path: '/roles/index',
      aliases: ['/roles', '/admin/roles', '/admin/roles/index'],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const rows = filterRows(call, 'Role', await magpie.database.as(call.viewer, listRoles), filters);
        return json(rows.map((row) => ({ Role: { ...roleWire(row), default: row.is_default } })));
      },
    },
    {
      name: 'roles.view',
      summary: 'Show a role',
      path: '/roles/view/{role}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = readId(args.role);
        const row = id === null ? null : await magpie.database.as(viewer, (tx) => findRole(tx, id));
        if (row === null) throw new NotFound('Invalid Role.');
        return json({ Role: roleWire(row) });
      },
    },
    {
      name: 'admin/roles.add',
      summary: 'Create a role',
      path: '/admin/roles/add',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'role',
      body: roleBody,
      describe: { description: 'POST a Role object to this API to create a role.', mandatory: ['name'], optional },
      handle: async ({ viewer, body }) => json({ Role: roleWire(await addRole(magpie, viewer, unwrap(body, 'Role'))) }),
    },
    {
      name: 'admin/roles.edit',
      summary: 'Change a role',
      path: '/admin/roles/edit/{role}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'role',
      body: roleBody,
      describe: { description: 'POST a Role object to this API to edit a role.', optional: ['name', ...optional] },
      handle: async ({ viewer, args, body }) =>
        json({ Role: roleWire(await editRole(magpie, viewer, readId(args.role), unwrap(body, 'Role'))) }),
    },
    {
      name: 'admin/roles.delete',
      summary: 'Delete a role that nobody has',
      path: '/admin/roles/delete/{role}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'role',
      handle: async ({ viewer, args }) => {
        const id = await removeRole(magpie, viewer, readId(args.role));
        return success('Role deleted.', { id, url: `/roles/delete/${id}` });
      },
    },
    {
      name: 'admin/roles.set_default',
      summary: 'Make a role the one of new users',
      path: '/admin/roles/set_default/{role}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'role',
      handle: async ({ viewer, args }) => {
        const id = await chooseDefaultRole(magpie, viewer, readId(args.role));
        return success('Default role set.', { id: String(id) });
      },
    },
  ];
}
