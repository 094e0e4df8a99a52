import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
  member,
  type TestMagpie,
} from '@magpie/testkit';
import { roleFlags } from './permissions.ts';

/** Whose an element is: of `home` and private; shared by `foreign` with a group; of `foreign` and private; nobody's. */
export type Column = 'own' | 'shared' | 'foreign' | 'absent';

/** Where a stored thing belongs, seen from the viewer: to him, to a group of his, or to others. */
export const storedColumns = ['own', 'shared', 'foreign'] as const;

/** One of `storedColumns`. */
export type StoredColumn = (typeof storedColumns)[number];

/** `home` and `member` are in the sharing group, which `foreign` owns; `outsider` is not; `host` is the administrator's. */
export type OrganisationName = 'home' | 'foreign' | 'member' | 'outsider' | 'host';

/** One who asks. */
export interface Actor {
  readonly name: string;
  readonly organisation: OrganisationName | null;
  readonly flags: ReadonlySet<string>;
  readonly readOnlyKey: boolean;
  readonly client: ApiClient;
}

/** Something that an argument of a path names. `uuid` is empty where it has none. */
export interface Element {
  readonly id: string;
  readonly uuid: string;
}

/** What an argument of a path names. `attachable` is an event named by uuid, as tags and clusters are attached to. */
export type Kind = keyof typeof makers;

/** Words in what is stored, by column: an answer that has one shows that column's element. */
export const markers: Readonly<Record<StoredColumn, string>> = {
  own: 'homesecret',
  shared: 'groupsecret',
  foreign: 'foreignsecret',
};

/** Organisations, their users and one set of elements that must come out of the refused requests unchanged. */
export interface World {
  readonly magpie: TestMagpie;
  readonly organisations: Readonly<Record<Exclude<OrganisationName, 'host'>, Made>>;
  readonly actors: readonly Actor[];
  /** Adds elements for an organisation; not one of the actors, so that "my own" never means more than "of my organisation". */
  readonly owners: Readonly<Record<StoredColumn, ApiClient>>;
  readonly ownerIds: Readonly<Record<StoredColumn, string>>;
  readonly group: Made;
  readonly containers: Readonly<Record<StoredColumn, Made>>;
  /** A tag that everybody may set. */
  readonly tag: Made;
  /** A galaxy, and the tag of a cluster in it that everybody may attach. */
  readonly galaxyId: string;
  readonly clusterId: string;
  readonly clusterUuid: string;
  /** A decaying model that everybody may use. */
  readonly modelId: string;
  /** By id and uuid of an event or a report of the victims: an entry in its history. */
  readonly entries: ReadonlyMap<string, string>;
  readonly victims: ReadonlyMap<Kind, Readonly<Record<StoredColumn, Element>>>;
}

type Scene = Omit<World, 'victims' | 'actors' | 'entries'>;

/** Builds the world. */
export async function makeWorld(magpie: TestMagpie): Promise<World> {
  const { admin } = magpie;
  await spreadIds(magpie);
  const organisations = {
    home: await makeOrganisation(admin),
    foreign: await makeOrganisation(admin),
    member: await makeOrganisation(admin),
    outsider: await makeOrganisation(admin),
  };
  const orgAdmin = (organisation: Made) => makeUser(admin, { org_id: organisation.id, role_id: '2' });
  const homeOwner = await orgAdmin(organisations.home);
  const foreignOwner = await orgAdmin(organisations.foreign);
  const memberOwner = await orgAdmin(organisations.member);
  const owners = {
    own: magpie.client(homeOwner.key),
    shared: magpie.client(foreignOwner.key),
    foreign: magpie.client(foreignOwner.key),
  };
  const members = [organisations.foreign, organisations.home, organisations.member].map(({ uuid }) => uuid);
  const group = await makeSharingGroup(owners.foreign, [members[0] ?? '']);
  for (const uuid of members.slice(1)) await admin.post('/sharing_groups/addOrg', { sg_id: group.id, org_uuid: uuid });
  const container = (column: StoredColumn) => makeEvent(owners[column], eventFields(column, group));
  const scene: Scene = {
    magpie,
    organisations,
    owners,
    ownerIds: { own: homeOwner.id, shared: memberOwner.id, foreign: foreignOwner.id },
    group,
    tag: await makeTag(admin),
    ...(await makeGalaxy(magpie)),
    modelId: await makeModel(admin),
    containers: { own: await container('own'), shared: await container('shared'), foreign: await container('foreign') },
  };
  const victims = new Map<Kind, Record<StoredColumn, Element>>();
  for (const kind of kinds) victims.set(kind, await eachColumn((column) => makers[kind](scene, column)));
  return {
    ...scene,
    actors: await makeActors(magpie, organisations),
    victims,
    entries: await findEntries(admin, victims),
  };
}

/** The newest entry in the history of each event and report that no request changes. */
async function findEntries(admin: ApiClient, victims: World['victims']): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  for (const [kind, path] of [
    ['event', '/history/element/event'],
    ['report', '/event_reports/versions'],
  ] as const) {
    for (const { id, uuid } of Object.values(victims.get(kind) ?? {})) {
      const { body } = await admin.get(`${path}/${id}`);
      const entry = String(member(body, 0, 'AuditLog', 'id'));
      entries.set(id, entry).set(uuid, entry);
    }
  }
  return entries;
}

async function makeModel(admin: ApiClient): Promise<string> {
  const parameters = { lifetime: 30, decay_speed: 2, threshold: 30, default_base_score: 80, base_score_config: {} };
  const fields = { name: 'Matrix', description: 'a model', formula: 'Polynomial', all_orgs: true, parameters };
  const { body } = await admin.post('/decayingModel/add', { DecayingModel: fields });
  return String(member(body, 'data', 'DecayingModel', 'id'));
}

/** Lets the ids of every table begin elsewhere, so that no id of one thing is by chance one of another. */
async function spreadIds({ magpie }: TestMagpie): Promise<void> {
  await magpie.database.asSystem('spread ids for the access matrix', async (tx) => {
    await tx.query(
      `select setval(format('%I.%I', schemaname, sequencename)::regclass, 10000 * row_number() over (order by sequencename))
       from pg_sequences where schemaname = current_schema()`,
    );
  });
}

/** The public libraries are not part of this repository, so the world has a little one of its own. */
async function makeGalaxy(magpie: TestMagpie): Promise<Pick<World, 'galaxyId' | 'clusterId' | 'clusterUuid'>> {
  const galaxyId = await magpie.magpie.database.asSystem('a galaxy for the access matrix', async (tx) => {
    const row = await tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, version) values (gen_random_uuid(), 'Matrix', 'matrix', '1') returning id`,
    );
    return String(row?.id);
  });
  const fields = { value: 'public cluster', description: 'a cluster', distribution: '3' };
  const cluster = await made(magpie.admin, `/galaxy_clusters/add/${galaxyId}`, 'GalaxyCluster', fields);
  return { galaxyId, clusterId: cluster.id, clusterUuid: cluster.uuid };
}

async function makeActors(magpie: TestMagpie, organisations: World['organisations']): Promise<Actor[]> {
  const actor = async (name: string, organisation: Exclude<OrganisationName, 'host'>, role: string): Promise<Actor> => {
    const user = await makeUser(magpie.admin, { org_id: organisations[organisation].id, role_id: role });
    return {
      name,
      organisation,
      flags: roleFlags[role] ?? new Set(),
      readOnlyKey: false,
      client: magpie.client(user.key),
    };
  };
  const nobody = { organisation: null, flags: new Set<string>(), readOnlyKey: false };
  const user = await actor('user', 'home', '3');
  const key = await user.client.post('/auth_keys/add/me', { read_only: true });
  return [
    { name: 'anonymous', ...nobody, client: magpie.client(null) },
    await actor('read only', 'home', '6'),
    {
      name: 'read-only key',
      organisation: 'home',
      flags: roleFlags[6] ?? new Set(),
      readOnlyKey: true,
      client: magpie.client(String(member(key.body, 'AuthKey', 'authkey_raw'))),
    },
    user,
    await actor('publisher', 'home', '4'),
    await actor('org admin', 'home', '2'),
    await actor('sync', 'home', '5'),
    await actor('foreign user', 'foreign', '3'),
    await actor('group member', 'member', '3'),
    await actor('non-member', 'outsider', '3'),
    {
      name: 'site admin',
      organisation: 'host',
      flags: roleFlags[1] ?? new Set(),
      readOnlyKey: false,
      client: magpie.admin,
    },
  ];
}

async function eachColumn<T>(make: (column: StoredColumn) => Promise<T>): Promise<Record<StoredColumn, T>> {
  return { own: await make('own'), shared: await make('shared'), foreign: await make('foreign') };
}

/** The element of a kind and column that no request may change. */
export function victimOf(world: World, kind: Kind, column: StoredColumn): Element {
  const element = world.victims.get(kind)?.[column];
  if (element === undefined) throw new Error(`the world has no ${kind}`);
  return element;
}

function eventFields(column: StoredColumn, group: Made): Record<string, unknown> {
  const attributes = [{ type: 'text', value: unique(column) }];
  return { info: `An event ${markers[column]}`, ...sharingOf(column, group), Attribute: attributes };
}

function sharingOf(column: StoredColumn, group: Made): Record<string, string> {
  return column === 'shared' ? { distribution: '4', sharing_group_id: group.id } : { distribution: '0' };
}

function fileFields(column: StoredColumn): Record<string, string> {
  const value = `${unique(column).replace(' ', '-')}.txt`;
  const data = Buffer.from(markers[column]).toString('base64');
  return { type: 'attachment', category: 'Payload delivery', value, data };
}

function pictureFields(column: StoredColumn): Record<string, string> {
  const data = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');
  return { ...fileFields(column), value: `${unique(column).replace(' ', '-')}.png`, data };
}

function unique(column: StoredColumn): string {
  return `${markers[column]} ${crypto.randomUUID()}`;
}

type Maker = (scene: Scene, column: StoredColumn) => Promise<Element>;

const makeAnEvent: Maker = ({ owners, group }, column) => makeEvent(owners[column], eventFields(column, group));

const makeAnObject: Maker = ({ owners, containers }, column) =>
  makeObject(owners[column], containers[column].id, {
    distribution: '5',
    Attribute: [{ object_relation: 'filename', type: 'filename', value: unique(column) }],
  });

/** A user of the column's organisation; of `member` where it is "shared", since users are shared with nobody. */
const makeAUser: Maker = ({ magpie, organisations }, column) => {
  const organisation = { own: 'home', shared: 'member', foreign: 'foreign' } as const;
  return makeUser(magpie.admin, { org_id: organisations[organisation[column]].id });
};

/** How an element of each kind is made. */
const makers = {
  event: makeAnEvent,
  attachable: makeAnEvent,
  publishedEvent: async (scene, column) => {
    const event = await makeAnEvent(scene, column);
    await scene.owners[column].post(`/events/publish/${event.id}/disable_background_processing:1`);
    return event;
  },
  attribute: ({ owners, containers }, column) =>
    makeAttribute(owners[column], containers[column].id, { value: unique(column) }),
  object: makeAnObject,
  reference: async (scene, column) => {
    const [from, to] = [await makeAnObject(scene, column), await makeAnObject(scene, column)];
    const fields = { referenced_uuid: to.uuid, relationship_type: 'related-to' };
    return made(scene.owners[column], `/objectReferences/add/${from.id}`, 'ObjectReference', fields);
  },
  report: ({ owners, containers }, column) =>
    made(owners[column], `/event_reports/add/${containers[column].id}`, 'EventReport', {
      name: unique(column),
      content: unique(column),
      distribution: '5',
    }),
  group: async ({ magpie, owners, organisations }, column) => {
    const owner = column === 'own' ? organisations.home : organisations.foreign;
    const group = await makeSharingGroup(owners[column], [owner.uuid], { name: unique(column) });
    if (column === 'shared') {
      for (const { uuid } of [organisations.home, organisations.member]) {
        await magpie.admin.post('/sharing_groups/addOrg', { sg_id: group.id, org_uuid: uuid });
      }
    }
    return group;
  },
  tag: ({ magpie, organisations }, column) => {
    const owner = { own: organisations.home.id, shared: '0', foreign: organisations.foreign.id };
    const name = column === 'shared' ? `public tag ${crypto.randomUUID()}` : unique(column);
    return makeTag(magpie.admin, { name, org_id: owner[column] });
  },
  collection: ({ owners, group }, column) =>
    made(owners[column], '/collections/add', 'Collection', {
      name: unique(column),
      description: 'a collection',
      type: 'campaign',
      ...sharingOf(column, group),
    }),
  tagCollection: async ({ owners }, column) => {
    const isPublic = column === 'shared';
    const name = isPublic ? `public collection ${crypto.randomUUID()}` : unique(column);
    return made(owners[column], '/tag_collections/add', 'TagCollection', { name, all_orgs: isPublic });
  },
  cluster: ({ owners, group, galaxyId }, column) =>
    made(owners[column], `/galaxy_clusters/add/${galaxyId}`, 'GalaxyCluster', {
      value: unique(column),
      description: 'a cluster',
      ...sharingOf(column, group),
    }),
  fork: ({ owners, group, galaxyId, clusterUuid }, column) =>
    made(owners[column], `/galaxy_clusters/add/${galaxyId}`, 'GalaxyCluster', {
      value: unique(column),
      description: 'a fork',
      extends_uuid: clusterUuid,
      ...sharingOf(column, group),
    }),
  note: ({ owners, containers, group }, column) =>
    made(owners[column], `/analyst_data/add/Note/${containers[column].uuid}/Event`, 'Note', {
      note: unique(column),
      ...sharingOf(column, group),
    }),
  proposal: ({ owners, containers }, column) =>
    made(owners[column], `/shadow_attributes/add/${containers[column].id}`, 'ShadowAttribute', {
      type: 'text',
      category: 'Other',
      value: unique(column),
    }),
  attachedProposal: ({ owners, containers }, column) =>
    made(owners[column], `/shadow_attributes/add/${containers[column].id}`, 'ShadowAttribute', fileFields(column)),
  picturedProposal: ({ owners, containers }, column) =>
    made(owners[column], `/shadow_attributes/add/${containers[column].id}`, 'ShadowAttribute', pictureFields(column)),
  picture: ({ owners, containers }, column) =>
    makeAttribute(owners[column], containers[column].id, pictureFields(column)),
  sighting: async ({ owners, containers }, column) => {
    const attribute = await makeAttribute(owners[column], containers[column].id, { value: unique(column) });
    return made(owners[column], `/sightings/add/${attribute.id}`, 'Sighting', { type: '0' });
  },
  attachment: ({ owners, containers }, column) =>
    makeAttribute(owners[column], containers[column].id, fileFields(column)),
  user: makeAUser,
  key: async (scene, column) => {
    const user = await makeAUser(scene, column);
    const key = await scene.magpie.admin.post(`/auth_keys/add/${user.id}`, { comment: markers[column] });
    return { id: String(member(key.body, 'AuthKey', 'id')), uuid: '' };
  },
  role: async ({ magpie }) => {
    const fields = { name: crypto.randomUUID(), permission: '0' };
    return { ...(await made(magpie.admin, '/admin/roles/add', 'Role', fields)), uuid: '' };
  },
  organisation: ({ magpie }) => makeOrganisation(magpie.admin),
} satisfies Record<string, Maker>;

/** Every kind of thing that the world can make. */
export const kinds = Object.keys(makers).filter(isKind);

function isKind(name: string): name is Kind {
  return Object.hasOwn(makers, name);
}

/** An element of its own for a request that may change or delete it. */
export function makeThrowAway(world: World, kind: Kind, column: StoredColumn): Promise<Element> {
  return makers[kind](world, column);
}

async function made(client: ApiClient, path: string, wrapper: string, fields: unknown): Promise<Element> {
  const { status, body } = await client.post(path, fields);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)?.slice(0, 300)}`);
  const element = member(body, wrapper);
  const uuid = typeof element === 'object' && element !== null && 'uuid' in element ? String(element.uuid) : '';
  return { id: String(member(body, wrapper, 'id')), uuid };
}
