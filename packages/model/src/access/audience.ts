import { distribution } from '../enumerations.ts';
import { isGroupMember, type Reach, type Row, type Viewer, type World } from './can-see.ts';

/**
 * Who may read a row, with all of its parents and settings folded in: everyone
 * on the instance; one organisation; that organisation and whoever is a
 * member of all the groups; or, while it is being handed over, that organisation
 * and the one that receives it. Site administrators are outside of it.
 */
export type Audience =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'organisation'; readonly organisationId: number }
  | {
      readonly kind: 'groups';
      readonly organisationId: number;
      /** Sorted, without repetition, never empty. */
      readonly sharingGroupIds: readonly number[];
    }
  | {
      readonly kind: 'delegated';
      readonly organisationId: number;
      readonly receiverId: number;
      /** Sorted, without repetition: groups that the receiver must belong to; empty where there are none. */
      readonly sharingGroupIds: readonly number[];
    };

/** What of an event decides who may read it. */
export interface EventReach extends Reach {
  /** The organisation that owns this copy (org_id). */
  readonly ownerId: number;
  readonly published: boolean;
  /** The organisation that is asked to take the event over, while the request is open. */
  readonly delegatedTo?: number | null;
  /** MISP.unpublishedprivate. */
  readonly unpublishedPrivate: boolean;
}

/** Audience of an event. */
export function eventAudience(event: EventReach): Audience {
  const audience = undelegatedAudience(event);
  const receiverId = event.delegatedTo ?? null;
  if (audience.kind !== 'organisation' || receiverId === null) return audience;
  return { kind: 'delegated', organisationId: event.ownerId, receiverId, sharingGroupIds: [] };
}

function undelegatedAudience(event: EventReach): Audience {
  const owner: Audience = { kind: 'organisation', organisationId: event.ownerId };
  if (event.unpublishedPrivate && !event.published) return owner;
  // An event has nothing to inherit from.
  if (event.distribution === distribution.inheritEvent) return owner;
  return childAudience({ kind: 'everyone' }, event.ownerId, event);
}

/**
 * Audience of an element inside one with audience `parent`; chain it from
 * event to object to attribute. `ownerId` is the organisation that owns the
 * event. Unknown distributions and groups that are not given leave the owner.
 */
export function childAudience(parent: Audience, ownerId: number, child: Reach): Audience {
  const owner: Audience = { kind: 'organisation', organisationId: ownerId };
  if (parent.kind === 'organisation') return parent;
  switch (child.distribution) {
    case distribution.community:
    case distribution.connectedCommunities:
    case distribution.allCommunities:
    case distribution.inheritEvent:
      return parent;
    case distribution.sharingGroup:
      return child.sharingGroupId === null ? owner : narrowToGroup(parent, ownerId, child.sharingGroupId);
    default:
      return owner;
  }
}

/** Audience of a row with everything it lies in, from the outside in. */
export function audienceOf({ event, within }: Row, unpublishedPrivate: boolean): Audience {
  return within.reduce<Audience>(
    (parent, element) => childAudience(parent, event.ownerId, element),
    eventAudience({ ...event, unpublishedPrivate }),
  );
}

function narrowToGroup(parent: Audience, organisationId: number, sharingGroupId: number): Audience {
  const outer = parent.kind === 'groups' || parent.kind === 'delegated' ? parent.sharingGroupIds : [];
  const sharingGroupIds = [...new Set([...outer, sharingGroupId])].sort((a, b) => a - b);
  if (parent.kind === 'delegated') return { ...parent, sharingGroupIds };
  return { kind: 'groups', organisationId, sharingGroupIds };
}

/** True when the viewer belongs to the audience. A group that does not exist has no members. */
export function isInAudience(world: World, viewer: Viewer, audience: Audience): boolean {
  if (viewer.isSiteAdmin || audience.kind === 'everyone') return true;
  if (audience.organisationId === viewer.organisationId) return true;
  if (audience.kind === 'organisation') return false;
  if (audience.kind === 'delegated' && audience.receiverId !== viewer.organisationId) return false;
  return audience.sharingGroupIds.every((id) => isGroupMember(world, viewer.organisationId, id));
}

/** One text for each distinct audience, to intern and compare them by. */
export function audienceKey(audience: Audience): string {
  if (audience.kind === 'everyone') return 'everyone';
  if (audience.kind === 'organisation') return `organisation ${audience.organisationId}`;
  if (audience.kind === 'delegated') {
    return `delegated ${audience.organisationId} ${audience.receiverId} ${audience.sharingGroupIds.join(' ')}`;
  }
  return `groups ${audience.organisationId} ${audience.sharingGroupIds.join(' ')}`;
}
