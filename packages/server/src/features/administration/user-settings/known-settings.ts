import type { RoleFlag } from '../../../access/permissions.ts';

/** What a user may keep under a name of MISP's. */
export interface KnownUserSetting {
  /** Shape of the value: a map, a list, or anything that JSON has. */
  shape: 'map' | 'list' | 'any';
  /** Who may set it; everybody when missing. */
  permission?: RoleFlag;
}

const knownUserSettings: Readonly<Record<string, KnownUserSetting>> = {
  publish_alert_filter: { shape: 'map' },
  dashboard: { shape: 'list' },
  dashboard_access: { shape: 'any', permission: 'perm_site_admin' },
  homepage: { shape: 'map' },
  default_restsearch_parameters: { shape: 'map' },
  tag_numerical_value_override: { shape: 'map' },
  event_index_hide_columns: { shape: 'list' },
  periodic_notification_filters: { shape: 'map' },
};

/** The setting of that name, or null. */
export function findKnownUserSetting(name: unknown): KnownUserSetting | null {
  if (typeof name !== 'string' || !Object.hasOwn(knownUserSettings, name)) return null;
  return knownUserSettings[name] ?? null;
}
