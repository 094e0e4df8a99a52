/**
 * Translates what differs between the recorded instance and the one under test without meaning anything: numeric ids
 * that depend on the order of insertion, generated uuids and keys. Translations are learnt from pairs of answers.
 */
export class Identities {
  readonly #ids = new Map<string, Map<string, string>>();
  readonly #taken = new Map<string, Set<string>>();
  readonly #uuids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** The id in the instance under test, or undefined while it is not known. */
  id(kind: string, recorded: string): string | undefined {
    return this.#ids.get(kind)?.get(recorded);
  }

  /** Notes that `recorded` of a kind is `actual` here. Returns false where it contradicts what is known. */
  learnId(kind: string, recorded: string, actual: string): boolean {
    const known = this.id(kind, recorded);
    if (known !== undefined) return known === actual;
    const taken = this.#taken.get(kind) ?? new Set<string>();
    if (taken.has(actual)) return false;
    taken.add(actual);
    this.#taken.set(kind, taken);
    const ids = this.#ids.get(kind) ?? new Map<string, string>();
    ids.set(recorded, actual);
    this.#ids.set(kind, ids);
    return true;
  }

  /** Notes that the generated uuid `recorded` is `actual` here. Returns false where it contradicts what is known. */
  learnUuid(recorded: string, actual: string): boolean {
    const known = this.#uuids.get(recorded);
    if (known !== undefined) return known === actual;
    this.#uuids.set(recorded, actual);
    return true;
  }

  uuid(recorded: string): string {
    return this.#uuids.get(recorded) ?? recorded;
  }

  setKey(name: string, key: string): void {
    this.#keys.set(name, key);
  }

  key(name: string): string | undefined {
    return this.#keys.get(name);
  }

  /** True where some kind of thing with the recorded number has the actual number here. */
  couldBe(recorded: string, actual: string): boolean {
    for (const ids of this.#ids.values()) if (ids.get(recorded) === actual) return true;
    return false;
  }
}

const parentKinds: Readonly<Record<string, string>> = {
  Org: 'Organisation',
  Orgc: 'Organisation',
  RemoteOrg: 'Organisation',
  RequesterOrg: 'Organisation',
  sync_org: 'Organisation',
  RelatedAttribute: 'Attribute',
};

const fieldKinds: Readonly<Record<string, string>> = {
  event_id: 'Event',
  eventid: 'Event',
  source_id: 'Event',
  '1_event_id': 'Event',
  object_id: 'Object',
  '1_object_id': 'Object',
  attribute_id: 'Attribute',
  '1_attribute_id': 'Attribute',
  org_id: 'Organisation',
  orgc_id: 'Organisation',
  event_org_id: 'Organisation',
  organisation_id: 'Organisation',
  remote_org_id: 'Organisation',
  requester_org_id: 'Organisation',
  restrict_to_org_id: 'Organisation',
  exposed_to_org: 'Organisation',
  orgId: 'Organisation',
  sharing_group_id: 'SharingGroup',
  sharinggroup: 'SharingGroup',
  sg_id: 'SharingGroup',
  user_id: 'User',
  sync_user_id: 'User',
  invited_by: 'User',
  role_id: 'Role',
  tag_id: 'Tag',
  event_tag_id: 'EventTag',
  attribute_tag_id: 'AttributeTag',
  taxonomy_id: 'Taxonomy',
  taxonomy_predicate_id: 'TaxonomyPredicate',
  galaxy_id: 'Galaxy',
  galaxy_cluster_id: 'GalaxyCluster',
  referenced_galaxy_cluster_id: 'GalaxyCluster',
  galaxy_cluster_relation_id: 'GalaxyClusterRelation',
  object_template_id: 'ObjectTemplate',
  selectedTemplateId: 'ObjectTemplate',
  warninglist_id: 'Warninglist',
  noticelist_id: 'Noticelist',
  tag_collection_id: 'TagCollection',
  decayingModel: 'DecayingModel',
  server_id: 'Server',
};

const controllerKinds: Readonly<Record<string, string>> = {
  analystdata: 'Note',
  attributes: 'Attribute',
  authkeys: 'AuthKey',
  bookmarks: 'Bookmark',
  collections: 'Collection',
  correlationexclusions: 'CorrelationExclusion',
  decayingmodel: 'DecayingModel',
  decayingmodelmapping: 'DecayingModel',
  eventdelegations: 'EventDelegation',
  eventgraph: 'EventGraph',
  eventreports: 'EventReport',
  events: 'Event',
  feeds: 'Feed',
  galaxies: 'Galaxy',
  galaxyclusters: 'GalaxyCluster',
  galaxyclusterrelations: 'GalaxyClusterRelation',
  jobs: 'Job',
  news: 'News',
  noticelists: 'Noticelist',
  objectreferences: 'ObjectReference',
  objects: 'Object',
  objecttemplates: 'ObjectTemplate',
  organisations: 'Organisation',
  roles: 'Role',
  servers: 'Server',
  shadowattributes: 'ShadowAttribute',
  sharinggroups: 'SharingGroup',
  sightings: 'Sighting',
  tagcollections: 'TagCollection',
  tags: 'Tag',
  taxonomies: 'Taxonomy',
  users: 'User',
  usersettings: 'UserSetting',
  warninglists: 'Warninglist',
};

/** What kind of thing a path's controller serves: `/admin/users/edit/3` → `User`. */
export function controllerKind(path: string): string {
  const segments =
    path
      .split('?')[0]
      ?.split('/')
      .filter((segment) => segment !== '' && segment !== 'admin') ?? [];
  const name = (segments[0] ?? '')
    .replace(/\.\w+$/, '')
    .replaceAll('_', '')
    .toLowerCase();
  return controllerKinds[name] ?? name;
}

/**
 * Kind of thing that a field of an answer or body names by number, or undefined for ordinary values.
 * @param parent name of the nearest enclosing key, or the controller's kind at the root
 */
export function idKind(field: string, parent: string): string | undefined {
  if (field === 'id') return parentKinds[parent] ?? parent;
  // In logs it is the id of whatever the entry is about.
  if (field === 'model_id') return parent === 'DecayingModelMapping' ? 'DecayingModel' : undefined;
  if (field === 'org' || field === 'Event.orgc_id') return 'Organisation';
  return fieldKinds[field];
}
