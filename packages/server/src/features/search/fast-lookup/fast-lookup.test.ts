import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPOSITE, EXACT, MOST_PER_KEY, NETWORKS, PARENTS, STORED } from './find-values.ts';
import { lookupKeys } from './lookup-keys.ts';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);
  const event = await makeEvent(admin, { info: 'Known', distribution: '3' });
  const add = (type: string, value: string, fields: Record<string, unknown> = {}) =>
    makeAttribute(admin, event.id, { type, value, ...fields });
  await add('domain', 'Evil.Example.com');
  await add('ip-dst', '203.0.113.0/24');
  await add('ip-src', '2001:db8::/32');
  await add('ip-dst|port', '198.51.100.7|443');
  await add('filename|md5', 'a.exe|d41d8cd98f00b204e9800998ecf8427e');
  await add('text', '203.0.0.0/8', { category: 'Other' });
  await add('domain', 'secret.example.org', { distribution: '0' });
  const gone = await add('domain', 'gone.example.com');
  await admin.post(`/attributes/delete/${gone.id}`);
});
afterAll(() => magpie?.stop());

async function lookup(client: ApiClient, value: unknown): Promise<string[]> {
  const { status, body } = await client.post('/attributes/fastLookup', { value });
  expect(status).toBe(200);
  expect(member(body, 'status')).toBe('ready');
  const hits = member(body, 'response') as { value: string; match: string; Attribute: { value: string } }[];
  return hits.map((hit) => `${hit.value} ${hit.match} ${hit.Attribute.value}`).sort();
}

describe('attributes/fastLookup', () => {
  it('finds exact values, networks around addresses and domains above hosts', async () => {
    expect(
      await lookup(admin, ['EVIL.example.com', 'a.b.evil.example.com', 'notevil.example.com', 'example.com']),
    ).toEqual(['EVIL.example.com exact evil.example.com', 'a.b.evil.example.com parent_domain evil.example.com']);
    expect(await lookup(admin, ['203.0.113.99', '203.0.114.1', '2001:DB8:0:0:1::5', '203.0.113.0/24'])).toEqual([
      '2001:DB8:0:0:1::5 ip_cidr 2001:db8::/32',
      '203.0.113.0/24 exact 203.0.113.0/24',
      '203.0.113.99 ip_cidr 203.0.113.0/24',
    ]);
    expect(await lookup(admin, '198.51.100.7')).toEqual(['198.51.100.7 exact 198.51.100.7|443']);
    const composite = 'a.exe|d41d8cd98f00b204e9800998ecf8427e';
    expect(await lookup(admin, [composite, 'd41d8cd98f00b204e9800998ecf8427e', 'a.exe|other'])).toEqual([
      `${composite} exact ${composite}`,
      `d41d8cd98f00b204e9800998ecf8427e exact ${composite}`,
    ]);
  });

  it('finds nothing deleted, and nothing that the caller may not see', async () => {
    expect(await lookup(admin, ['gone.example.com'])).toEqual([]);
    expect(await lookup(admin, ['a.secret.example.org'])).toHaveLength(1);
    expect(await lookup(outsider, ['secret.example.org', 'a.secret.example.org'])).toEqual([]);
  });

  it('takes 10,000 values and refuses more, and what is too long or no text', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
    expect(await lookup(admin, [...many.slice(1), '203.0.113.5'])).toEqual(['203.0.113.5 ip_cidr 203.0.113.0/24']);
    expect((await admin.post('/attributes/fastLookup', { value: [...many, 'x'] })).status).toBe(413);
    expect((await admin.post('/attributes/fastLookup', { value: ['x'.repeat(4097)] })).status).toBe(413);
    for (const body of [{}, { value: [{ a: 1 }] }, { value: ['a\0b'] }]) {
      expect((await admin.post('/attributes/fastLookup', body)).status).toBe(400);
    }
    expect(await lookup(admin, ["'; drop table attributes; --", '%', '||', '!', '1.2.3.4/99'])).toEqual([]);
  });

  it('finds networks whose attributes do not correlate, and a hot first half by its second', async () => {
    const event = await makeEvent(admin, { info: 'Quiet', distribution: '3' });
    await makeAttribute(admin, event.id, { type: 'ip-src', value: '100.64.0.0/10', disable_correlation: true });
    expect(await lookup(admin, '100.64.7.7')).toEqual(['100.64.7.7 ip_cidr 100.64.0.0/10']);
    const hash = (index: number) => index.toString(16).padStart(32, '0');
    const Attribute = Array.from({ length: MOST_PER_KEY + 5 }, (_, index) => ({
      type: 'filename|md5',
      value: `invoice.exe|${hash(index)}`,
    }));
    await makeEvent(admin, { info: 'Hot', Attribute });
    const last = `invoice.exe|${hash(MOST_PER_KEY + 4)}`;
    expect(await lookup(admin, last)).toEqual([`${last} exact ${last}`]);
    expect(await lookup(admin, 'invoice.exe')).toHaveLength(MOST_PER_KEY);
  });

  it('hides networks and parent domains from those who may not see them', async () => {
    const event = await makeEvent(admin, { info: 'Own', distribution: '0' });
    await makeAttribute(admin, event.id, { type: 'ip-src', value: '192.0.2.0/25' });
    await makeAttribute(admin, event.id, { type: 'hostname', value: 'own.example.net' });
    await makeAttribute(admin, event.id, { type: 'filename|md5', value: `own.exe|${'a'.repeat(32)}` });
    const values = ['192.0.2.9', 'www.own.example.net', `own.exe|${'a'.repeat(32)}`, 'own.exe'];
    expect(await lookup(admin, values)).toHaveLength(4);
    expect(await lookup(outsider, values)).toEqual([]);
  });

  it('probes an index for each kind of key', async () => {
    const cases = [
      { sql: EXACT, values: [['1'], 100], indexes: ['attributes_h1', 'attributes_h2'] },
      { sql: STORED, values: [['1', '2'], ['3']], indexes: ['attributes_h1', 'attributes_h2'] },
      { sql: COMPOSITE, values: [['1'], ['2'], 100], indexes: ['attributes_h'] },
      { sql: PARENTS, values: [['1'], 100], indexes: ['attributes_h1'] },
      { sql: NETWORKS, values: [['10.0.0.1'], 100], indexes: ['attributes_networks'] },
    ];
    await magpie.magpie.database.asSystem('test', async (tx) => {
      // What a plan can use on a table that is large.
      await tx.execute('set local enable_seqscan = off');
      await tx.execute(`select set_config('magpie.viewer', encode('\\xff', 'base64'), true)`);
      for (const { sql, values, indexes } of cases) {
        const plan = JSON.stringify(await tx.query(`explain (format json) ${sql}`, values));
        for (const index of indexes) expect(plan).toContain(`"Index Name":"${index}`);
        expect(plan).not.toContain(
          '"Node Type":"Seq Scan","Parent Relationship":"Outer","Parallel Aware":false,"Relation Name":"attributes"',
        );
      }
    });
  });

  it('takes hosts apart, and tells addresses from other texts', () => {
    expect(lookupKeys('2001:DB8:0:1::7')).toEqual({
      exact: '2001:db8:0:1::7',
      parents: [],
      address: '2001:db8:0:1::7',
    });
    expect(lookupKeys('a.b.Example.com').parents).toEqual(['b.example.com', 'example.com']);
    expect(lookupKeys('com')).toEqual({ exact: 'com', parents: [], address: null });
    expect(lookupKeys('example.com').parents).toEqual([]);
  });
});
