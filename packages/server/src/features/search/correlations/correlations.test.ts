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
import { wildEndsPattern } from './rule-conditions.ts';

let magpie: TestMagpie;
let ann: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const alpha = await makeOrganisation(magpie.admin);
  ann = await magpie.user(alpha);
});

afterAll(() => magpie.stop());

async function pair(value: string, type = 'text'): Promise<{ one: string; other: string }> {
  const [one, other] = [await makeEvent(ann), await makeEvent(ann)];
  await makeAttribute(ann, one.id, { type, value });
  await makeAttribute(ann, other.id, { type, value });
  return { one: one.id, other: other.id };
}

async function related(event: string): Promise<unknown[]> {
  const view = await ann.get(`/events/view/${event}`);
  return (member(view.body, 'Event', 'RelatedEvent') as { Event: { id: string } }[]).map(({ Event }) => Event.id);
}

async function relatedAttributes(event: string): Promise<number> {
  const answer = await ann.post('/attributes/restSearch', { eventid: event, includeCorrelations: true });
  return JSON.stringify(answer.body).split('"extends_uuid"').length - 1;
}

const exclude = (value: string) => magpie.admin.post('/correlation_exclusions/add', { value });

describe('an exclusion', () => {
  it('ends the correlation of a value until it is deleted', async () => {
    const { one, other } = await pair('Noise-1');
    expect(await related(one)).toEqual([other]);
    expect(await relatedAttributes(one)).toBe(1);
    const added = await exclude('Noise-1');
    expect(added.body).toMatchObject({ CorrelationExclusion: { value: 'Noise-1', from_json: false, comment: null } });
    expect(await related(one)).toEqual([]);
    expect(await relatedAttributes(one)).toBe(0);
    const id = String(member(added.body, 'CorrelationExclusion', 'id'));
    const edited = await magpie.admin.post(`/correlation_exclusions/edit/${id}`, { value: 'x', comment: 'why' });
    expect(member(edited.body, 'CorrelationExclusion')).toMatchObject({ value: 'Noise-1', comment: 'why' });
    expect((await magpie.admin.post('/correlation_exclusions/clean')).body).toMatchObject({ success: true });
    const deleted = await magpie.admin.post(`/correlation_exclusions/delete/${id}`);
    expect(deleted.body).toMatchObject({ name: 'CorrelationExclusion deleted.', id: Number(id) });
    expect(await related(one)).toEqual([other]);
    expect((await magpie.admin.get(`/correlation_exclusions/view/${id}`)).status).toBe(404);
  });

  it.each([
    { value: '%.example.com', type: 'domain', hit: 'a.example.com', miss: 'example.com.test' },
    { value: 'c:\\temp_1%', type: 'text', hit: 'c:\\temp_1\\x', miss: 'c:\\tempx1\\x' },
    { value: 'Exact', type: 'text', hit: 'exact', miss: 'exactly' },
    { value: 'half%way%', type: 'text', hit: 'half%way there', miss: 'halfOFway there' },
  ])('of $value holds for $hit and not for $miss', async ({ value, type, hit, miss }) => {
    const hits = await pair(hit, type);
    const misses = await pair(miss, type);
    await exclude(value);
    expect(await related(hits.one)).not.toContain(hits.other);
    expect(await related(misses.one)).toContain(misses.other);
  });

  it('is the site’s administrator’s, and unique', async () => {
    await exclude('once');
    expect(await exclude('once')).toMatchObject({
      status: 403,
      body: { errors: { value: ['Value is already in the exclusion list.'] } },
    });
    expect((await exclude('')).status).toBe(403);
    expect((await magpie.admin.get('/correlation_exclusions/index/searchall:onc')).body).toMatchObject([
      { CorrelationExclusion: { value: 'once' } },
    ]);
    for (const path of ['index', 'view/1']) expect((await ann.get(`/correlation_exclusions/${path}`)).status).toBe(403);
    for (const path of ['add', 'edit/1', 'delete/1', 'clean']) {
      expect((await ann.post(`/correlation_exclusions/${path}`, { value: 'x' })).status).toBe(403);
    }
    expect((await magpie.admin.post('/correlation_exclusions/delete/0x1A')).status).toBe(404);
  });
});

describe('a rule', () => {
  it('keeps events apart that it selects', async () => {
    const { one, other } = await pair('ruled');
    const made = await magpie.admin.post('/correlation_rules/add', {
      name: 'apart',
      selector_type: 'event_id',
      selector_list: JSON.stringify([Number(one), other]),
    });
    expect(made.body).toMatchObject({ CorrelationRule: { name: 'apart', selector_list: [Number(one), other] } });
    expect(await related(one)).toEqual([]);
    const id = String(member(made.body, 'CorrelationRule', 'id'));
    await magpie.admin.post(`/correlation_rules/edit/${id}`, {
      selector_type: 'event_info',
      selector_list: ['nothing%'],
    });
    expect(await related(one)).toEqual([other]);
    expect((await magpie.admin.post('/correlation_rules/add', { name: 'x', selector_type: 'y' })).status).toBe(403);
    expect((await ann.get('/correlation_rules/index')).status).toBe(403);
    expect((await magpie.admin.post(`/correlation_rules/delete/${id}`)).status).toBe(200);
  });
});

describe('counted values', () => {
  it('are none until they are counted', async () => {
    await pair('counted');
    expect((await magpie.admin.get('/correlations/top')).body).toEqual([]);
    expect((await magpie.admin.post('/correlations/generateTopCorrelations')).body).toEqual(expect.any(Number));
    await magpie.magpie.jobs.settled();
    expect((await magpie.admin.get('/correlations/top')).body).toContainEqual({
      Correlation: { value: 'counted', count: 1, excluded: false },
    });
    expect((await magpie.admin.get('/correlations/overCorrelations')).body).toEqual([]);
    const few = await magpie.admin.get('/correlations/overCorrelations/scope:not_over_correlating/limit:1');
    expect(few.body).toMatchObject([{ OverCorrelatingValue: { over_correlation: false } }]);
    expect((await ann.get('/correlations/top')).status).toBe(403);
  });
});

describe('values that are too common', () => {
  const over = async () => {
    const { body } = await magpie.admin.get('/correlations/overCorrelations');
    return (body as { OverCorrelatingValue: Record<string, unknown> }[]).map(
      ({ OverCorrelatingValue: found }) => found,
    );
  };

  it('are listed as soon as they are held back, and until they are not', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: 2 });
    const { one } = await pair('all-over');
    const third = await makeEvent(ann, { Attribute: [{ type: 'text', value: 'ALL-over' }] });
    // Each meets two others, which is the limit.
    expect(await related(one)).toHaveLength(2);
    expect(await over()).toEqual([]);
    const fourth = await makeEvent(ann, { Attribute: [{ type: 'filename|md5', value: `all-over|${'d'.repeat(32)}` }] });
    expect(await related(one)).toEqual([]);
    expect(await over()).toMatchObject([
      { value: 'all-over', occurrence: '4', over_correlation: true, excluded: false },
    ]);
    await magpie.admin.post('/correlations/generateOccurrences');
    await magpie.magpie.jobs.settled();
    expect(await over()).toMatchObject([{ value: 'all-over', occurrence: '4' }]);
    const fifth = await makeEvent(ann, { Attribute: [{ type: 'text', value: 'all-over' }] });
    expect(await over()).toMatchObject([{ value: 'all-over', occurrence: '5' }]);
    for (const { id } of [third, fourth, fifth]) await ann.post(`/events/delete/${id}`);
    await magpie.admin.post('/correlations/generateOccurrences');
    await magpie.magpie.jobs.settled();
    expect(await over()).toEqual([]);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: 20 });
  });
});

describe('the engine', () => {
  it('is the one that there is, and a site administrator’s to ask about', async () => {
    const of = (client: ApiClient, path: string) => client.post(`/correlations/${path}`);
    expect(await of(magpie.admin, 'switchEngine/Default')).toMatchObject({ status: 200, body: { success: true } });
    expect((await of(magpie.admin, 'switchEngine/NoAcl')).status).toBe(405);
    expect((await of(magpie.admin, 'truncate/Default')).status).toBe(200);
    expect((await of(magpie.admin, 'truncate/x')).status).toBe(404);
    for (const path of ['switchEngine/Default', 'truncate/Default']) expect((await of(ann, path)).status).toBe(403);
  });
});

describe('the pattern of a rule', () => {
  it.each([
    ['plain', 'plain'],
    ['%x%', '%x%'],
    ['50% off_', '50\\% off\\_'],
    ['%', '%'],
    ['a\\b%', 'a\\\\b%'],
  ])('of %j is %j', (value, pattern) => {
    expect(wildEndsPattern(value)).toBe(pattern);
  });
});

describe('granular correlation', () => {
  type Shown = { value: string; RelatedAttribute?: { event_id: string; score?: number }[] } & Record<string, unknown>;
  const attributes = async (event: string): Promise<Shown[]> => {
    const view = await ann.get(`/events/view/${event}/includeGranularCorrelations:1`);
    return member(view.body, 'Event', 'Attribute') as Shown[];
  };

  it('names the other attributes with their events', async () => {
    const { one, other } = await pair('granular');
    expect(await attributes(one)).toMatchObject([
      {
        RelatedAttribute: [
          { value: 'granular', event_id: other, info: expect.any(String), org_id: expect.any(String) },
        ],
      },
    ]);
    const found = await ann.post('/events/restSearch', { eventid: one, includeGranularCorrelations: 1 });
    expect(member(found.body, 'response', 0, 'Event', 'Attribute', 0, 'RelatedAttribute')).toHaveLength(1);
    expect(JSON.stringify((await ann.get(`/events/view/${one}`)).body)).not.toContain('RelatedAttribute');
  });

  it('says what is held back', async () => {
    const [popular, excluded] = [await pair('everywhere'), await pair('excluded-noise')];
    await exclude('excluded-noise');
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: 1 });
    await makeAttribute(ann, (await makeEvent(ann)).id, { type: 'text', value: 'Everywhere' });
    expect(await attributes(popular.one)).toMatchObject([{ over_correlation: true }]);
    expect((await attributes(popular.one))[0]).not.toHaveProperty('RelatedAttribute');
    expect(await related(popular.one)).toEqual([]);
    expect(await attributes(excluded.one)).toMatchObject([{ correlation_exclusion: true }]);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: 20 });
    expect(await related(popular.one)).toHaveLength(2);
  });

  it('takes in networks and similar hashes where the administrator wants it', async () => {
    const hash = (tail: string) => `96:abcdefghijklmnopqrstuvwxyz0123456789${tail}:ABCDEFGHIJKLMNOP`;
    const [one, other] = [await makeEvent(ann), await makeEvent(ann)];
    await makeAttribute(ann, one.id, { type: 'ip-dst', value: '2001:db8:1::/48' });
    await makeAttribute(ann, other.id, { type: 'ip-src|port', value: '2001:db8:1::5|443' });
    await makeAttribute(ann, one.id, { type: 'ssdeep', value: hash('+++') });
    await makeAttribute(ann, other.id, { type: 'ssdeep', value: hash('///') });
    expect(await related(one.id)).toEqual([]);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enable_advanced_correlations', { value: true });
    expect(await related(one.id)).toEqual([other.id]);
    expect(await related(other.id)).toEqual([one.id]);
    const shown = await attributes(one.id);
    expect(shown.map(({ RelatedAttribute }) => RelatedAttribute?.length)).toEqual([1, 1]);
    expect(shown[1]?.RelatedAttribute?.[0]?.score).toBeGreaterThan(80);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enable_advanced_correlations', { value: false });
  });
});

describe('switching correlation off', () => {
  it('for the whole instance ends it at once', async () => {
    const { one, other } = await pair('switched');
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.completely_disable_correlation', { value: true });
    expect(await related(one)).toEqual([]);
    expect(await relatedAttributes(one)).toBe(0);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.completely_disable_correlation', { value: false });
    expect(await related(one)).toEqual([other]);
  });

  it('for an event or an attribute ends it on both sides', async () => {
    const { one, other } = await pair('toggled');
    await magpie.admin.post(`/events/toggleCorrelation/${other}`);
    expect(await related(one)).toEqual([]);
    await magpie.admin.post(`/events/toggleCorrelation/${other}`);
    expect(await related(one)).toEqual([other]);
    const view = await ann.get(`/events/view/${one}`);
    const attribute = String(member(view.body, 'Event', 'Attribute', 0, 'id'));
    await magpie.admin.post(`/attributes/edit/${attribute}`, { disable_correlation: true });
    expect(await related(other)).toEqual([]);
  });
});
