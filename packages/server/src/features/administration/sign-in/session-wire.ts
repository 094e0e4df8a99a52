import { permissionFlags } from '@magpie/model';
import type { Account } from '../../../access/accounts.ts';
import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { mispVersion } from '../../../http/version.ts';
import { csrfTokenOf } from './sessions.ts';

/** Settings that the web client needs before anything else. */
const shownSettings = [
  'MISP.org',
  'MISP.uuid',
  'MISP.host_org_id',
  'MISP.language',
  'MISP.default_event_distribution',
  'MISP.default_attribute_distribution',
  'MISP.default_event_threat_level',
  'MISP.unpublishedprivate',
  'MISP.completely_disable_correlation',
  'MISP.allow_disabling_correlation',
  'MISP.welcome_text_top',
  'MISP.welcome_text_bottom',
  'MISP.title_text',
  'MISP.footermidleft',
  'MISP.footermidright',
  'MISP.tagging',
  'MISP.disable_threat_level',
  'MISP.full_tags_on_event_index',
  'Security.password_policy_length',
] as const;

/** Who is signed in and what the page needs to begin with. */
export function sessionWire(
  magpie: Magpie,
  viewer: Viewer,
  account: Account | null,
  sessionToken: string | null,
): Record<string, unknown> {
  return {
    user: { id: String(viewer.userId), email: viewer.email },
    organisation: {
      id: String(viewer.organisationId),
      name: viewer.organisationName,
      uuid: viewer.organisationUuid,
    },
    role: {
      id: String(viewer.roleId),
      name: viewer.roleName,
      ...Object.fromEntries(permissionFlags.map((flag) => [flag, can(viewer, flag)])),
    },
    csrfToken: sessionToken === null ? null : csrfTokenOf(sessionToken),
    version: mispVersion,
    firstStart: isSiteAdmin(viewer) && !magpie.settings.get('Magpie.first_start_completed'),
    changePassword: account?.changePassword ?? false,
    settings: {
      baseUrl: magpie.config.baseUrl,
      ...Object.fromEntries(shownSettings.map((name) => [name, magpie.settings.get(name)])),
    },
  };
}
