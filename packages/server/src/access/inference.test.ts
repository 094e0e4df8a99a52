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

const SHARED = '198.51.100.77';
const COPIED = '198.51.100.78';

let magpie: TestMagpie;
let victim: ApiClient;
let stranger: ApiClient;
/** The stranger's event; its first value is in the hidden rows, its second one in a visible row too. */
let own: Made;
let hiddenIds: string[];

beforeAll(async () => {
  magpie = await startTestMagpie();
  const user = (organisation: Made) => magpie.user(organisation, '2');
  victim = await user(await makeOrganisation(magpie.admin));
  stranger = await user(await makeOrganisation(magpie.admin));
  const attribute = (value: string, distribution: string) => ({ type: 'ip-dst', value, distribution });
  const hidden = await makeEvent(victim, {
    info: 'a secret title',
    distribution: '0',
    Attribute: [attribute(SHARED, '5'), attribute(COPIED, '5')],
  });
  const partly = await makeEvent(victim, {
    info: 'an open title',
    distribution: '3',
    Attribute: [attribute(SHARED, '0'), attribute(COPIED, '5')],
  });
  own = await makeEvent(stranger, { Attribute: [attribute(SHARED, '5'), attribute(COPIED, '5')] });
  hiddenIds = [hidden.id, hidden.uuid, String(member(partly.body, 'Event', 'Attribute', 0, 'uuid'))];
});

afterAll(() => magpie.stop());

const attributeId = (place: number) => String(member(own.body, 'Event', 'Attribute', place, 'id'));

describe('correlation', () => {
  it('names only events and attributes that the reader may see', async () => {
    const view = await stranger.get(`/events/view/${own.id}`);
    const related = member(view.body, 'Event', 'RelatedEvent') as { Event: { info: string } }[];
    expect(related.map(({ Event }) => Event.info)).toEqual(['an open title']);
    const theirs = await victim.get(`/events/view/${hiddenIds[0]}`);
    expect(member(theirs.body, 'Event', 'RelatedEvent')).toHaveLength(2);
  });

  it('tells nothing of hidden ones by any search or list', async () => {
    const answers = [
      await stranger.get(`/events/view/${own.id}/includeGranularCorrelations:1`),
      await stranger.get(`/attributes/view/${attributeId(0)}`),
      await stranger.post('/attributes/restSearch', {
        returnFormat: 'json',
        value: SHARED,
        includeCorrelations: 1,
        includeContext: 1,
      }),
      await stranger.post('/events/restSearch', { returnFormat: 'json', value: SHARED, includeCorrelations: 1 }),
      await stranger.post('/events/index', { attribute: SHARED }),
      await stranger.post('/ui/events', {}),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      const text = JSON.stringify(body);
      expect(text).not.toContain('a secret title');
      expect(text).not.toContain(hiddenIds[1]);
      expect(text).not.toContain(hiddenIds[2]);
    }
  });

  it('counts on the event list as many as the reader may open', async () => {
    const ids = [own.id, hiddenIds[0]];
    const counts = async (reader: ApiClient) =>
      member((await reader.post('/correlations/eventCounts', { ids })).body, 'counts');
    expect(await counts(stranger)).toEqual({ [own.id]: 1 });
    expect(await counts(magpie.admin)).toEqual({ [own.id]: 2, [String(hiddenIds[0])]: 2 });
  });
});

describe('the value of a hidden row', () => {
  it('may be added by others, who do not learn that it is there', async () => {
    const event = await makeEvent(stranger);
    const value = '198.51.100.99';
    await makeAttribute(victim, String(hiddenIds[0]), { type: 'ip-dst', value });
    const answer = await stranger.post(`/attributes/add/${event.id}`, { type: 'ip-dst', value });
    expect(answer.status).toBe(200);
    expect(JSON.stringify((await stranger.get(`/events/view/${event.id}`)).body)).not.toContain('a secret title');
  });

  it('is in none of the columns by which a list can be ordered or cut', async () => {
    for (const order of ['Event.id desc', 'Event.timestamp desc', 'Attribute.id desc']) {
      const body = { returnFormat: 'json', order, limit: 1, page: 1, value: [SHARED] };
      const answer = await stranger.post('/attributes/restSearch', body);
      expect(member(answer.body, 'response', 'Attribute', 0, 'event_id')).toBe(own.id);
      const next = await stranger.post('/attributes/restSearch', { ...body, page: 2 });
      expect(member(next.body, 'response', 'Attribute')).toEqual([]);
      expect(next.headers.get('x-result-count') ?? '0').not.toMatch(/[3-9]/);
    }
  });
});
