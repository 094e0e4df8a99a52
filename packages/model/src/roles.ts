/** Every permission flag of a role, in MISP's names. The last four exist in releases after 2.5.1. */
export const permissionFlags = [
  'perm_add',
  'perm_modify',
  'perm_modify_org',
  'perm_publish',
  'perm_delegate',
  'perm_sync',
  'perm_admin',
  'perm_audit',
  'perm_auth',
  'perm_site_admin',
  'perm_regexp_access',
  'perm_tagger',
  'perm_template',
  'perm_sharing_group',
  'perm_tag_editor',
  'perm_sighting',
  'perm_object_template',
  'perm_publish_zmq',
  'perm_publish_kafka',
  'perm_decaying',
  'perm_galaxy_editor',
  'perm_warninglist',
  'perm_view_feed_correlations',
  'perm_analyst_data',
  'perm_skip_otp',
  'perm_server_sign',
  'perm_sync_internal',
  'perm_sync_authoritative',
  'perm_ai_tools',
] as const;

/** MISP's names of what a role may allow. */
export type PermissionFlag = (typeof permissionFlags)[number];

/** What a role allows. */
export type Permissions = Readonly<Record<PermissionFlag, boolean>>;

/** Base level of a role; it decides perm_add, perm_modify, perm_modify_org and perm_publish. */
export const permissionLevels = ['read_only', 'manage_own', 'manage_org', 'publish'] as const;

/** A role that a new instance has. */
export interface DefaultRole {
  readonly id: number;
  readonly name: string;
  /** Index into `permissionLevels`. */
  readonly permission: number;
  /** Given to new users when none is named. */
  readonly isDefault: boolean;
  readonly permissions: Permissions;
}

/** True for text that names a permission flag. */
export function isPermissionFlag(text: string): text is PermissionFlag {
  return permissionFlags.some((flag) => flag === text);
}

/** A full set of flags, true for those named. */
export function permissionsOf(granted: readonly PermissionFlag[]): Permissions {
  const permissions = { ...none };
  for (const flag of granted) permissions[flag] = true;
  return permissions;
}

/** The four flags a base level (0 to 3) stands for. */
export function levelPermissions(
  level: number,
): Pick<Permissions, 'perm_add' | 'perm_modify' | 'perm_modify_org' | 'perm_publish'> {
  return {
    perm_add: level >= 1,
    perm_modify: level >= 1,
    perm_modify_org: level >= 2,
    perm_publish: level >= 3,
  };
}

/** The base level (0 to 3) that a set of flags amounts to. */
export function permissionLevel(permissions: Permissions): number {
  if (!permissions.perm_add || !permissions.perm_modify) return 0;
  if (!permissions.perm_modify_org) return 1;
  return permissions.perm_publish ? 3 : 2;
}

const none: Record<PermissionFlag, boolean> = {
  perm_add: false,
  perm_modify: false,
  perm_modify_org: false,
  perm_publish: false,
  perm_delegate: false,
  perm_sync: false,
  perm_admin: false,
  perm_audit: false,
  perm_auth: false,
  perm_site_admin: false,
  perm_regexp_access: false,
  perm_tagger: false,
  perm_template: false,
  perm_sharing_group: false,
  perm_tag_editor: false,
  perm_sighting: false,
  perm_object_template: false,
  perm_publish_zmq: false,
  perm_publish_kafka: false,
  perm_decaying: false,
  perm_galaxy_editor: false,
  perm_warninglist: false,
  perm_view_feed_correlations: false,
  perm_analyst_data: false,
  perm_skip_otp: false,
  perm_server_sign: false,
  perm_sync_internal: false,
  perm_sync_authoritative: false,
  perm_ai_tools: false,
};

const reader: readonly PermissionFlag[] = ['perm_audit', 'perm_auth'];
const user: readonly PermissionFlag[] = [
  ...reader,
  'perm_add',
  'perm_modify',
  'perm_modify_org',
  'perm_tagger',
  'perm_sighting',
  'perm_decaying',
  'perm_galaxy_editor',
  'perm_analyst_data',
];
const publisher: readonly PermissionFlag[] = [
  ...user,
  'perm_publish',
  'perm_publish_zmq',
  'perm_publish_kafka',
  'perm_delegate',
];
const synchroniser: readonly PermissionFlag[] = [...publisher, 'perm_sync', 'perm_sharing_group', 'perm_tag_editor'];
const organisationAdmin: readonly PermissionFlag[] = [
  ...publisher,
  'perm_sharing_group',
  'perm_tag_editor',
  'perm_admin',
  'perm_template',
];
const siteAdmin: readonly PermissionFlag[] = [
  ...organisationAdmin,
  'perm_sync',
  'perm_site_admin',
  'perm_regexp_access',
  'perm_object_template',
  'perm_warninglist',
  'perm_view_feed_correlations',
];

function role(id: number, name: string, permission: number, granted: readonly PermissionFlag[]): DefaultRole {
  return { id, name, permission, isDefault: id === 3, permissions: permissionsOf(granted) };
}

/** The roles of a new instance, with MISP's ids. */
export const defaultRoles: readonly DefaultRole[] = [
  role(1, 'admin', 3, siteAdmin),
  role(2, 'Org Admin', 3, organisationAdmin),
  role(3, 'User', 2, user),
  role(4, 'Publisher', 3, publisher),
  role(5, 'Sync user', 3, synchroniser),
  role(6, 'Read Only', 0, reader),
];
