import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  alpha = await makeOrganisation(magpie.admin);
  beta = await makeOrganisation(magpie.admin);
  owner = await magpie.user(alpha);
});

afterAll(() => magpie.stop());

const indexOf = async (client: ApiClient, eventId: string) => (await client.get(`/sightings/index/${eventId}`)).body;

describe('sightings from STIX', () => {
  it('are taken of a STIX 2 document', async () => {
    const event = await makeEvent(owner);
    const one = await makeAttribute(owner, event.id, { type: 'domain', value: `stix-${event.uuid}.example` });
    const two = await makeAttribute(owner, event.id);
    const pattern = `[domain-name:value = 'stix-${event.uuid}.example']`;
    const indicator = (uuid: string) => `indicator--${uuid}`;
    const unknown = indicator(crypto.randomUUID());
    const document = {
      type: 'bundle',
      objects: [
        { type: 'indicator', id: unknown, pattern },
        { type: 'identity', id: 'identity--1', name: 'Sensor' },
        {
          type: 'sighting',
          sighting_of_ref: unknown,
          where_sighted_refs: ['identity--1'],
          last_seen: '2024-01-05T10:11:12Z',
        },
        { type: 'sighting', sighting_of_ref: indicator(two.uuid) },
      ],
    };
    expect((await owner.post('/sightings/add/stix', document)).body).toMatchObject({
      Sighting: { attribute_id: two.id },
    });
    expect(await indexOf(owner, event.id)).toMatchObject([
      { attribute_id: one.id, source: 'Sensor', date_sighting: '1704449472' },
      { attribute_id: two.id, source: '' },
    ]);
    expect((await owner.post('/sightings/add/stix', { type: 'bundle' })).body).toMatchObject({
      message: expect.stringContaining('No STIX sightings'),
    });
  });

  it('are taken of a STIX 1 document, which adds nothing to what its sender may not see', async () => {
    const event = await makeEvent(owner, { distribution: '0' });
    const value = `stix1-${event.uuid}.example`;
    const one = await makeAttribute(owner, event.id, { type: 'domain', value });
    const observable = (name: string) =>
      `<Observable><Object><Properties xsi:type="D:DomainNameObjectType"><Value>${name}</Value></Properties></Object></Observable>`;
    const document = `<stix:STIX_Package id="x:package-1" version="1.2"><stix:Indicators><stix:Indicator id="x:indicator-1">
      ${observable(value)}<Sightings sightings_count="1"><Sighting timestamp="2024-01-05T10:11:12Z">
      <Source><Identity><Name>Sensor</Name></Identity></Source></Sighting></Sightings></stix:Indicator></stix:Indicators></stix:STIX_Package>`;
    const strange = await makeUser(magpie.admin, { org_id: beta.id, role_id: '3' });
    const own = await makeUser(magpie.admin, { org_id: alpha.id, role_id: '3' });
    const send = async ({ key }: { key: string }, body: string, type: string) => {
      const headers = { authorization: key, accept: 'application/json', 'content-type': type };
      const answer = await fetch(`${magpie.url}/sightings/add/stix`, { method: 'POST', body, headers });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await send(strange, document, 'application/xml')).toMatchObject({
      status: 200,
      body: { message: expect.stringContaining('Could not add') },
    });
    expect(await indexOf(owner, event.id)).toEqual([]);
    expect(await send(own, document, 'application/xml')).toMatchObject({
      body: { Sighting: { attribute_id: one.id, source: 'Sensor', date_sighting: '1704449472' } },
    });
    const broken = await send(own, '<a>', 'application/xml');
    expect(broken).toMatchObject({ status: 200, body: { message: expect.stringContaining('STIX') } });
  });
});
