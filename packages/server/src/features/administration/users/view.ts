import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { organisationWire } from '../organisations/organisation-row.ts';
import { roleWire } from '../roles/role-row.ts';
import { checkPgpKey } from './key-check.ts';
import { findOrganisationAdmins, findUserSurroundings, findVisibleUser } from './queries.ts';
import { viewedUserWire } from './user-row.ts';

/** Settings of a user that other programs do not see. */
const HIDDEN_SETTINGS = new Set(['oidc']);

/**
 * The whole record of a user: oneself, anybody for the site's administrator. `asAdministrator` is
 * admin/users/view, which also shows an organisation's administrator its users, and who administers them.
 */
export async function viewUser(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  asAdministrator = false,
): Promise<Record<string, unknown>> {
  const refusal = asAdministrator ? 'Invalid user' : 'Invalid user or not authorised.';
  if (id === null || (!asAdministrator && id !== viewer.userId && !isSiteAdmin(viewer))) throw new NotFound(refusal);
  return magpie.database.as(viewer, async (tx) => {
    const user = await findVisibleUser(tx, id);
    if (user === null) throw new NotFound(refusal);
    const { role, organisation, settings } = await findUserSurroundings(tx, user);
    const wire = viewedUserWire(user);
    if (user.gpgkey) {
      const { status, fingerprint } = checkPgpKey(user.gpgkey);
      Object.assign(wire, { pgp_status: status, fingerprint });
    }
    if (asAdministrator) {
      const admins = await findOrganisationAdmins(tx, user.org_id);
      wire.orgAdmins = emptyAsList(Object.fromEntries(admins.map((admin) => [String(admin.id), admin.email])));
    }
    const shown = Object.entries(settings).filter(([name]) => !HIDDEN_SETTINGS.has(name));
    return {
      User: wire,
      Role: roleWire(role),
      UserSetting: emptyAsList(Object.fromEntries(shown)),
      Organisation: organisationWire(organisation),
    };
  });
}

// MISP sends an empty map as an empty list; clients accept both.
function emptyAsList(map: Record<string, unknown>): Record<string, unknown> | [] {
  return Object.keys(map).length === 0 ? [] : map;
}
