import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);
  event = await makeEvent(admin, { info: 'Paste here', distribution: '3' });
});
afterAll(() => magpie?.stop());

type Stored = { value: string; to_ids: boolean; distribution: string; comment: string; type: string };

async function stored(): Promise<Stored[]> {
  return member((await admin.get(`/events/view/${event.id}`)).body, 'Event', 'Attribute') as Stored[];
}

describe('events/freeTextImport', () => {
  it('offers what it finds without storing it', async () => {
    const forms = [
      admin.post(`/events/freeTextImport/${event.id}`, { value: '203.0.113.9:443', returnMetaAttributes: true }),
      admin.post(`/events/freeTextImport/${event.uuid}/0/1`, { Attribute: { value: '203.0.113.9:443' } }),
    ];
    for (const form of forms) {
      expect(await form).toMatchObject({
        status: 200,
        body: [
          {
            types: { 'ip-dst|port': 'ip-dst|port', 'ip-src|port': 'ip-src|port' },
            default_type: 'ip-dst|port',
            comment: 'On port 443',
            value: '203.0.113.9|443',
            original_value: '203.0.113.9:443',
            to_ids: 1,
          },
        ],
      });
    }
    expect(await stored()).toEqual([]);
  });

  it('refuses a sharing group that may not be used, before anything is said to be stored', async () => {
    const asked = { value: 'group.example.com', distribution: '4', sharing_group_id: '999' };
    for (const value of [asked.value, `${asked.value} ${'x '.repeat(600_000)}`]) {
      expect((await admin.post(`/events/freeTextImport/${event.id}`, { ...asked, value })).status).toBe(403);
    }
    expect(await stored()).toEqual([]);
  });

  it('stores what it finds, unpublishes the event, and passes over what is there', async () => {
    await admin.post(`/events/publish/${event.id}`);
    const first = await admin.post(`/events/freeTextImport/${event.id}`, {
      value: 'hxxp://bad[.]example/x CVE-2024-1111',
    });
    expect(first.body).toEqual([
      {
        comment: false,
        value: 'http://bad.example/x',
        original_value: 'hxxp://bad[.]example/x',
        to_ids: 1,
        type: 'url',
        category: 'Network activity',
        distribution: 5,
        event_id: event.id,
      },
      {
        value: 'CVE-2024-1111',
        original_value: 'CVE-2024-1111',
        to_ids: 0,
        type: 'vulnerability',
        category: 'External analysis',
        distribution: 5,
        event_id: event.id,
      },
    ]);
    await admin.post(`/events/freeTextImport/${event.id}`, { value: 'CVE-2024-1111 198.51.100.9', distribution: '3' });
    expect(await stored()).toMatchObject([
      { value: 'http://bad.example/x', to_ids: true, distribution: '5', comment: '' },
      { value: 'CVE-2024-1111', to_ids: false },
      { value: '198.51.100.9', distribution: '3' },
    ]);
    const view = await admin.get(`/events/view/${event.id}`);
    expect(member(view.body, 'Event', 'published')).toBe(false);
  });

  it('leaves out what warninglists know, or takes its IDS flag away', async () => {
    const list = await admin.post('/warninglists/add', {
      name: 'Known resolvers',
      description: 'for the test',
      type: 'string',
      category: 'false_positive',
      entries: '9.9.9.9\n8.8.8.8',
      matching_attributes: ['ip-src', 'ip-dst'],
    });
    expect(list.status).toBe(200);
    await admin.post('/warninglists/toggleEnable', { name: 'Known resolvers', enabled: true });
    const hard = await admin.post(`/events/freeTextImport/${event.id}`, {
      value: '8.8.8.8',
      adhereToWarninglists: true,
    });
    expect(hard.body).toMatchObject([{ value: '8.8.8.8' }]);
    await admin.post(`/events/freeTextImport/${event.id}`, { value: '9.9.9.9', adhereToWarninglists: 'soft' });
    const found = (await stored()).filter(({ value }) => /^[89]\./.test(value));
    expect(found).toMatchObject([{ value: '9.9.9.9', to_ids: false }]);
  });

  it('tells on request which warninglists name what is found', async () => {
    const path = `/events/freeTextImport/${event.id}`;
    const answer = await admin.post(path, {
      value: '9.9.9.9 198.51.100.10',
      returnMetaAttributes: true,
      includeWarninglistHits: true,
    });
    expect(answer.body).toMatchObject([
      { value: '9.9.9.9', warnings: [{ warninglist_name: 'Known resolvers' }] },
      { value: '198.51.100.10', warnings: [] },
    ]);
    const attributes = [
      { type: 'domain', value: 'a.com' },
      { type: 'ip-dst', value: '8.8.8.8' },
      { type: 'domain', value: '8.8.8.8' },
    ];
    expect((await outsider.post('/ui/warnings', { attributes })).body).toEqual({
      warnings: { 1: [expect.objectContaining({ warninglist_name: 'Known resolvers', match: '8.8.8.8' })] },
    });
  });

  it('takes https addresses of vendors, as the instance lists them, for links', async () => {
    const found = () =>
      admin.post(`/events/freeTextImport/${event.id}`, {
        value: 'https://app.vendor.example/x',
        returnMetaAttributes: true,
      });
    expect((await found()).body).toMatchObject([{ default_type: 'url' }]);
    await admin.post('/warninglists/add', {
      name: 'List of known domains used by automated malware analysis services & security vendors',
      description: 'for the test',
      type: 'substring',
      category: 'false_positive',
      entries: 'vendor.example',
      matching_attributes: ['url'],
    });
    expect((await found()).body).toMatchObject([{ default_type: 'link' }]);
    expect((await outsider.get('/ui/free-text-lists')).body).toEqual({ vendorDomains: ['vendor.example'] });
  });

  it('proposes where the caller may not change the event', async () => {
    const before = (await stored()).length;
    const answer = await outsider.post(`/events/freeTextImport/${event.id}`, { value: '198.51.100.200' });
    expect(answer).toMatchObject({ status: 200, body: [{ value: '198.51.100.200', event_id: event.id }] });
    expect(await stored()).toHaveLength(before);
    const proposals = await admin.get(`/shadow_attributes/index/${event.id}`);
    expect(JSON.stringify(proposals.body)).toContain('198.51.100.200');
  });

  it('tells nothing of events that the caller does not see, and takes any text', async () => {
    const hidden = await makeEvent(admin, { distribution: '0' });
    for (const id of [hidden.id, hidden.uuid, '999999', '0x1A', 'x']) {
      for (const returnMetaAttributes of [true, false]) {
        const answer = await outsider.post(`/events/freeTextImport/${id}`, { value: '8.8.4.4', returnMetaAttributes });
        expect(answer).toMatchObject({ status: 404, body: { message: 'Invalid event.' } });
      }
    }
    expect(await admin.post(`/events/freeTextImport/${event.id}`, {})).toMatchObject({ status: 200, body: [] });
    expect(await admin.post(`/events/freeTextImport/${event.id}`, { value: 'hello world' })).toMatchObject({
      body: [],
    });
    expect((await admin.post(`/events/freeTextImport/${event.id}`, { value: { a: 1 } })).status).toBe(400);
    expect((await admin.post(`/events/freeTextImport/${event.id}`, { value: 'x', distribution: 9 })).status).toBe(400);
  });
});
