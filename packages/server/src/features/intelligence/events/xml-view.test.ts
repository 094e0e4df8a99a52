import { makeEvent, makeOrganisation, makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});

afterAll(() => magpie?.stop());

it('shows an event in XML where .xml stands at the end of its address, to those who see it', async () => {
  const stranger = await makeUser(magpie.admin, { org_id: (await makeOrganisation(magpie.admin)).id });
  const attribute = { type: 'domain', value: 'a.example', comment: 'a < b' };
  const event = await makeEvent(magpie.admin, { info: 'In XML', distribution: '0', Attribute: [attribute] });
  const { status, headers, body } = await magpie.admin.get(`/events/view/${event.id}.xml`);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/xml; charset=UTF-8']);
  expect(String(body)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<response>\n<Event><id>/);
  expect(String(body)).toContain('<info>In XML</info>');
  expect(String(body)).toContain('<comment>a &lt; b</comment>');
  const order = String(body).match(/<(?:Attribute|ShadowAttribute|RelatedEvent|Galaxy|Object|EventReport)(?:\/?)>/g);
  expect(order?.join('')).toBe(
    '<Attribute><Galaxy/><ShadowAttribute/><ShadowAttribute/><RelatedEvent/><Galaxy/><Object/><EventReport/>',
  );
  expect(String(body)).not.toMatch(/<(attribute_count|proposal_email_lock|locked)>/);
  expect((await magpie.client(stranger.key).get(`/events/view/${event.id}.xml`)).status).toBe(404);
});
