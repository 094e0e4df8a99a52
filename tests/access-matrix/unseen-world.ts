import {
  type ApiClient,
  type Made,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeTag,
  makeUser,
  member,
  type TestMagpie,
} from '@magpie/testkit';

/** Words of everything that is hidden: none may stand in an answer. */
export const SECRET = 'unseensecret';

/** Values that both the askers and the organisation that hides have. */
export const shared = {
  domain: 'common.example.org',
  address: '198.51.100.20',
  network: '198.51.100.0/24',
  hash: '0123456789abcdef0123456789abcdef',
  text: 'a common text',
} as const;

/** Organisations, those who ask, and what they see; nothing is hidden at first. */
export interface UnseenWorld {
  readonly magpie: TestMagpie;
  /** Hides things; its own event is for everybody. */
  readonly keeper: ApiClient;
  readonly keeperKey: string;
  readonly keeperOrganisation: Made;
  readonly third: Made;
  /** Their keys, by what they are. */
  readonly askers: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
  /** When the seen event was changed and published. */
  readonly stamps: { readonly timestamp: number; readonly published: number };
  readonly galaxyId: string;
}

/** Builds what can be seen. */
export async function makeUnseenWorld(magpie: TestMagpie): Promise<UnseenWorld> {
  const { admin } = magpie;
  const [home, keeperOrganisation, third] = [
    await makeOrganisation(admin, { name: 'Home' }),
    await makeOrganisation(admin, { name: 'Keeper' }),
    await makeOrganisation(admin, { name: 'Third' }),
  ];
  await admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
  const keeperUser = await makeUser(admin, {
    org_id: keeperOrganisation.id,
    role_id: '1',
    email: 'keeper@example.test',
  });
  const keeper = magpie.client(keeperUser.key);
  await makeUser(admin, { org_id: keeperOrganisation.id, email: `${SECRET}@example.test` });
  const asker = async (role: string) => makeUser(admin, { org_id: home.id, role_id: role });
  const [orgAdmin, user, sync] = [await asker('2'), await asker('3'), await asker('5')];
  const askers = { 'org admin': orgAdmin.key, user: user.key, sync: sync.key };
  const [owner, plain] = [magpie.client(orgAdmin.key), magpie.client(user.key)];
  const tag = await makeTag(admin, { name: 'seen:tag' });
  const galaxyId = await makeGalaxy(magpie);
  const cluster = await made(keeper, `/galaxy_clusters/add/${galaxyId}`, 'GalaxyCluster', {
    value: 'a seen cluster',
    description: 'seen',
    distribution: '3',
    GalaxyElement: [{ key: 'country', value: 'XX' }],
  });
  const event = await makeSeenEvent(keeper, 'An event of the keeper');
  const own = await makeSeenEvent(owner, 'An event of home');
  for (const made of [event, own]) {
    await keeper.post('/tags/attachTagToObject', { uuid: made.uuid, tag: 'seen:tag' });
    await keeper.post(`/galaxies/attachCluster/${made.id}/event`, { Galaxy: { target_id: cluster.id } });
  }
  const attribute = Object(member(event.body, 'Event', 'Attribute', 0));
  const ownAttribute = Object(member(own.body, 'Event', 'Attribute', 0));
  const object = await makeObject(keeper, event.id, { distribution: '5', uuid: crypto.randomUUID() });
  const report = await made(keeper, `/event_reports/add/${event.id}`, 'EventReport', {
    name: 'a seen report',
    content: `@[attribute](${attribute.uuid}) common.example.org`,
    distribution: '5',
  });
  await plain.post(`/sightings/add/${attribute.id}`, { type: '0' });
  const note = await made(owner, `/analyst_data/add/Note/${event.uuid}/Event`, 'Note', {
    note: 'a seen note',
    distribution: '1',
  });
  const collection = await made(owner, '/collections/add', 'Collection', {
    name: 'a seen collection',
    type: 'campaign',
    distribution: '1',
  });
  await keeper.post(`/events/publish/${event.id}`);
  const stored = member((await keeper.get(`/events/view/${event.id}`)).body, 'Event');
  return {
    magpie,
    keeper,
    keeperKey: keeperUser.key,
    keeperOrganisation,
    third,
    askers,
    stamps: { timestamp: Number(member(stored, 'timestamp')), published: Number(member(stored, 'publish_timestamp')) },
    galaxyId,
    names: {
      ...{ event: event.id, eventUuid: event.uuid, own: own.id, ownUuid: own.uuid },
      ...{
        attribute: String(attribute.id),
        attributeUuid: String(attribute.uuid),
        ownAttribute: String(ownAttribute.id),
      },
      ...{ object: object.id, objectUuid: object.uuid, report: report.id, reportUuid: report.uuid },
      ...{ tag: tag.id, cluster: cluster.id, clusterUuid: cluster.uuid, galaxy: galaxyId },
      ...{ note: note.id, noteUuid: note.uuid, collection: collection.id, collectionUuid: collection.uuid },
      ...{ home: home.id, keeper: keeperOrganisation.id, user: user.id, keeperUser: keeperUser.id },
    },
  };
}

function makeSeenEvent(client: ApiClient, info: string): Promise<Made> {
  const attribute = (type: string, value: string) => ({ type, value, to_ids: true, distribution: '5' });
  return makeEvent(client, {
    info,
    date: '2024-05-06',
    Attribute: [
      attribute('domain', shared.domain),
      attribute('ip-dst', shared.address),
      attribute('md5', shared.hash),
      attribute('text', shared.text),
    ],
  });
}

async function makeGalaxy({ magpie }: TestMagpie): Promise<string> {
  return magpie.database.asSystem('a galaxy for the test', async (tx) => {
    const row = await tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, version) values (gen_random_uuid(), 'Seen', 'seen', '1') returning id`,
    );
    return String(row?.id);
  });
}

/** Adds something through the API and answers its id and uuid. Throws when it is not stored. */
export async function made(client: ApiClient, path: string, wrapper: string, fields: unknown): Promise<Made> {
  const { status, body } = await client.post(path, fields);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)?.slice(0, 300)}`);
  return { id: String(member(body, wrapper, 'id')), uuid: String(member(body, wrapper, 'uuid')), body };
}
