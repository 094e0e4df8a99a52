import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let own: ApiClient;
let outsider: ApiClient;
let event: Made;
let other: Made;

beforeAll(async () => {
  m = await startTestMagpie();
  const organisation = await makeOrganisation(m.admin);
  const stranger = await makeOrganisation(m.admin);
  own = await m.user(organisation);
  outsider = await m.user(stranger);
  event = await makeEvent(own, { info: 'One', distribution: '0' });
  other = await makeEvent(own, { info: 'Two', distribution: '0' });
  await makeAttribute(own, event.id, { type: 'domain', value: 'a.example' });
  await makeAttribute(own, event.id, { type: 'ip-dst', value: '203.0.113.9' });
  await makeAttribute(own, other.id, { type: 'domain', value: 'b.example' });
});
afterAll(() => m?.stop());

async function values(client: ApiClient, fields: Record<string, unknown>): Promise<unknown[]> {
  const { status, body } = await client.post('/attributes/search', fields);
  expect(status).toBe(200);
  return Array.isArray(body) ? body.map((row) => member(row, 'Attribute', 'value')) : [];
}

describe('attributes/search', () => {
  it('takes one filter a line, and tells the event of each attribute', async () => {
    const { body } = await own.post('/attributes/search', { value: 'a.example\nb.example\n', type: 'ALL' });
    expect(body).toMatchObject([
      { Attribute: { value: 'a.example' }, Event: { id: event.id, info: 'One' } },
      { Attribute: { value: 'b.example' }, Event: { id: other.id } },
    ]);
    expect(await values(own, { Attribute: { type: 'ip-dst' } })).toEqual(['203.0.113.9']);
    expect(await values(own, { type: ['domain'], limit: 1, page: 2 })).toEqual(['b.example']);
  });

  it('takes uuids and ids of events side by side', async () => {
    expect(await values(own, { uuid: `${event.id}\n${other.uuid}` })).toHaveLength(3);
    expect(await values(own, { uuid: event.id })).toHaveLength(2);
    expect(await values(own, { uuid: '999999' })).toEqual([]);
    expect(await values(own, { uuid: 'nothing' })).toEqual([]);
  });

  it('shows and exports nothing hidden', async () => {
    expect(await values(outsider, { uuid: event.id })).toEqual([]);
    expect(await values(outsider, { value: 'a.example' })).toEqual([]);
    const exported = await own.post('/attributes/exportSearch/values', { type: 'domain' });
    expect(String(exported.body).trim().split('\n')).toEqual(['a.example', 'b.example']);
    expect(String((await outsider.post('/attributes/exportSearch/values', { type: 'domain' })).body).trim()).toBe('');
    expect((await own.post('/attributes/exportSearch/nosuch', { type: 'domain' })).status).toBe(404);
  });
});
