import { can, type Viewer } from './viewer.ts';

/**
 * What a route demands of its caller before anything is read. Every route declares one; finer rules about a
 * single event or attribute follow in the services.
 *
 * - `public`: no sign-in;
 * - `any`: any signed-in user;
 * - a role flag, or a list of flags that must all be carried;
 * - `{ anyOf }`: one of the flags is enough.
 */
export type Permission = 'public' | 'any' | RoleFlag | readonly RoleFlag[] | { readonly anyOf: readonly RoleFlag[] };

/** A role flag in MISP's own name. */
export type RoleFlag = `perm_${string}`;

/** True when the viewer may call a route that demands `permission`. */
export function allows(viewer: Viewer, permission: Permission): boolean {
  if (permission === 'public' || permission === 'any') return true;
  if (typeof permission === 'string') return can(viewer, permission);
  if (isList(permission)) return permission.every((flag) => can(viewer, flag));
  return permission.anyOf.some((flag) => can(viewer, flag));
}

function isList(permission: readonly RoleFlag[] | { anyOf: readonly RoleFlag[] }): permission is readonly RoleFlag[] {
  return Array.isArray(permission);
}
