import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { havingSettings } from '../settings/testing/having.ts';
import { createKeptResults } from './kept-results.ts';

let magpie: TestMagpie;
let ann: ApiClient;
let bob: ApiClient;
let alphaName: string;
let alphaId: string;
let sighted: { id: string };

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const [alpha, beta] = await Promise.all([makeOrganisation(admin), makeOrganisation(admin)]);
  alphaId = alpha.id;
  alphaName = String(member(alpha.body, 'Organisation', 'name'));
  ann = await magpie.user(alpha);
  bob = await magpie.user(beta);
  await makeTag(admin, { name: 'stat:seen' });
  await makeTag(admin, { name: 'stat:hidden' });
  const open = await makeEvent(ann, { distribution: '3', Tag: [{ name: 'stat:seen' }] });
  sighted = await makeAttribute(ann, open.id, { type: 'text', value: 'shared by two' });
  const closed = await makeEvent(ann, { distribution: '0', Tag: [{ name: 'stat:hidden' }] });
  await makeAttribute(ann, closed.id, { type: 'text', value: 'shared by two' });
  await makeAttribute(ann, closed.id, { type: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e' });
});

afterAll(() => magpie.stop());

const stat = async (client: ApiClient, page: string) => (await client.get(`/users/statistics/${page}`)).body;

describe('statistics', () => {
  it('count what the viewer sees, as texts', async () => {
    expect(member(await stat(ann, 'data'), 'stats')).toMatchObject({
      event_count: '2',
      attribute_count: '3',
      attribute_count_month: '3',
      attributes_per_event: '2',
      correlation_count: '1',
      contributing_org_count: '1',
      user_count: '3',
    });
    expect(member((await bob.get('/users/statistics')).body, 'stats')).toMatchObject({
      event_count: '1',
      attribute_count: '1',
      correlation_count: '0',
    });
  });

  it('tell contributions by organisation', async () => {
    expect(member(await stat(ann, 'orgs'), alphaName)).toMatchObject({
      userCount: '1',
      eventCount: '2',
      attributeCount: '3',
    });
    expect(member(await stat(bob, 'orgs'), alphaName)).toMatchObject({ eventCount: '1', attributeCount: '1' });
    expect(await stat(bob, 'orgs/scope:external')).not.toHaveProperty(alphaName);
  });

  it('tell tags, types and users', async () => {
    expect(JSON.stringify(await stat(ann, 'tags'))).toContain('stat:hidden');
    expect(JSON.stringify(await stat(bob, 'tags'))).not.toContain('stat:hidden');
    expect(member(await stat(bob, 'tags'), 'flatData', 'custom', 'stat:seen')).toEqual({
      name: 'stat:seen',
      size: '1',
    });
    expect(member(await stat(ann, 'attributehistogram'), 0)).toEqual({
      data: { md5: '1', text: '2' },
      org_name: 'All organisations',
      total: 3,
    });
    expect(JSON.stringify(await stat(bob, 'attributehistogram'))).not.toContain('md5');
    expect((await ann.get('/users/histogram')).body).toEqual(await stat(ann, 'attributehistogram'));
    expect(JSON.stringify((await bob.get('/users/histogram')).body)).not.toContain('md5');
    expect((await ann.get('/users/tagStatisticsGraph')).body).toEqual(await stat(ann, 'tags'));
    expect(member(await stat(ann, 'users'), 'user', 'data')).toEqual({ total: 3, month: 2, year: 2 });
    expect(await stat(ann, 'sightings')).toEqual({ toplist: [], eventids: [] });
    expect(await stat(ann, 'galaxyMatrix')).toMatchObject({ matrix: {}, scores: [] });
    expect((await ann.get('/users/statistics/nonsense')).status).toBe(404);
    expect((await ann.get('/users/statistics/constructor')).status).toBe(404);
  });

  it('name no other organisations from the moment on that these are hidden', async () => {
    const named = async () => Object.keys(Object(await stat(ann, 'orgs/scope:all'))).length;
    expect(await named()).toBeGreaterThan(1);
    await havingSettings(magpie.admin, { 'Security.hide_organisation_index_from_users': true }, async () => {
      expect(await named()).toBe(1);
    });
    expect(await named()).toBeGreaterThan(1);
  });

  it('tell the sources of one’s own organisation’s sightings alone', async () => {
    const { id } = sighted;
    await ann.post(`/sightings/add/${id}`, { source: 'honeypot', type: '0' });
    const own = magpie.client((await makeUser(magpie.admin, { org_id: alphaId })).key);
    expect(await stat(magpie.admin, 'sightings')).toEqual({ toplist: [], eventids: [] });
    expect(member(await stat(own, 'sightings/scope:all'), 'toplist')).toEqual({ honeypot: 1 });
  });
});

const viewer = { organisationId: 1, flags: new Set<string>() } as unknown as Viewer;

describe('kept results', () => {
  it('are found once for all who ask meanwhile, and again only after a hundred times that time', async () => {
    let now = 0;
    let runs = 0;
    const kept = createKeptResults(() => now);
    const find = async () => {
      runs += 1;
      now += 2000;
      return runs;
    };
    expect(await Promise.all([kept.get(viewer, 'a', find), kept.get(viewer, 'a', find)])).toEqual([1, 1]);
    now += 199_999;
    expect(await kept.get(viewer, 'a', find)).toBe(1);
    now += 1;
    expect(await kept.get(viewer, 'a', find)).toBe(1);
    expect(await kept.get(viewer, 'a', find)).toBe(2);
    expect(runs).toBe(2);
  });

  it('are waited for when they are quick', async () => {
    let now = 0;
    let runs = 0;
    const kept = createKeptResults(() => now);
    const find = async () => {
      runs += 1;
      now += 10;
      return runs;
    };
    expect(await kept.get(viewer, 'a', find)).toBe(1);
    now += 1000;
    expect(await kept.get(viewer, 'a', find)).toBe(2);
  });

  it('are not kept when finding them fails', async () => {
    const kept = createKeptResults();
    await expect(kept.get(viewer, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await kept.get(viewer, 'a', async () => 7)).toBe(7);
  });
});
