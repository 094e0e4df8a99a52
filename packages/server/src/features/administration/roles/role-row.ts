import { type PermissionFlag, permissionLevel, permissionLevels, permissionsOf } from '@magpie/model';
import { databaseTime } from '../database-time.ts';

/** A role as stored. */
export interface RoleRow {
  id: number;
  name: string;
  flags: PermissionFlag[];
  created: Date;
  modified: Date;
  /** The role of new users when none is named. */
  is_default: boolean;
  /** A stored column of MISP's, which PyMISP reads; independent of `is_default`. */
  default_role: boolean;
  memory_limit: string | null;
  max_execution_time: string | null;
  restricted_to_site_admin: boolean;
  enforce_rate_limit: boolean;
  rate_limit_count: number;
  /** Results of one search at most; null or 0 for no limit. */
  restsearch_limit_result: number | null;
}

/** The columns of `RoleRow`, for a `select`. */
export const ROLE_COLUMNS = `id, name, flags, created, modified, is_default, default_role, memory_limit,
  max_execution_time, restricted_to_site_admin, enforce_rate_limit, rate_limit_count,
  restsearch_limit_result`;

/** A role as MISP 2.5.1 sends it, without `default`. */
export function roleWire(row: RoleRow): Record<string, unknown> {
  const permissions = permissionsOf(row.flags);
  const level = permissionLevel(permissions);
  const has = (flag: PermissionFlag) => permissions[flag];
  return {
    id: String(row.id),
    name: row.name,
    created: databaseTime(row.created),
    modified: databaseTime(row.modified),
    perm_add: has('perm_add'),
    perm_modify: has('perm_modify'),
    perm_modify_org: has('perm_modify_org'),
    perm_publish: has('perm_publish'),
    perm_delegate: has('perm_delegate'),
    perm_sync: has('perm_sync'),
    perm_admin: has('perm_admin'),
    perm_audit: has('perm_audit'),
    perm_auth: has('perm_auth'),
    perm_site_admin: has('perm_site_admin'),
    perm_regexp_access: has('perm_regexp_access'),
    perm_tagger: has('perm_tagger'),
    perm_template: has('perm_template'),
    perm_sharing_group: has('perm_sharing_group'),
    perm_tag_editor: has('perm_tag_editor'),
    perm_sighting: has('perm_sighting'),
    perm_object_template: has('perm_object_template'),
    default_role: row.default_role,
    memory_limit: row.memory_limit,
    max_execution_time: row.max_execution_time,
    restricted_to_site_admin: row.restricted_to_site_admin,
    perm_publish_zmq: has('perm_publish_zmq'),
    perm_publish_kafka: has('perm_publish_kafka'),
    perm_decaying: has('perm_decaying'),
    enforce_rate_limit: row.enforce_rate_limit,
    rate_limit_count: String(row.rate_limit_count),
    // Of later releases; left out where it is not set, so that the answer is that of 2.5.1.
    ...(row.restsearch_limit_result === null ? {} : { restsearch_limit_result: String(row.restsearch_limit_result) }),
    perm_galaxy_editor: has('perm_galaxy_editor'),
    perm_warninglist: has('perm_warninglist'),
    perm_view_feed_correlations: has('perm_view_feed_correlations'),
    perm_analyst_data: has('perm_analyst_data'),
    perm_skip_otp: has('perm_skip_otp'),
    permission: String(level),
    permission_description: permissionLevels[level],
  };
}
