import { canSee, type Reach, type Row, type World } from '@magpie/model';
import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** One element of the world: where it lies, and the value that only it has. */
interface Element {
  kind: 'Event' | 'Attribute' | 'Object' | 'EventReport';
  uuid: string;
  row: Row;
  eventUuid: string;
  value: string;
  /** Attributes: of the object they are in. */
  objectUuid?: string;
}

interface Reader {
  client: ApiClient;
  organisationId: number;
  isSiteAdmin: boolean;
}

const EVENT_LEVELS = [0, 1, 2, 3, 4];
const ELEMENT_LEVELS = [0, 1, 2, 3, 4, 5];

let magpie: TestMagpie;
let world: World;
let readers: Record<string, Reader>;
const elements: Element[] = [];

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const [alpha, beta, gamma] = [
    await makeOrganisation(admin),
    await makeOrganisation(admin),
    await makeOrganisation(admin),
  ];
  const reader = async (organisation: Made, role: string): Promise<Reader> => ({
    client: await magpie.user(organisation, role),
    organisationId: Number(organisation.id),
    isSiteAdmin: false,
  });
  readers = {
    owner: await reader(alpha, '2'),
    'reader of the owner organisation': await reader(alpha, '6'),
    'group member': await reader(beta, '3'),
    'member for synchronisation': await reader(beta, '5'),
    stranger: await reader(gamma, '3'),
    'administrator of a strange organisation': await reader(gamma, '2'),
    'site administrator': { client: admin, organisationId: 1, isSiteAdmin: true },
  };
  const owner = readers.owner?.client ?? admin;
  const group = await makeSharingGroup(owner, [alpha.uuid, beta.uuid]);
  world = {
    sharingGroups: new Map([
      [Number(group.id), { organisationIds: new Set([Number(alpha.id), Number(beta.id)]), allOrganisations: false }],
    ]),
    unpublishedPrivate: false,
  };
  for (const level of EVENT_LEVELS) await storeEvent(owner, level, Number(alpha.id), group.id);
});

afterAll(() => magpie.stop());

async function storeEvent(client: ApiClient, level: number, ownerId: number, groupId: string): Promise<void> {
  const eventUuid = crypto.randomUUID();
  const reachOf = (distribution: number): Reach => ({
    distribution,
    sharingGroupId: distribution === 4 ? Number(groupId) : null,
  });
  const event = { ...reachOf(level), ownerId, published: false };
  const note = (kind: Element['kind'], within: Reach[], objectUuid?: string) => {
    const element = {
      kind,
      uuid: crypto.randomUUID(),
      row: { event, within },
      eventUuid,
      value: `v${elements.length}x`,
    };
    elements.push(objectUuid === undefined ? element : { ...element, objectUuid });
    return element;
  };
  const wire = (distribution: number) => ({ distribution: String(distribution), sharing_group_id: groupId });
  const attribute = (distribution: number, within: Reach[], objectUuid?: string) => {
    const { uuid, value } = note('Attribute', [...within, reachOf(distribution)], objectUuid);
    return {
      uuid,
      value,
      type: 'text',
      object_relation: 'text',
      ...wire(distribution),
      Tag: [{ name: `tag:${value}` }],
    };
  };
  elements.push({ kind: 'Event', uuid: eventUuid, row: { event, within: [] }, eventUuid, value: `info of ${level}` });
  await makeEvent(client, {
    uuid: eventUuid,
    info: `info of ${level}`,
    ...wire(level),
    Attribute: ELEMENT_LEVELS.map((each) => attribute(each, [])),
    Object: ELEMENT_LEVELS.map((each) => {
      const object = note('Object', [reachOf(each)]);
      return {
        uuid: object.uuid,
        name: 'annotation',
        'meta-category': 'misc',
        description: 'd',
        template_uuid: '5d8dc046-15a1-4ca3-a09f-ed4ede7c4487',
        template_version: '1',
        ...wire(each),
        Attribute: ELEMENT_LEVELS.map((inner) => attribute(inner, [reachOf(each)], object.uuid)),
      };
    }),
    EventReport: ELEMENT_LEVELS.map((each) => {
      const { uuid, value } = note('EventReport', [reachOf(each)]);
      return { uuid, name: value, content: value, ...wire(each) };
    }),
  });
}

function visible(reader: Reader, kind: Element['kind']): Element[] {
  return elements.filter((element) => element.kind === kind && canSee(world, reader, element.row));
}

const uuidsOf = (list: readonly Element[]) => list.map(({ uuid }) => uuid).sort();

/** Every uuid under `key`, at any depth, sorted. */
function collect(value: unknown, key: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown, under: string): void => {
    if (Array.isArray(node)) for (const item of node) walk(item, under);
    else if (typeof node === 'object' && node !== null) {
      if (under === key && 'uuid' in node) found.push(String(node.uuid));
      for (const [name, item] of Object.entries(node)) walk(item, name);
    }
  };
  walk(value, '');
  return [...new Set(found)].sort();
}

/** Every eleventh of many, so that each level of event, object and attribute is among them. */
function sample(list: readonly Element[]): Element[] {
  return list.length < 40 ? [...list] : list.filter((_element, index) => index % 11 === 0);
}

/** Objects without any visible attribute are left out of an event. */
function shownObjects(reader: Reader): Element[] {
  const filled = new Set(visible(reader, 'Attribute').map(({ objectUuid }) => objectUuid));
  return visible(reader, 'Object').filter(({ uuid }) => filled.has(uuid));
}

const names = [
  'owner',
  'reader of the owner organisation',
  'group member',
  'member for synchronisation',
  'stranger',
  'administrator of a strange organisation',
  'site administrator',
];

describe.each(names)('the %s', (name) => {
  let reader: Reader;
  beforeAll(() => {
    const found = readers[name];
    if (found === undefined) throw new Error(`no reader ${name}`);
    reader = found;
  });

  it('opens exactly the events it may see, with exactly the parts it may see', async () => {
    for (const event of elements.filter(({ kind }) => kind === 'Event')) {
      const mine = (list: readonly Element[]) => uuidsOf(list.filter((each) => each.eventUuid === event.uuid));
      const answer = await reader.client.get(`/events/view/${event.uuid}`);
      expect(answer.status).toBe(canSee(world, reader, event.row) ? 200 : 404);
      expect((await reader.client.head(`/events/view/${event.uuid}`)).status).toBe(answer.status);
      if (answer.status !== 200) continue;
      expect(collect(answer.body, 'Attribute')).toEqual(mine(visible(reader, 'Attribute')));
      expect(collect(answer.body, 'Object')).toEqual(mine(shownObjects(reader)));
      expect(collect(answer.body, 'EventReport')).toEqual(mine(visible(reader, 'EventReport')));
      const count = Number(member(answer.body, 'Event', 'attribute_count'));
      expect(count).toBe(mine(visible(reader, 'Attribute')).length);
    }
  });

  it('finds exactly what it may see by every search', async () => {
    const search = async (path: string, body: object = {}) => (await reader.client.post(path, body)).body;
    const all = { returnFormat: 'json' };
    expect(collect(await search('/attributes/restSearch', all), 'Attribute')).toEqual(
      uuidsOf(visible(reader, 'Attribute')),
    );
    const events = await search('/events/restSearch', all);
    expect(collect(events, 'Event')).toEqual(uuidsOf(visible(reader, 'Event')));
    expect(collect(events, 'Attribute')).toEqual(uuidsOf(visible(reader, 'Attribute')));
    const objects = await search('/objects/restSearch', all);
    expect(collect(objects, 'Object')).toEqual(uuidsOf(shownObjects(reader)));
    expect(collect(await search('/eventReports/index'), 'EventReport')).toEqual(
      uuidsOf(visible(reader, 'EventReport')),
    );
  });

  it('lists exactly the events it may see, with the counts of what it may see', async () => {
    const { body } = await reader.client.post('/events/index', {});
    const rows = Object.fromEntries(
      (body as { uuid: string; attribute_count: string }[]).map((row) => [row.uuid, Number(row.attribute_count)]),
    );
    const counts = Object.fromEntries(visible(reader, 'Event').map(({ uuid }) => [uuid, 0]));
    for (const { eventUuid } of visible(reader, 'Attribute')) counts[eventUuid] = (counts[eventUuid] ?? 0) + 1;
    expect(rows).toEqual(counts);
  });

  it('counts in statistics only what it may see', async () => {
    const { body } = await reader.client.get('/attributes/attributeStatistics/type');
    const shown = visible(reader, 'Attribute').length;
    expect(Number(member({ text: 0, ...(body as object) }, 'text'))).toBe(shown);
  });

  it('counts the uses of tags only where it sees them', async () => {
    const shown = new Set(uuidsOf(visible(reader, 'Attribute')));
    const { body } = await reader.client.get('/tags/index/limit:1000');
    const counts = new Map(
      (member(body, 'Tag') as { name: string; attribute_count: number }[]).map((tag) => [
        tag.name,
        tag.attribute_count,
      ]),
    );
    for (const { uuid, value } of elements.filter(({ kind }) => kind === 'Attribute')) {
      expect({ value, count: Number(counts.get(`tag:${value}`)) }).toEqual({ value, count: shown.has(uuid) ? 1 : 0 });
    }
    const statistics = member((await reader.client.get('/tags/tagStatistics')).body, 'tags') as Record<string, number>;
    const counted = Object.values(statistics).reduce((sum, count) => sum + Number(count), 0);
    expect(counted).toBeLessThanOrEqual(shown.size);
  });

  it('cannot find, count or infer a value, tag or uuid it may not see', async () => {
    const shown = new Set(uuidsOf(visible(reader, 'Attribute')));
    for (const { uuid, value, eventUuid } of sample(elements.filter(({ kind }) => kind === 'Attribute'))) {
      const isShown = shown.has(uuid);
      for (const filter of [{ value }, { tags: [`tag:${value}`] }, { uuid }, { searchall: value }]) {
        const answer = await reader.client.post('/attributes/restSearch', { returnFormat: 'json', ...filter });
        expect({ filter, found: collect(answer.body, 'Attribute') }).toEqual({ filter, found: isShown ? [uuid] : [] });
      }
      for (const filter of [{ value }, { tags: [`tag:${value}`] }]) {
        const answer = await reader.client.post('/events/restSearch', { returnFormat: 'json', metadata: 1, ...filter });
        expect({ filter, found: collect(answer.body, 'Event') }).toEqual({ filter, found: isShown ? [eventUuid] : [] });
      }
    }
  });

  it('opens exactly the attributes, objects and reports it may see', async () => {
    const pages = {
      Attribute: '/attributes/view',
      Object: '/objects/view',
      EventReport: '/eventReports/view',
    } as const;
    for (const [kind, path] of Object.entries(pages)) {
      const shown = new Set(
        elements.filter((each) => each.kind === kind && canSee(world, reader, each.row)).map(({ uuid }) => uuid),
      );
      for (const { uuid } of sample(elements.filter((each) => each.kind === kind))) {
        const { status } = await reader.client.get(`${path}/${uuid}`);
        expect({ kind, uuid, opened: status === 200 }).toEqual({ kind, uuid, opened: shown.has(uuid) });
      }
    }
  });
});
