import { type ApiClient, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let user: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  user = await magpie.user();
});
afterAll(() => magpie.stop());

async function asStranger(path: string, headers: Record<string, string>) {
  const answer = await fetch(`${magpie.url}${path}`, { headers });
  return { status: answer.status, body: await answer.json() };
}

describe('refusals', () => {
  it('says where there is no search', async () => {
    for (const path of ['/tags/restSearch', '/shadow_attributes/restSearch/json', '/organisations/restsearch']) {
      const answer = await user.post(path, {});
      expect(answer).toMatchObject({
        status: 404,
        body: { message: 'RestSearch is not implemented (yet) for this scope.' },
      });
    }
    expect(await user.post('/event_reports/restSearch', {})).toMatchObject({
      status: 403,
      body: { message: 'You do not have permission to use this functionality.' },
    });
    expect((await magpie.admin.post('/event_reports/restSearch', {})).status).toBe(404);
    expect(await magpie.admin.get('/nothing/restSearch')).toMatchObject({ status: 404, body: { name: 'Not Found' } });
  });

  it('tells scripts in pages shortly that nobody is signed in', async () => {
    const script = { 'x-requested-with': 'XMLHttpRequest' };
    const short = { status: 403, body: { message: 'Authentication failed.' } };
    expect(await asStranger('/events/index.json', script)).toMatchObject(short);
    expect(await asStranger('/events/index', { ...script, accept: 'application/json' })).toMatchObject(short);
    expect(await asStranger('/events/index', { ...script, accept: '*/*' })).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    });
    const wrongKey = { ...script, accept: 'application/json', authorization: 'x'.repeat(40) };
    expect(await asStranger('/events/index', wrongKey)).toMatchObject(short);
    const plain = await asStranger('/events/index', { accept: 'application/json' });
    expect(plain.body).toMatchObject({ message: expect.stringContaining('API key of an API enabled user') });
  });

  it('repeats the URL with its query, escaped for HTML', async () => {
    const { body } = await user.get('/events/view/999999?a=1&b=2');
    expect(body).toMatchObject({ url: '/events/view/999999?a=1&amp;b=2' });
  });

  it('takes more slashes than needed for one', async () => {
    expect((await user.get('//')).status).toBe(200);
    expect((await user.get('//events//index')).status).toBe(200);
  });

  it('describes what takes another verb than the one that was sent', async () => {
    const described = { status: 200, body: { name: '/events/add API description' } };
    expect(await user.get('/events/add')).toMatchObject(described);
    expect(await user.put('/events/add', { info: 'x' })).toMatchObject(described);
    expect(await user.delete('/events/add')).toMatchObject(described);
  });

  it('says so where an action takes POST alone', async () => {
    expect(await user.get('/favourite_tags/toggle')).toMatchObject({
      status: 405,
      body: { message: 'This action is only available via POST requests.' },
    });
  });

  it('lists no connections of kinds that there are none of', async () => {
    for (const kind of ['cerebrates', 'taxii_servers', 'sightingdb', 'benchmarks']) {
      expect(await magpie.admin.get(`/${kind}/index`)).toMatchObject({ status: 200, body: [] });
      expect((await user.get(`/${kind}/index`)).status).toBe(403);
    }
  });
});
