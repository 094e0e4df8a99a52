import type { MessageKey } from '../../i18n/i18n.tsx';

/** Flags of a role in the order of the form; the base level is apart. */
export const roleFlags = [
  'perm_site_admin',
  'perm_admin',
  'perm_sync',
  'perm_auth',
  'perm_audit',
  'perm_tagger',
  'perm_tag_editor',
  'perm_sighting',
  'perm_analyst_data',
  'perm_sharing_group',
  'perm_delegate',
  'perm_galaxy_editor',
  'perm_object_template',
  'perm_warninglist',
  'perm_decaying',
  'perm_template',
  'perm_regexp_access',
  'perm_view_feed_correlations',
  'perm_publish_zmq',
  'perm_publish_kafka',
  'perm_skip_otp',
] as const;

/** The base levels by MISP's number. */
export const levels = ['0', '1', '2', '3'] as const;

/** Name of a base level. */
export function levelOf(permission: string): MessageKey {
  const level = levels.find((entry) => entry === permission) ?? '0';
  return `role.level${level}`;
}
