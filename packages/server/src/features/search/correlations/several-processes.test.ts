import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

let here: TestMagpie;
let there: TestMagpie;
/** The same user at the other process. */
let reader: ApiClient;
const ids: string[] = [];

beforeAll(async () => {
  here = await startTestMagpie();
  there = await startTestMagpie({ beside: here });
  reader = there.client(there.adminKey);
  const organisation = await makeOrganisation(here.admin);
  const maker = await here.user(organisation);
  for (const info of ['one', 'two']) {
    const { id } = await makeEvent(maker, {
      info,
      distribution: '3',
      Attribute: ['shared.example', 'www.listed.example'].map((value) => ({ type: 'domain', value })),
    });
    ids.push(id);
  }
});
afterAll(async () => {
  await there?.stop();
  await here?.stop();
});

const related = async () => {
  const { body } = await reader.get(`/events/view/${ids[0]}`);
  return (member(body, 'Event', 'RelatedEvent') as unknown[]).map((row) => member(row, 'Event', 'info'));
};
const counted = async () =>
  member((await reader.post('/correlations/eventCounts', { ids })).body, 'counts', ids[0] ?? '');
const set = (name: string, value: unknown) => here.admin.post(`/servers/serverSettingsEdit/${name}`, { value });

describe('a process beside the one that is written to', () => {
  /** What the other process says of lists: its check, the warnings of an event, and what a search leaves out. */
  async function listed() {
    const checked = await reader.post('/warninglists/checkValue', ['www.listed.example']);
    const hits = Object(checked.body)['www.listed.example'] ?? [];
    const { body } = await reader.get(`/events/view/${ids[0]}`);
    const warned = (member(body, 'Event', 'Attribute') as unknown[]).flatMap((row) => Object(row).warnings ?? []);
    const search = await reader.post('/attributes/restSearch', { eventid: ids[0], enforceWarninglist: 1 });
    const values = (member(search.body, 'response', 'Attribute') as unknown[]).map((row) => member(row, 'value'));
    return {
      checked: Object.values(hits).map((hit) => member(hit, 'name')),
      warnings: warned.map((warning) => member(warning, 'warninglist_name')),
      kept: values.length,
    };
  }
  const hit = (name: string) => ({ checked: [name], warnings: [name], kept: 1 });
  const none = { checked: [], warnings: [], kept: 2 };

  it('knows warninglists as they are now', async () => {
    expect(await listed()).toEqual(none);
    const made = await here.admin.post('/warninglists/add', {
      ...{ name: 'Mine', type: 'hostname', description: '', category: 'known', enabled: true },
      entries: ['listed.example'],
    });
    const id = member(made.body, 'Warninglist', 'id');
    expect(await listed()).toEqual(hit('Mine'));
    await here.admin.post(`/warninglists/enableWarninglist/${id}/0`);
    expect(await listed()).toEqual(none);
    await here.admin.post(`/warninglists/toggleEnable`, { id });
    expect(await listed()).toEqual(hit('Mine'));
    await here.admin.post(`/warninglists/edit/${id}`, { name: 'Renamed' });
    expect(await listed()).toEqual(hit('Renamed'));
    await here.admin.post(`/warninglists/edit/${id}`, { entries: ['other.example'] });
    expect(await listed()).toEqual(none);
    await here.admin.post(`/warninglists/delete/${id}`);
    const imported = await here.admin.post('/warninglists/import', {
      ...{ name: 'Brought', type: 'string', description: 'x', version: 1, matching_attributes: ['domain'] },
      list: ['www.listed.example'],
    });
    const brought = member(imported.body, 'id') ?? member(imported.body, 'Warninglist', 'id');
    await here.admin.post(`/warninglists/enableWarninglist/${brought}/1`);
    expect(await listed()).toEqual(hit('Brought'));
    await here.admin.post(`/warninglists/delete/${brought}`);
    expect(await listed()).toEqual(none);
  });

  it('knows what shall not correlate', async () => {
    expect([await related(), await counted()]).toEqual([['two'], 1]);
    const exclusions: unknown[] = [];
    for (const value of ['SHARED.%', '%.listed.example']) {
      const added = await here.admin.post('/correlation_exclusions/add', { value });
      exclusions.push(member(added.body, 'CorrelationExclusion', 'id'));
    }
    expect([await related(), await counted()]).toEqual([[], 0]);
    for (const id of exclusions) await here.admin.post(`/correlation_exclusions/delete/${id}`);
    expect([await related(), await counted()]).toEqual([['two'], 1]);
    const rule = await here.admin.post('/correlation_rules/add', {
      ...{ name: 'apart', selector_type: 'event_id', selector_list: ids, comment: '' },
    });
    const id = member(rule.body, 'CorrelationRule', 'id');
    expect([await related(), await counted()]).toEqual([[], 0]);
    await here.admin.post(`/correlation_rules/edit/${id}`, { selector_list: [ids[0]] });
    expect([await related(), await counted()]).toEqual([['two'], 1]);
    await here.admin.post(`/correlation_rules/delete/${id}`);
    await here.admin.post(`/events/toggleCorrelation/${ids[1]}`);
    expect([await related(), await counted()]).toEqual([[], 0]);
    await here.admin.post(`/events/toggleCorrelation/${ids[1]}`);
    expect([await related(), await counted()]).toEqual([['two'], 1]);
  });

  it('follows the settings of correlation within a moment', async () => {
    await set('MISP.completely_disable_correlation', true);
    await vi.waitFor(async () => expect([await related(), await counted()]).toEqual([[], 0]), 5000);
    await set('MISP.completely_disable_correlation', false);
    await vi.waitFor(async () => expect([await related(), await counted()]).toEqual([['two'], 1]), 5000);
    await makeEvent(here.admin, { Attribute: [{ type: 'domain', value: 'shared.example' }] });
    await makeEvent(here.admin, { Attribute: [{ type: 'domain', value: 'www.listed.example' }] });
    expect(await counted()).toBe(3);
    await set('MISP.correlation_limit', 1);
    await vi.waitFor(async () => expect([await related(), await counted()]).toEqual([[], 0]), 5000);
    await set('MISP.correlation_limit', 20);
    await vi.waitFor(async () => expect(await counted()).toBe(3), 5000);
    await set('MISP.max_correlations_per_event', 2);
    await vi.waitFor(async () => expect(await counted()).toBe(2), 5000);
    expect(await related()).toHaveLength(2);
    await set('MISP.max_correlations_per_event', 5000);
  });

  it('scores by decaying models as they are now', async () => {
    const parameters = { lifetime: 10, decay_speed: 1, threshold: 30, default_base_score: 80 };
    const model = { name: 'Model', parameters, attribute_types: ['domain'], enabled: 1, all_orgs: 1 };
    const scores = async () => {
      const { body } = await reader.post('/attributes/restSearch', { eventid: ids[0], includeDecayScore: 1 });
      const scored = Object(member(body, 'response', 'Attribute', 0)).decay_score ?? [];
      return Object.values(scored).map((score) => [
        member(score, 'DecayingModel', 'name'),
        member(score, 'base_score'),
      ]);
    };
    expect(await scores()).toEqual([]);
    const made = await here.admin.post('/decayingModel/add', model);
    const id = member(made.body, 'data', 'DecayingModel', 'id');
    expect(await scores()).toEqual([['Model', 80]]);
    await here.admin.post(`/decayingModel/edit/${id}`, { parameters: { ...parameters, default_base_score: 40 } });
    expect(await scores()).toEqual([['Model', 40]]);
    await here.admin.post(`/decayingModel/disable/${id}`);
    expect(await scores()).toEqual([]);
    await here.admin.post(`/decayingModel/enable/${id}`);
    expect(await scores()).toEqual([['Model', 40]]);
    await here.admin.post(`/decayingModel/delete/${id}`);
    expect(await scores()).toEqual([]);
  });
});
