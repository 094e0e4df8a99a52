import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

const uuid = '3ab3a65a-0171-401a-9895-8d42bc7bed7c';
let magpie: TestMagpie;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-content-'));
  const list = [
    { name: 'First', uuid, org_uuid: 'o', org_name: 'CERT', email: 'info@first.test', misp_project_vetted: true },
    { name: 'Second', uuid: uuid.replace('3ab', '4ab'), email: 'undefined', misp_project_vetted: false },
  ];
  await writeFile(join(folder, 'communities-defaults.json'), JSON.stringify(list));
  await writeFile(
    join(folder, 'feeds-defaults.json'),
    JSON.stringify([
      { Feed: { name: 'Known', provider: 'p', url: 'https://known.test/x', source_format: 'csv', enabled: true } },
    ]),
  );
  magpie = await startTestMagpie({ environment: { MAGPIE_CONTENT_SOURCE: folder } });
});
afterAll(async () => {
  await magpie.stop();
  await rm(folder, { recursive: true });
});

it('lists the communities of the content source with their places as ids', async () => {
  expect((await magpie.admin.get('/communities/index')).body).toMatchObject([
    { id: 1, name: 'First', Org: { name: 'CERT', uuid: 'o' } },
  ]);
  expect((await magpie.admin.get('/communities/index/context:unvetted')).body).toMatchObject([{ id: 2 }]);
  expect((await magpie.admin.get('/communities/view/1')).body).toMatchObject({ name: 'First' });
  expect((await magpie.admin.get(`/communities/view/${uuid}`)).body).toMatchObject({ name: 'First' });
  expect((await magpie.admin.get('/communities/view/9')).status).toBe(404);
});

it('asks for access by mail, or shows what it would send', async () => {
  const mock = await magpie.admin.post('/communities/requestAccess/1', {
    email: 'me@x.test',
    message: 'Hello',
    mock: true,
  });
  expect(member(mock.body, 'headers')).toContain('To: info@first.test');
  expect(member(mock.body, 'message')).toContain('Hello');
  expect((await magpie.admin.post('/communities/requestAccess/1', { message: 'Hello' })).body).toMatchObject({
    message: 'Request sent.',
  });
  expect((await magpie.admin.post('/communities/requestAccess/2', {})).status).toBe(403);
});

it('fetches the list anew, or tells why it cannot', async () => {
  expect((await magpie.admin.post('/communities/update', {})).body).toMatchObject({
    message: 'List of communities loaded.',
  });
  const place = join(folder, 'communities-defaults.json');
  const list = await readFile(place);
  await rm(place);
  const refused = await magpie.admin.post('/communities/update', {});
  expect(refused.status).toBe(403);
  expect(JSON.stringify(refused.body)).toContain('The list of communities could not be read');
  await writeFile(place, list);
});

it('is for site administrators', async () => {
  const client = magpie.client((await makeUser(magpie.admin, { role_id: '2' })).key);
  expect((await client.get('/communities/index')).status).toBe(403);
  expect((await client.post('/communities/requestAccess/1', {})).status).toBe(403);
  expect((await client.post('/communities/update', {})).status).toBe(403);
});

it('loads the known feeds once, switched off', async () => {
  for (let times = 0; times < 2; times += 1) {
    expect((await magpie.admin.post('/feeds/loadDefaultFeeds', {})).body).toMatchObject({
      message: 'Default feed metadata loaded.',
    });
  }
  expect((await magpie.admin.get('/feeds/index/value:known.test')).body).toMatchObject([
    { Feed: { name: 'Known', enabled: false, default: true } },
  ]);
});
