import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { MemberRow, SharingGroupRow } from './queries.ts';

/**
 * May the viewer change the group: a site administrator; or, with perm_sharing_group, the owner organisation, a
 * member that may extend it, or the synchronisation account that brought it.
 */
export function canEditGroup(viewer: Viewer, group: SharingGroupRow, members: readonly MemberRow[]): boolean {
  if (can(viewer, 'perm_site_admin')) return true;
  if (!can(viewer, 'perm_sharing_group')) return false;
  if (group.org_id === viewer.organisationId) return true;
  if (can(viewer, 'perm_sync') && group.sync_user_id === viewer.userId) return true;
  return members.some((row) => row.org_id === viewer.organisationId && row.extend);
}

/** May the viewer delete the group: its owner organisation (with perm_sharing_group) and site administrators. */
export function canDeleteGroup(viewer: Viewer, group: SharingGroupRow): boolean {
  if (can(viewer, 'perm_site_admin')) return true;
  return can(viewer, 'perm_sharing_group') && group.org_id === viewer.organisationId;
}

/**
 * May data that arrives with a newer copy of the group change it, which may add members that then read all that is
 * shared with it: synchronisation accounts those that their organisation brought or owns and that were not made here,
 * other accounts those that their organisation owns, site administrators all. A member that cannot extend the group
 * cannot do so by pushing a copy either.
 */
export function canCaptureChanges(viewer: Viewer, group: SharingGroupRow): boolean {
  if (can(viewer, 'perm_site_admin')) return true;
  if (can(viewer, 'perm_sync')) {
    return !group.local && [group.sync_org_id, group.org_id].includes(viewer.organisationId);
  }
  return can(viewer, 'perm_sharing_group') && group.org_id === viewer.organisationId;
}

/** Members are hidden by setting from everybody but the owner and site administrators. */
export function areMembersHidden(viewer: Viewer, group: SharingGroupRow, hiddenBySetting: boolean): boolean {
  return hiddenBySetting && !isSiteAdmin(viewer) && group.org_id !== viewer.organisationId;
}
