import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, JSON_HEADERS, startClientWorld } from './client-world.ts';

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.magpie.stop());

type Wire = Record<string, unknown>;

async function search(scope: 'events' | 'attributes', body: Wire): Promise<unknown> {
  const answer = await world.send('POST', `/${scope}/restSearch`, { headers: JSON_HEADERS, body });
  expect({ body, status: answer.status, text: answer.text.slice(0, 200) }).toMatchObject({ status: 200 });
  return answer.body;
}
const values = (body: unknown) => (member(body, 'response', 'Attribute') as Wire[]).map(({ value }) => value);

describe('what all clients rely on', () => {
  it('empty results are empty lists', async () => {
    expect(await search('events', { value: 'nothing' })).toEqual({ response: [] });
    expect(await search('attributes', { value: 'nothing' })).toEqual({ response: { Attribute: [] } });
  });

  it('errors have a name, a message and the address', async () => {
    const missing = await world.send('GET', '/events/view/999999', { headers: JSON_HEADERS });
    expect(missing).toMatchObject({
      status: 404,
      body: { name: 'Invalid event', message: 'Invalid event', url: '/events/view/999999' },
    });
    const refused = await world.send('POST', `/attributes/add/${world.draft.id}`, {
      headers: JSON_HEADERS,
      body: { type: 'domain', value: 'no domain' },
    });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        saved: false,
        name: 'Could not add Attribute',
        message: 'Could not add Attribute',
        url: '/attributes/add',
        errors: { value: [expect.any(String)] },
      },
    });
  });

  it('named parameters carry lists by bars, ampersands and brackets', async () => {
    for (const path of ['type:domain||url', 'type:domain&&url', 'type[]:domain/type[]:url']) {
      const answer = await world.send('GET', `/attributes/restSearch/${path}`, {
        headers: { Accept: 'application/json' },
      });
      expect([path, values(answer.body).length]).toEqual([path, 3]);
    }
  });

  it('per cent signs are wild at both ends', async () => {
    expect(values(await search('attributes', { value: '%.bad.example' }))).toEqual(['login.bad.example']);
    expect(values(await search('attributes', { value: 'login.%' }))).toEqual(['login.bad.example']);
    expect(values(await search('attributes', { value: 'login.bad' }))).toEqual([]);
  });

  it('times are epochs, spans back from now, dates, or pairs; what ends in a unit but is no number finds nothing', async () => {
    for (const timestamp of [1, '1', '1d', '24h', '2020-01-01', ['2d', '0h'], [1, 4_000_000_000]]) {
      expect([timestamp, values(await search('attributes', { timestamp })).length]).toEqual([timestamp, 9]);
    }
    for (const timestamp of ['1h30m', '3 days']) {
      expect([timestamp, values(await search('attributes', { timestamp }))]).toEqual([timestamp, []]);
    }
  });

  it('a limit of 0 is none, and a page without a limit does nothing', async () => {
    expect(values(await search('attributes', { limit: 0 }))).toHaveLength(9);
    expect(values(await search('attributes', { page: 2 }))).toHaveLength(9);
    expect(values(await search('attributes', { limit: 5, page: 2 }))).toHaveLength(4);
  });

  it('JSON is asked for by header or by extension', async () => {
    const byHeader = await world.send('GET', `/events/view/${world.published.id}`, {
      headers: { Accept: 'application/json' },
    });
    const byExtension = await world.send('GET', `/events/view/${world.published.id}.json`);
    expect(byExtension.body).toEqual(byHeader.body);
  });

  it('the key stands bare in its header, or in one of its own', async () => {
    const path = '/users/view/me';
    expect((await world.send('GET', path, { headers: JSON_HEADERS })).status).toBe(200);
    const own = { ...JSON_HEADERS, 'X-MISP-AUTH': world.key };
    expect((await world.send('GET', path, { key: null, headers: own })).status).toBe(200);
    expect((await world.send('GET', path, { key: `Bearer ${world.key}`, headers: JSON_HEADERS })).status).toBe(403);
    expect((await world.send('GET', path, { key: null, headers: JSON_HEADERS })).status).toBe(403);
  });

  it('answers come compressed to those who take it', async () => {
    for (const coding of ['gzip', 'br']) {
      const answer = await world.send('POST', '/attributes/restSearch', {
        headers: { ...JSON_HEADERS, 'Accept-Encoding': coding },
        body: { returnFormat: 'json' },
      });
      expect([answer.headers.get('content-encoding'), values(answer.body).length]).toEqual([coding, 9]);
    }
  });
});
