import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { ROLE_COLUMNS, type RoleRow } from './role-row.ts';

/** Columns of a role that a request decides. */
export type RoleValues = Pick<
  RoleRow,
  | 'name'
  | 'flags'
  | 'default_role'
  | 'memory_limit'
  | 'max_execution_time'
  | 'restricted_to_site_admin'
  | 'enforce_rate_limit'
  | 'rate_limit_count'
  | 'restsearch_limit_result'
>;

/** Every role, by id. */
export function listRoles(tx: Transaction): Promise<RoleRow[]> {
  return tx.query<RoleRow>(`select ${ROLE_COLUMNS} from roles order by id`);
}

/** Uses the primary key. */
export function findRole(tx: Transaction, id: number, options: { lock?: boolean } = {}): Promise<RoleRow | null> {
  return tx.first<RoleRow>(`select ${ROLE_COLUMNS} from roles where id = $1${options.lock ? ' for update' : ''}`, [id]);
}

/** The role of new users when none is named, if there is one. */
export function findDefaultRole(tx: Transaction): Promise<RoleRow | null> {
  return tx.first<RoleRow>(`select ${ROLE_COLUMNS} from roles where is_default order by id limit 1`);
}

/** As system: true when another role has this name. */
export async function isRoleNameTaken(tx: Transaction, name: string, exceptId: number): Promise<boolean> {
  return (await tx.first('select 1 from roles where name = $1 and id <> $2', [name, exceptId])) !== null;
}

/** As system: stores a new role. */
export async function insertRole(tx: Transaction, values: RoleValues): Promise<RoleRow> {
  const row = await tx.first<RoleRow>(
    `insert into roles (name, flags, default_role, memory_limit, max_execution_time, restricted_to_site_admin,
       enforce_rate_limit, rate_limit_count, restsearch_limit_result)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${ROLE_COLUMNS}`,
    bind(values),
  );
  if (row === null) throw new Error('the role was not stored');
  return row;
}

/** As system: replaces the values of a role; its users count as changed, so that their sessions read it anew. */
export async function updateRole(tx: Transaction, id: number, values: RoleValues): Promise<RoleRow> {
  const row = await tx.first<RoleRow>(
    `update roles set name = $1, flags = $2, default_role = $3, memory_limit = $4, max_execution_time = $5,
       restricted_to_site_admin = $6, enforce_rate_limit = $7, rate_limit_count = $8,
       restsearch_limit_result = $9, modified = now()
     where id = $10 returning ${ROLE_COLUMNS}`,
    [...bind(values), id],
  );
  if (row === null) throw new Error('the role is gone');
  await tx.execute('update users set date_modified = extract(epoch from now())::bigint where role_id = $1', [id]);
  return row;
}

/** As system: true when a user has the role. */
export async function isRoleInUse(tx: Transaction, id: number): Promise<boolean> {
  return (await tx.first('select 1 from users where role_id = $1 limit 1', [id])) !== null;
}

/** The caller has made sure that nobody has it. */
export async function deleteRole(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from roles where id = $1', [id]);
}

/** As system: makes one role the default of new users, or none. */
export async function setDefaultRole(tx: Transaction, id: number | null): Promise<void> {
  await tx.execute('update roles set is_default = coalesce(id = $1, false) where is_default or id = $1', [id]);
}

function bind(values: RoleValues): SqlValue[] {
  return [
    values.name,
    values.flags,
    values.default_role,
    values.memory_limit,
    values.max_execution_time,
    values.restricted_to_site_admin,
    values.enforce_rate_limit,
    values.rate_limit_count,
    values.restsearch_limit_result,
  ];
}
