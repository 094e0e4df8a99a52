import { type ApiClient, makeAttribute, makeEvent, member, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../http/lenient.ts';
import type { FakeService } from './testing/fake-service.ts';
import { type ModulesWorld, startModulesWorld } from './testing/modules-world.ts';

let world: ModulesWorld;
let m: TestMagpie;
let service: FakeService;
let owner: ApiClient;
let other: ApiClient;
let answers: ModulesWorld['answers'];

beforeAll(async () => {
  world = await startModulesWorld();
  ({ magpie: m, service, owner, other, answers } = world);
});
afterAll(() => world?.stop());

const attributesOf = async (client: ApiClient, id: string) =>
  (await client.get(`/events/view/${id}`)).body as { Event: { Attribute: JsonObject[]; Object: JsonObject[] } };

describe('enrichment of an attribute', () => {
  it('stores values of the simplified format once, with comments, categories and tags', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.plain = () => ({
      json: {
        results: [
          {
            types: ['ip-dst', 'ip-src'],
            values: ['192.0.2.1', '192.0.2.2'],
            categories: ['Network activity'],
            comment: 'A',
            to_ids: false,
          },
          { types: 'freetext', values: 'see hxxp://b.example.com/x and 192.0.2.1' },
          { types: ['nosuch'], values: ['x'] },
          { types: ['text'], values: [{ deep: ['structure'] }] },
          { types: ['ip-dst'], values: ['not an address'] },
        ],
      },
    });
    const first = await owner.post(`/attributes/enrich/${attribute.id}`, { plain: true });
    expect(first.status).toBe(200);
    expect(service.asked.at(-1)).toMatchObject({
      domain: 'a.example.com',
      event_id: event.id,
      attribute_uuid: attribute.uuid,
    });
    expect(first.body).toMatchObject({ data: [{ module: 'plain', attributes: 3, known: 1 }] });
    expect(member(first.body, 'data', 0, 'rejected')).toHaveLength(3);
    const stored = (await attributesOf(owner, event.id)).Event.Attribute;
    expect(stored.find(({ value }) => value === '192.0.2.2')).toMatchObject({
      type: 'ip-dst',
      to_ids: false,
      comment: 'A',
    });
    expect(stored.find(({ type }) => type === 'url')).toMatchObject({
      value: 'http://b.example.com/x',
      comment: 'Enriched via the plain module',
      distribution: '5',
    });
    const again = await owner.post(`/attributes/enrich/${attribute.id}`, { plain: true });
    expect(again.body).toMatchObject({ data: [{ attributes: 0 }] });
  });

  it('stores objects, references and reports of the standard format, and nothing twice', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    await owner.post(`/attributes/add/${event.id}`, { type: 'ip-dst', value: '192.0.2.7' });
    answers.standard = () => ({
      json: { results: standardResults(attribute.uuid) },
    });
    const first = await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    expect(first.body).toMatchObject({ data: [{ attributes: 0, objects: 1, reports: 1, known: 2, rejected: [] }] });
    const view = (await attributesOf(owner, event.id)).Event;
    expect(view.Object).toHaveLength(1);
    const references = view.Object[0]?.ObjectReference as JsonObject[];
    const address = view.Attribute.find(({ value }) => value === '192.0.2.7');
    expect(references.map(({ referenced_uuid }) => referenced_uuid).sort()).toEqual(
      [attribute.uuid, address?.uuid].sort(),
    );
    expect(view).toMatchObject({ EventReport: [{ name: 'Found' }], published: false });
    const again = await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    expect(again.body).toMatchObject({ data: [{ attributes: 0, objects: 0, reports: 0, known: 3 }] });
  });

  it('does not touch what carries the same uuid elsewhere', async () => {
    const foreign = await makeEvent(other, { distribution: '1' });
    const theirs = await makeAttribute(other, foreign.id, { type: 'ip-dst', value: '198.51.100.1', distribution: '5' });
    const hidden = await makeAttribute(other, foreign.id, { type: 'ip-dst', value: '198.51.100.2', distribution: '0' });
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.standard = () => ({
      json: {
        results: {
          Attribute: [theirs, hidden].map(({ uuid }, index) => ({
            uuid,
            type: 'ip-dst',
            value: `203.0.113.${index + 1}`,
          })),
          Tag: [{ name: 'made:up="tag"' }],
        },
      },
    });
    await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    const mine = (await attributesOf(owner, event.id)).Event.Attribute;
    expect(mine.find(({ value }) => value === '203.0.113.1')?.uuid).not.toBe(theirs.uuid);
    const values = (await attributesOf(other, foreign.id)).Event.Attribute.map(({ value }) => value).sort();
    expect(values).toEqual(['198.51.100.1', '198.51.100.2']);
  });

  it('refuses modules that are unknown or do not take the type', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const text = await makeAttribute(owner, event.id, { type: 'text', value: 'words' });
    for (const body of [{}, { nosuch: true }, { plain: true }]) {
      expect((await owner.post(`/attributes/enrich/${text.id}`, body)).status).toBe(405);
    }
  });
});

describe('review before storing', () => {
  it('shows results in one form and stores what is sent back', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.plain = () => ({ json: { results: [{ types: ['ip-dst', 'ip-src'], values: ['192.0.2.1'] }] } });
    const shown = await owner.post(`/events/queryEnrichment/${attribute.id}/plain/Enrichment/Attribute`);
    expect(shown.body).toMatchObject({
      Attribute: [{ type: 'ip-dst', value: '192.0.2.1', types: ['ip-dst', 'ip-src'] }],
    });
    expect((await attributesOf(owner, event.id)).Event.Attribute).toHaveLength(1);
    const kept = { ...(shown.body as JsonObject), EventReport: [] };
    expect(await owner.post(`/events/handleModuleResults/${event.id}`, kept)).toMatchObject({
      status: 200,
      body: { data: { attributes: 1 } },
    });
    const asText = {
      Event: { JsonObject: JSON.stringify({ Attribute: [{ type: 'domain', value: 'c.example.com' }] }) },
    };
    expect((await other.post(`/events/handleModuleResults/${event.id}`, asText)).body).toMatchObject({
      data: { attributes: 0, proposals: 1 },
    });
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await other.post(`/events/handleModuleResults/${hidden.id}`, asText)).status).toBe(404);
  });
});

describe('hover', () => {
  it('asks a module once for a state of an attribute, for who sees it', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, {
      type: 'domain',
      value: 'h.example.com',
      distribution: '5',
    });
    answers.plain = () => ({ json: { results: [{ types: ['text'], values: ['good'] }] } });
    answers.standard = () => ({ json: { error: 'nothing known' } });
    const before = service.asked.length;
    const first = await owner.get(`/attributes/hoverEnrichment/${attribute.id}`);
    expect(first.body).toEqual([
      { module: 'plain', results: [{ types: ['text'], values: ['good'] }] },
      { module: 'standard', error: 'nothing known' },
    ]);
    await other.get(`/attributes/hoverEnrichment/${attribute.id}`);
    // The error is asked for again.
    expect(service.asked.length - before).toBe(3);
    const page = '/ui/modules/enrichment';
    expect((await owner.get(page)).body).toMatchObject({ hover: true, hoverByClick: false });
    await world.set('Plugin.Enrichment_hover_popover_only', true);
    expect((await owner.get(page)).body).toMatchObject({ hover: true, hoverByClick: true });
    await world.set('Plugin.Enrichment_hover_enable', false);
    expect((await owner.get(page)).body).toMatchObject({ hover: false, hoverByClick: false });
    expect((await owner.get(`/attributes/hoverEnrichment/${attribute.id}`)).status).toBe(405);
    await world.set('Plugin.Enrichment_hover_enable', true);
  });
});

describe('enrichment of an event', () => {
  it('runs in the background over what the modules take, and can be repeated', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    for (const value of ['k.example.com', 'l.example.com'])
      await makeAttribute(owner, event.id, { type: 'domain', value });
    await makeAttribute(owner, event.id, { type: 'text', value: 'words' });
    answers.plain = ({ domain }) => ({ json: { results: [{ types: ['hostname'], values: [`www.${domain}`] }] } });
    const asked = service.asked.length;
    for (let round = 0; round < 2; round += 1) {
      expect((await owner.post(`/events/enrichEvent/${event.id}`, { Event: { plain: '1' } })).status).toBe(200);
      await m.magpie.jobs.settled();
    }
    expect(service.asked.length - asked).toBe(4);
    const values = (await attributesOf(owner, event.id)).Event.Attribute.map(({ value }) => value);
    expect(values.sort()).toEqual([
      'k.example.com',
      'l.example.com',
      'words',
      'www.k.example.com',
      'www.l.example.com',
    ]);
    expect(await owner.post(`/events/enrichEvent/${event.id}`, {})).toMatchObject({
      status: 405,
      body: { message: 'modules not set' },
    });
    expect((await other.post(`/events/enrichEvent/${event.id}`, { plain: true })).status).toBe(403);
  });
});

function standardResults(origin: string): JsonObject {
  const object = '11111111-1111-4111-8111-111111111111';
  const known = '22222222-2222-4222-8222-222222222222';
  return {
    Attribute: [
      { uuid: origin, type: 'domain', value: 'a.example.com', id: '1', event_id: '1' },
      { uuid: known, type: 'ip-dst', value: '192.0.2.7' },
    ],
    Object: [
      {
        uuid: object,
        name: 'domain-ip',
        'meta-category': 'network',
        template_uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734',
        template_version: '9',
        Attribute: [
          { type: 'domain', object_relation: 'domain', value: 'b.example.com' },
          { type: 'ip-dst', object_relation: 'ip', value: '192.0.2.8' },
        ],
        ObjectReference: [
          { object_uuid: object, referenced_uuid: origin, relationship_type: 'related-to' },
          { object_uuid: object, referenced_uuid: known, relationship_type: 'related-to' },
        ],
      },
    ],
    EventReport: [{ name: 'Found', content: '# Found' }],
  };
}
