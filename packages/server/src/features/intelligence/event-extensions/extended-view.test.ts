import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface ViewedEvent {
  Attribute: { value: string; event_id: string }[];
  Object: { event_id: string }[];
  EventReport: { name: string }[];
  Tag?: { name: string }[];
  attribute_count: string;
  extensionEvents?: Record<string, { info: string; Orgc: { uuid: string } }>;
  ExtendedBy?: { uuid: string }[];
}

let magpie: TestMagpie;
let alpha: Made;
let owner: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  owner = await magpie.user(alpha, '2');
  stranger = await magpie.user(beta, '2');
});

afterAll(() => magpie.stop());

async function view(client: ApiClient, event: string, switches: string): Promise<ViewedEvent> {
  const answer = await client.get(`/events/view/${event}${switches}`);
  expect(answer.status).toBe(200);
  return (answer.body as { Event: ViewedEvent }).Event;
}

const values = (event: ViewedEvent) => event.Attribute.map(({ value }) => value).sort();

async function makeFamily(): Promise<{ base: Made; open: Made; hidden: Made }> {
  const base = await makeEvent(owner, {
    info: 'base',
    Tag: [{ name: 'shared' }],
    Attribute: [{ type: 'text', value: 'in base' }],
  });
  const extension = (info: string, distribution: string) =>
    makeEvent(owner, {
      info,
      distribution,
      extends_uuid: base.uuid,
      Tag: [{ name: 'shared' }, { name: `of ${info}` }],
      Attribute: [{ type: 'text', value: `in ${info}` }],
      EventReport: [{ name: `report of ${info}`, content: '', distribution: '5' }],
      Object: [
        {
          name: 'file',
          'meta-category': 'file',
          distribution: '5',
          template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
          template_version: '24',
          Attribute: [{ type: 'filename', object_relation: 'filename', value: `${info}.exe` }],
        },
      ],
    });
  return { base, open: await extension('open', '3'), hidden: await extension('hidden', '0') };
}

describe('the extended view', () => {
  it('merges in what the visible extensions hold, and only that', async () => {
    const { base, open, hidden } = await makeFamily();
    const own = await view(owner, base.id, '/extended:1');
    expect(values(own)).toEqual(['in base', 'in hidden', 'in open']);
    expect(own.Object.map(({ event_id }) => event_id)).toEqual([open.id, hidden.id]);
    expect(own.EventReport.map(({ name }) => name)).toEqual(['report of open', 'report of hidden']);
    expect(own.Tag?.map(({ name }) => name).sort()).toEqual(['of hidden', 'of open', 'shared']);
    expect(own.attribute_count).toBe('1');
    expect(own.extensionEvents?.[open.id]).toMatchObject({ info: 'open', Orgc: { uuid: alpha.uuid } });
    const theirs = await view(stranger, base.uuid, '/extended:1');
    expect(values(theirs)).toEqual(['in base', 'in open']);
    expect(Object.keys(theirs.extensionEvents ?? {})).toEqual([open.id]);
    expect(JSON.stringify(theirs)).not.toContain('hidden');
  });

  it('is asked for: the plain view, and that of the extension, stay as they are', async () => {
    const { base, open } = await makeFamily();
    expect(values(await view(owner, base.id, ''))).toEqual(['in base']);
    expect(values(await view(owner, open.id, '/extended:1'))).toEqual(['in open']);
  });

  it('works in searches, which also list extensions and find what extends an event', async () => {
    const { base, open } = await makeFamily();
    const search = async (fields: object) => {
      const { body } = await stranger.post('/events/restSearch', fields);
      return (body as { response: { Event: ViewedEvent & { uuid: string } }[] }).response.map(({ Event }) => Event);
    };
    const [merged] = await search({ eventid: base.id, extended: 1, extensionList: 1 });
    expect(merged && values(merged)).toEqual(['in base', 'in open']);
    expect(merged?.ExtendedBy).toMatchObject([{ uuid: open.uuid }]);
    expect((await search({ eventsExtendingUuid: base.uuid })).map(({ uuid }) => uuid)).toEqual([open.uuid]);
  });

  it('survives events that extend themselves or each other', async () => {
    const one = await makeEvent(owner, { Attribute: [{ type: 'text', value: 'one' }] });
    const two = await makeEvent(owner, { extends_uuid: one.uuid, Attribute: [{ type: 'text', value: 'two' }] });
    await owner.post(`/events/edit/${one.id}`, { extends_uuid: two.uuid });
    expect(values(await view(owner, one.id, '/extended:1'))).toEqual(['one', 'two']);
    await owner.post(`/events/edit/${one.id}`, { extends_uuid: one.uuid });
    expect(values(await view(owner, one.id, '/extended:1'))).toEqual(['one', 'two']);
  });
});

describe('the edit strategy', () => {
  it('is to edit own events, and to extend those of others', async () => {
    const { base, open, hidden } = await makeFamily();
    expect((await owner.get(`/events/getEditStrategy/${base.id}`)).body).toMatchObject({
      strategy: 'edit',
      extensions: [{ id: open.id }, { id: hidden.id }],
    });
    const extension = await makeEvent(stranger, { info: 'mine', extends_uuid: base.uuid });
    expect((await stranger.get(`/events/getEditStrategy/${base.uuid}`)).body).toEqual({
      strategy: 'extend',
      extensions: [{ id: extension.id, info: 'mine', uuid: extension.uuid }],
    });
    expect((await stranger.get(`/events/getEditStrategy/${hidden.id}`)).status).toBe(404);
  });
});
