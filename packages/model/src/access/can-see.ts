import { distribution } from '../enumerations.ts';

/** Who reads. A site administrator sees everything. */
export interface Viewer {
  readonly organisationId: number;
  readonly isSiteAdmin: boolean;
}

/** Who belongs to a sharing group on this instance. */
export interface SharingGroupMembers {
  readonly organisationIds: ReadonlySet<number>;
  /** The group lists this instance with all of its organisations. */
  readonly allOrganisations: boolean;
}

/** What visibility depends on beside the row. */
export interface World {
  readonly sharingGroups: ReadonlyMap<number, SharingGroupMembers>;
  /** MISP.unpublishedprivate: events not yet published are for their owner alone. */
  readonly unpublishedPrivate: boolean;
}

/** How far an element is meant to go. */
export interface Reach {
  readonly distribution: number;
  readonly sharingGroupId: number | null;
}

/** What of an event decides who may read it. */
export interface EventRow extends Reach {
  /** The organisation that owns this copy (org_id), not its creator. */
  readonly ownerId: number;
  readonly published: boolean;
  /** The organisation that is asked to take the event over, while the request is open. */
  readonly delegatedTo?: number | null;
}

/**
 * An element with all it lies in. `within` lists, from the outside in, the
 * elements between the event and the reader: the object and the attribute, or
 * just an attribute, object or event report.
 */
export interface Row {
  readonly event: EventRow;
  readonly within: readonly Reach[];
}

/**
 * The specification of read access, written to be checked by eye; storage and
 * queries are tested against it. Deleted elements and sightings have rules of
 * their own on top.
 */
export function canSee(world: World, viewer: Viewer, row: Row): boolean {
  if (viewer.isSiteAdmin) return true;
  if (viewer.organisationId === row.event.ownerId) return true;
  if (isOwnersAlone(world, row.event)) {
    // Who is asked to take an event over reads it before he answers; what it holds keeps its own limits.
    if (viewer.organisationId !== row.event.delegatedTo) return false;
  } else if (!reaches(world, viewer, row.event, eventLevels)) return false;
  return row.within.every((element) => reaches(world, viewer, element, elementLevels));
}

function isOwnersAlone(world: World, event: EventRow): boolean {
  if (world.unpublishedPrivate && !event.published) return true;
  if (event.distribution === distribution.sharingGroup) return event.sharingGroupId === null;
  return !eventLevels.has(event.distribution);
}

/** True for members of the group; nobody is a member of a group that does not exist. */
export function isGroupMember(world: World, organisationId: number, sharingGroupId: number | null): boolean {
  const group = sharingGroupId === null ? undefined : world.sharingGroups.get(sharingGroupId);
  if (group === undefined) return false;
  return group.allOrganisations || group.organisationIds.has(organisationId);
}

// Communities 1 to 3 differ only in how far synchronisation carries them.
const eventLevels: ReadonlySet<number> = new Set([
  distribution.community,
  distribution.connectedCommunities,
  distribution.allCommunities,
]);

// Inheriting never widens: the parents are tested too.
const elementLevels: ReadonlySet<number> = new Set([...eventLevels, distribution.inheritEvent]);

function reaches(world: World, viewer: Viewer, reach: Reach, openLevels: ReadonlySet<number>): boolean {
  if (reach.distribution === distribution.sharingGroup) {
    return isGroupMember(world, viewer.organisationId, reach.sharingGroupId);
  }
  return openLevels.has(reach.distribution);
}
