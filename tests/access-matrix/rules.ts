import type { Operation } from '@magpie/server/http/operation';
import { demandOf, meets } from './permissions.ts';
import type { Actor, Column, Kind, OrganisationName, StoredColumn } from './world.ts';

/** What an answer must be. */
export type Expectation =
  /** Not signed in. */
  | 'login'
  /** The role or the key is not allowed the action. */
  | 'acl'
  /** As if there were no such element. */
  | 'hidden'
  /** Visible, but not to be changed by this one. */
  | 'refused'
  | 'ok';

/** The names that operations give to arguments of kinds in the world; those of one operation or controller come first. */
const argumentKinds: Readonly<Record<string, Kind>> = {
  'attributes.download.attribute': 'attachment',
  'attributes.viewPicture.attribute': 'picture',
  'shadow_attributes.download.proposal': 'attachedProposal',
  'shadow_attributes.viewPicture.proposal': 'picturedProposal',
  'analyst_data.key': 'note',
  'sightings.id': 'attribute',
  'feed.uuid': 'publishedEvent',
  'galaxy_clusters.updateCluster.cluster': 'fork',
  'galaxy_clusters.updateCluster_form.cluster': 'fork',
  'history.element': 'event',
  event: 'event',
  attribute: 'attribute',
  object: 'object',
  reference: 'reference',
  report: 'report',
  group: 'group',
  tag: 'tag',
  user: 'user',
  key: 'key',
  role: 'role',
  organisation: 'organisation',
  'tag_collections.collection': 'tagCollection',
  collection: 'collection',
  cluster: 'cluster',
  proposal: 'proposal',
  sighting: 'sighting',
  uuid: 'attachable',
  target: 'event',
};

/** Arguments that name no element, or that MISP reads as a wish that falls back to the caller's own. */
const withoutElement = new Set([
  'users.edit',
  'user_settings.setSetting',
  'user_settings.getSetting',
  'servers.queryACL',
  'analyst_data.getRelatedElement',
  'event_graph.viewPicture',
  'cryptographic_keys.view',
  'cryptographic_keys.delete',
]);

/** The argument of the path that names an element of a kind in the world: the first such. */
export function elementArgument({ name, path }: Operation): { argument: string; kind: Kind } | null {
  if (withoutElement.has(name)) return null;
  const controller = name.split('.')[0];
  for (const [, argument = ''] of path.matchAll(/\{(\w+)\??\}/g)) {
    const kind =
      argumentKinds[`${name}.${argument}`] ?? argumentKinds[`${controller}.${argument}`] ?? argumentKinds[argument];
    if (kind !== undefined) return { argument, kind };
  }
  return null;
}

/** The kind of element that an operation is about, where the world has such. */
export function kindOf(operation: Operation): Kind | null {
  return elementArgument(operation)?.kind ?? null;
}

const readers: Readonly<Record<StoredColumn, readonly OrganisationName[]>> = {
  own: ['home'],
  shared: ['home', 'foreign', 'member'],
  foreign: ['foreign'],
};

const owner: Readonly<Record<StoredColumn, OrganisationName>> = { own: 'home', shared: 'foreign', foreign: 'foreign' };

/** Users are of organisations alone: the "shared" one is of the group's other member. */
const userOrganisation: Readonly<Record<StoredColumn, OrganisationName>> = { ...owner, shared: 'member' };

function sees(name: string, kind: Kind, actor: Actor, column: StoredColumn): boolean {
  if (actor.flags.has('site_admin')) return true;
  switch (kind) {
    case 'role':
    case 'organisation':
      return true;
    case 'tag':
    case 'tagCollection':
      return column === 'shared' || isOf(actor, [owner[column]]);
    case 'user':
    case 'key':
      // A profile is for oneself and site administrators; the rest is for the organisation's administrators too.
      return !/^users\.view/.test(name) && actor.flags.has('admin') && isOf(actor, [userOrganisation[column]]);
    case 'sighting':
      // By the default policy: one's own, and those on one's own events.
      return isOf(actor, [owner[column]]);
    default:
      return isOf(actor, readers[column]);
  }
}

type Right = 'see' | 'own' | 'modify' | 'publish' | 'site admin';

/** Rights other than the usual: reading what one sees, changing what one may modify. */
const rights: Readonly<Record<string, Right>> = {
  'events.publish': 'publish',
  'events.alert': 'publish',
  'events.contact': 'see',
  'events.removeEventLock': 'see',
  'events.publishSightings': 'see',
  // Without the right to change the event it makes proposals.
  'events.freeTextImport': 'see',
  'events.saveFreeText': 'see',
  // Without the setting that lets others do so.
  'events.toggleCorrelation': 'site admin',
  'attributes.toggleCorrelation': 'site admin',
  'shadow_attributes.add': 'see',
  'shadow_attributes.add_attachment': 'see',
  'shadow_attributes.edit': 'see',
  'shadow_attributes.delete': 'see',
  'sightings.add': 'see',
  'sightings.advanced': 'see',
  'sightings.quickAdd': 'see',
  'sightings.bulkSaveSightings': 'see',
  'galaxy_clusters.publish': 'publish',
  'galaxy_clusters.updateCluster_form': 'own',
  // A post on an event is a note of its own.
  'posts.add': 'see',
  // What is pushed are proposals, which everybody makes on what he sees.
  'events.pushProposals': 'see',
};

const kindRights: Readonly<Partial<Record<Kind, Right>>> = {
  group: 'own',
  collection: 'own',
  tagCollection: 'own',
  cluster: 'own',
  fork: 'own',
  note: 'own',
  sighting: 'own',
  tag: 'see',
  user: 'see',
  key: 'see',
  role: 'see',
  organisation: 'see',
};

function may(operation: Operation, kind: Kind, actor: Actor, column: StoredColumn): boolean {
  const right = rights[operation.name] ?? (operation.effect === 'read' ? 'see' : (kindRights[kind] ?? 'modify'));
  if (right === 'see' || actor.flags.has('site_admin')) return true;
  if (!isOf(actor, [owner[column]])) return false;
  if (right === 'modify') return actor.flags.has('modify_org');
  if (right === 'publish') return actor.flags.has('publish');
  return right === 'own';
}

function isOf(actor: Actor, organisations: readonly OrganisationName[]): boolean {
  return actor.organisation !== null && organisations.includes(actor.organisation);
}

/** What the operation must answer the actor for an element of the column; null where it names none. */
export function expectation(operation: Operation, actor: Actor, column: Column | null): Expectation {
  const demand = demandOf(operation.name);
  if (demand !== 'public') {
    if (actor.organisation === null) return 'login';
    if (!meets(actor.flags, demand)) return 'acl';
    if (operation.effect === 'write' && actor.readOnlyKey) return 'acl';
  }
  const kind = kindOf(operation);
  if (kind === null || column === null) return 'ok';
  if (column === 'absent' || !sees(operation.name, kind, actor, column)) return 'hidden';
  return may(operation, kind, actor, column) ? 'ok' : 'refused';
}

/** True when an element of the column must not show in any answer to the actor. */
export function mustNotShow(actor: Actor, column: StoredColumn): boolean {
  return !actor.flags.has('site_admin') && !isOf(actor, readers[column]);
}
