import { isPermissionFlag, levelPermissions, type PermissionFlag, permissionFlags } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readBoolean, readInteger, readText } from '../../../http/lenient.ts';
import {
  deleteRole,
  findRole,
  insertRole,
  isRoleInUse,
  isRoleNameTaken,
  type RoleValues,
  setDefaultRole,
  updateRole,
} from './queries.ts';
import type { RoleRow } from './role-row.ts';

const MAX_RESULT_LIMIT = 2_000_000_000;

const NO_ROLE = 'Invalid Role.';
const MAX_NAME_LENGTH = 255;
/** A site administrator's role must keep existing, or nobody could administer the instance. */
const LAST_ADMIN = 'At least one user must keep a role with perm_site_admin.';
const levelFlags: ReadonlySet<PermissionFlag> = new Set(['perm_add', 'perm_modify', 'perm_modify_org', 'perm_publish']);

/** Creates a role. `permission` alone decides the four base flags; without it all four are off, as in MISP. */
export async function addRole(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<RoleRow> {
  const values = readRole(body, null);
  return magpie.database.asSystem('add role', async (tx) => {
    if (await isRoleNameTaken(tx, values.name, 0)) throw nameTaken();
    const row = await insertRole(tx, values);
    await recordChanges(
      tx,
      [{ model: 'Role', action: 'add', modelId: row.id, title: row.name, after: { ...values } }],
      viewer,
    );
    return row;
  });
}

/** Changes a role: absent fields stay, except the base flags and the rate limit, which `permission` and absence reset. */
export async function editRole(magpie: Magpie, viewer: Viewer, id: number | null, body: JsonObject): Promise<RoleRow> {
  const row = await magpie.database.asSystem('edit role', async (tx) => {
    const before = id === null ? null : await findRole(tx, id, { lock: true });
    if (before === null) throw new NotFound(NO_ROLE);
    const values = readRole(body, before);
    if (await isRoleNameTaken(tx, values.name, before.id)) throw nameTaken();
    const saved = await updateRole(tx, before.id, values);
    const admin = await tx.first(
      `select 1 from users u join roles r on r.id = u.role_id where 'perm_site_admin' = any (r.flags) and not u.disabled limit 1`,
    );
    if (admin === null) throw new Invalid('', { perm_site_admin: [LAST_ADMIN] });
    const change = difference({ ...before }, { ...values });
    if (change) {
      await recordChanges(
        tx,
        [{ model: 'Role', action: 'edit', modelId: saved.id, title: saved.name, ...change }],
        viewer,
      );
    }
    return saved;
  });
  await magpie.accounts.changed();
  return row;
}

/** Deletes a role nobody has. */
export async function removeRole(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.asSystem('delete role', async (tx) => {
    const row = id === null ? null : await findRole(tx, id, { lock: true });
    if (row === null) throw new NotFound(NO_ROLE);
    if (await isRoleInUse(tx, row.id)) {
      throw new Invalid('', 'It is not possible to delete role that is assigned to users.');
    }
    await deleteRole(tx, row.id);
    const change = { model: 'Role', action: 'delete', modelId: row.id, title: row.name };
    await recordChanges(tx, [{ ...change, before: { ...row } }], viewer);
    return row.id;
  });
}

/** Makes a role the one of new users. */
export async function chooseDefaultRole(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.asSystem('set default role', async (tx) => {
    const row = id === null ? null : await findRole(tx, id);
    if (row === null) throw new NotFound(NO_ROLE);
    await setDefaultRole(tx, row.id);
    await recordChanges(tx, [{ model: 'Role', action: 'set_default', modelId: row.id, title: row.name }], viewer);
    return row.id;
  });
}

function nameTaken(): Invalid {
  return new Invalid('', { name: ['A role with this name already exists.'] });
}

function readRole(body: JsonObject, before: RoleRow | null): RoleValues {
  const errors: Record<string, string[]> = {};
  const name = (readText(body, 'name') ?? before?.name ?? '').trim();
  if (name === '' || name.length > MAX_NAME_LENGTH) errors.name = ['valueNotEmpty'];
  const flags = new Set<PermissionFlag>(before?.flags ?? []);
  for (const [field, value] of Object.entries(body)) {
    if (!isPermissionFlag(field) || levelFlags.has(field)) continue;
    const isOn = readBoolean(value);
    if (isOn === undefined) errors[field] = ['Expected a boolean.'];
    else if (isOn) flags.add(field);
    else flags.delete(field);
  }
  const level: Partial<Record<PermissionFlag, boolean>> = levelPermissions(readLevel(body.permission));
  for (const flag of levelFlags) {
    if (level[flag]) flags.add(flag);
    else flags.delete(flag);
  }
  const rateLimit = readInteger(body.rate_limit_count ?? 0);
  if (rateLimit === null || rateLimit < 0) errors.rate_limit_count = ['Expected a whole number.'];
  const wantedResults = body.restsearch_limit_result ?? before?.restsearch_limit_result ?? null;
  const namesLimit = wantedResults !== null && wantedResults !== '';
  const resultLimit = namesLimit ? readInteger(wantedResults) : null;
  if (namesLimit && (resultLimit === null || resultLimit < 0 || resultLimit > MAX_RESULT_LIMIT)) {
    errors.restsearch_limit_result = ['Expected a whole number.'];
  }
  const limits = {
    memory_limit: readLimit(body, 'memory_limit', before, /^(\d{1,9}[MG]|-1|)$/, errors),
    max_execution_time: readLimit(body, 'max_execution_time', before, /^(\d{1,9}|-1|)$/, errors),
  };
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  const keep = (field: 'default_role' | 'restricted_to_site_admin' | 'enforce_rate_limit') =>
    readBoolean(body[field]) ?? before?.[field] ?? false;
  return {
    name,
    flags: permissionFlags.filter((flag) => flags.has(flag)),
    default_role: keep('default_role'),
    ...limits,
    restricted_to_site_admin: keep('restricted_to_site_admin'),
    enforce_rate_limit: keep('enforce_rate_limit'),
    rate_limit_count: rateLimit ?? 0,
    restsearch_limit_result: resultLimit,
  };
}

/** 0 to 3; anything else, the level's name too, counts as read only (as in MISP). */
function readLevel(value: unknown): number {
  const level = readInteger(value);
  return level !== null && level >= 0 && level <= 3 ? level : 0;
}

function readLimit(
  body: JsonObject,
  field: 'memory_limit' | 'max_execution_time',
  before: RoleRow | null,
  pattern: RegExp,
  errors: Record<string, string[]>,
): string | null {
  const text = readText(body, field);
  if (text === undefined) return before === null ? '' : before[field];
  if (!pattern.test(text)) errors[field] = ['Expected a limit such as 2048M.'];
  return text;
}
