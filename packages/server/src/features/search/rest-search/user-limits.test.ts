import { type ApiClient, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let orgId: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  orgId = (await makeOrganisation(magpie.admin)).id;
  const attributes = ['a.example', 'b.example', 'c.example'].map((value) => ({ type: 'domain', value }));
  await magpie.admin.post('/events/add', { info: 'shared', distribution: '1', Attribute: attributes });
});

afterAll(() => magpie.stop());

async function keyOfRole(role: Record<string, unknown>): Promise<string> {
  const { body } = await magpie.admin.post('/admin/roles/add', { perm_auth: 1, permission: 0, ...role });
  const user = await makeUser(magpie.admin, { org_id: orgId, role_id: String(member(body, 'Role', 'id')) });
  return user.key;
}

const userOfRole = async (role: Record<string, unknown>): Promise<ApiClient> => magpie.client(await keyOfRole(role));

const search = (client: ApiClient, body: Record<string, unknown> = {}) =>
  client.post('/attributes/restSearch', { type: 'domain', ...body });
const found = (body: unknown) => {
  const list = member(body, 'response', 'Attribute');
  return Array.isArray(list) ? list.length : -1;
};

describe('the limit of a role on searches', () => {
  it('counts searches of events and attributes together, tells what is left, and refuses more', async () => {
    const client = await userOfRole({ name: 'two searches', enforce_rate_limit: 1, rate_limit_count: 2 });
    const first = await search(client);
    expect(first.headers.get('x-rate-limit-limit')).toBe('2');
    expect(first.headers.get('x-rate-limit-remaining')).toBe('1');
    expect(Number(first.headers.get('x-rate-limit-reset'))).toBeGreaterThan(800);
    expect((await client.post('/events/restSearch', { info: 'x' })).headers.get('x-rate-limit-remaining')).toBe('0');
    const third = await search(client);
    expect(third.status).toBe(429);
    expect(third.body).toMatchObject({ message: 'Rate limit exceeded.' });
    expect((await client.post('/objects/restSearch', { type: 'domain' })).status).toBe(200);
  });

  it('begins anew after a quarter of an hour', async () => {
    const client = await userOfRole({ name: 'one search', enforce_rate_limit: 1, rate_limit_count: 1 });
    await search(client);
    expect((await search(client)).status).toBe(429);
    await magpie.magpie.database.asSystem('test', (tx) =>
      tx.execute(`update search_counts set begun = begun - interval '16 minutes'`),
    );
    expect((await search(client)).status).toBe(200);
  });

  it('of none refuses searches, and does not hold while it is not enforced', async () => {
    const none = await userOfRole({ name: 'no searches', enforce_rate_limit: 1, rate_limit_count: 0 });
    const refused = await search(none);
    expect([refused.status, member(refused.body, 'message')]).toEqual([
      405,
      'API searches are not allowed for this user role.',
    ]);
    const free = await userOfRole({ name: 'not enforced', enforce_rate_limit: 0, rate_limit_count: 1 });
    for (let n = 0; n < 3; n += 1) expect((await search(free)).headers.get('x-rate-limit-limit')).toBeNull();
  });
});

describe('the limit of a role on results', () => {
  it('cuts every page, and lets smaller ones be', async () => {
    const client = await userOfRole({ name: 'two results', restsearch_limit_result: 2 });
    expect(found((await search(client)).body)).toBe(2);
    expect(found((await search(client, { limit: 100 })).body)).toBe(2);
    expect(found((await search(client, { limit: 1 })).body)).toBe(1);
    expect(found((await search(client, { page: 2 })).body)).toBe(1);
  });
});

describe('the search parameters that a user has set for himself', () => {
  it('stand below those of the call, by scope and by format', async () => {
    const key = await keyOfRole({ name: 'defaults' });
    const client = magpie.client(key);
    const set = (value: unknown) =>
      client.post('/user_settings/setSetting', { setting: 'default_restsearch_parameters', value });
    await set({ limit: 2, attributes: { limit: 1, csv: { headerless: 1, limit: 3 } } });
    expect(found((await search(client)).body)).toBe(1);
    expect(found((await search(client, { limit: 3 })).body)).toBe(3);
    const csv = await search(client, { returnFormat: 'csv', requested_attributes: ['value'] });
    expect(String(csv.body).trim().split('\n')).toEqual(['"a.example"', '"b.example"', '"c.example"']);
    expect(found((await search(magpie.admin)).body)).toBe(3);
    // What the page looks up for itself is not narrowed by them.
    const own = await fetch(`${magpie.url}/attributes/restSearch`, {
      method: 'POST',
      headers: {
        Authorization: key,
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Magpie-Page': '1',
      },
      body: JSON.stringify({ type: 'domain' }),
    });
    expect(found(await own.json())).toBe(3);
    await client.post('/user_settings/delete', { setting: 'default_restsearch_parameters' });
    expect(found((await search(client)).body)).toBe(3);
  });
});
