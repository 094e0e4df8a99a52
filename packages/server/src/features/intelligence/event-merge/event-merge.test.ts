import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Element {
  uuid: string;
  value: string;
  name: string;
  content: string;
  Attribute: Element[];
  ObjectReference: { referenced_uuid: string; relationship_type: string }[];
  AttributeTag?: unknown[];
}
interface ViewedEvent {
  published: boolean;
  Attribute: Element[];
  Object: Element[];
  EventReport: Element[];
  Tag?: { name: string }[];
}

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: ApiClient;
let reader: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '2');
  stranger = await user(beta, '2');
  reader = await user(alpha, '6');
});

afterAll(() => magpie.stop());

async function view(client: ApiClient, event: string): Promise<ViewedEvent> {
  return ((await client.get(`/events/view/${event}`)).body as { Event: ViewedEvent }).Event;
}

function richBody() {
  const [attribute, member, object, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const file = (uuid: string, members: object[], references: object[]) => ({
    uuid,
    name: 'file',
    'meta-category': 'file',
    distribution: '5',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '24',
    Attribute: members,
    ObjectReference: references,
  });
  return {
    attribute,
    body: {
      info: 'rich',
      Tag: [{ name: 'rich' }],
      Attribute: [{ uuid: attribute, type: 'text', value: 'plain', Tag: [{ name: 'on attribute' }] }],
      Object: [
        file(
          object,
          [{ uuid: member, type: 'filename', object_relation: 'filename', value: 'a.exe' }],
          [
            { referenced_uuid: attribute, relationship_type: 'names' },
            { referenced_uuid: other, relationship_type: 'drops' },
          ],
        ),
        file(other, [{ type: 'filename', object_relation: 'filename', value: 'b.exe' }], []),
      ],
      EventReport: [{ name: 'report', content: `see @[attribute](${attribute})`, distribution: '5' }],
    },
  };
}

describe('populating an event', () => {
  it('adds what a body holds, leaves the event itself as it is and unpublishes it', async () => {
    const event = await makeEvent(owner, {
      info: 'mine',
      published: true,
      Attribute: [{ type: 'text', value: 'first' }],
    });
    const answer = await owner.post(`/events/populate/${event.uuid}`, {
      info: 'other',
      Attribute: [
        { type: 'text', value: 'second' },
        { type: 'text', value: 'first' },
      ],
      Tag: [{ name: 'added' }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      Event: { info: 'mine', published: false },
      rejected: [{ path: 'Attribute[1]' }],
    });
    const after = await view(owner, event.id);
    expect(after.Attribute.map(({ value }) => value)).toEqual(['first', 'second']);
    expect(after.Tag).toMatchObject([{ name: 'added' }]);
  });

  it('gives copies new uuids when asked to, and keeps the links between them', async () => {
    const { body, attribute } = richBody();
    await makeEvent(owner, body);
    const target = await makeEvent(owner);
    const text = { json: JSON.stringify({ Event: body }) };
    expect((await owner.post(`/events/populate/${target.id}/1`, text)).status).toBe(200);
    const copy = await view(owner, target.id);
    const [plain] = copy.Attribute;
    expect(plain).toMatchObject({ value: 'plain' });
    expect(plain?.uuid).not.toBe(attribute);
    expect(copy.Object[0]?.ObjectReference.map((reference) => reference.referenced_uuid)).toEqual([
      plain?.uuid,
      copy.Object[1]?.uuid,
    ]);
    expect(copy.EventReport[0]?.content).toBe(`see @[attribute](${plain?.uuid})`);
    const again = (await owner.post(`/events/populate/${target.id}`, body)).body as { rejected: unknown[] };
    expect(again.rejected.length).toBeGreaterThan(0);
  });

  it('is for those who may change the event', async () => {
    const event = await makeEvent(owner);
    const hidden = await makeEvent(owner, { distribution: '0' });
    const body = { Attribute: [{ type: 'text', value: 'x' }] };
    expect((await stranger.post(`/events/populate/${event.id}`, body)).status).toBe(403);
    expect((await stranger.post(`/events/populate/${hidden.id}`, body)).status).toBe(404);
    expect((await reader.post(`/events/populate/${event.id}`, body)).status).toBe(403);
    expect((await owner.post(`/events/populate/${event.id}`, { json: '{broken' })).status).toBe(405);
    expect((await view(owner, event.id)).Attribute).toEqual([]);
  });
});

describe('merging events', () => {
  it('copies attributes, objects with references, and reports under new uuids', async () => {
    const { body, attribute } = richBody();
    const source = await makeEvent(stranger, { ...body, distribution: '3' });
    const target = await makeEvent(owner, { Attribute: [{ type: 'text', value: 'own' }] });
    const answer = await owner.post(`/events/merge/${target.id}`, { source_id: source.uuid });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject([
      { Event: { id: target.id }, ThreatLevel: { name: 'Undefined' }, EventTag: [], EventReport: [{ name: 'report' }] },
    ]);
    const merged = await view(owner, target.id);
    expect(merged.Attribute.map(({ value }) => value)).toEqual(['own', 'plain']);
    expect(merged.Attribute[1]?.uuid).not.toBe(attribute);
    expect(merged.Object.map((object) => object.Attribute.map(({ value }) => value))).toEqual([['a.exe'], ['b.exe']]);
    expect(merged.Object[0]?.ObjectReference).toMatchObject([
      { referenced_uuid: merged.Attribute[1]?.uuid, relationship_type: 'names' },
      { referenced_uuid: merged.Object[1]?.uuid, relationship_type: 'drops' },
    ]);
    await owner.post(`/events/merge/${target.id}/${source.id}`);
    expect((await view(owner, target.id)).Attribute).toHaveLength(2);
  });

  it('takes only what the caller sees, and only into events that he may change', async () => {
    const source = await makeEvent(stranger, { Attribute: [{ type: 'text', value: 'shown' }] });
    await makeAttribute(stranger, source.id, { value: 'kept', distribution: '0' });
    const hidden = await makeEvent(stranger, { distribution: '0', Attribute: [{ type: 'text', value: 'secret' }] });
    const target = await makeEvent(owner);
    expect((await owner.post(`/events/merge/${target.id}`, { source_id: source.id })).status).toBe(200);
    expect((await view(owner, target.id)).Attribute.map(({ value }) => value)).toEqual(['shown']);
    expect((await owner.post(`/events/merge/${target.id}`, { source_id: hidden.id })).status).toBe(404);
    expect((await owner.post(`/events/merge/${source.id}`, { source_id: target.id })).status).toBe(403);
    expect((await owner.post(`/events/merge/${target.id}`, { source_id: target.id })).status).toBe(403);
    expect((await owner.post(`/events/merge/${target.id}`, {})).status).toBe(404);
  });
});
