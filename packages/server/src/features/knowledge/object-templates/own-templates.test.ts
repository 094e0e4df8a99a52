import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LIBRARY_TEMPLATE = '33333333-3333-4333-8333-333333333333';
const FILES: Readonly<Record<string, unknown>> = {
  'objects/objects/demo/definition.json': {
    uuid: LIBRARY_TEMPLATE,
    name: 'demo',
    version: 4,
    attributes: { a: { 'misp-attribute': 'text' } },
  },
  'objects/relationships/definition.json': {
    version: 2,
    values: [{ name: 'drops', description: 'It drops the other', format: ['misp'] }],
  },
};

let magpie: TestMagpie;
let folder: string;
let maker: ApiClient;
let otherMaker: ApiClient;
let user: ApiClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-templates-'));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(content));
  }
  magpie = await startTestMagpie({ environment: { MAGPIE_CONTENT_SOURCE: folder } });
  const { admin } = magpie;
  const role = await admin.post('/admin/roles/add', {
    name: 'Template maker',
    permission: 2,
    perm_auth: true,
    perm_object_template: true,
  });
  const roleId = String(member(role.body, 'Role', 'id'));
  const client = async (organisation: Made) =>
    magpie.client((await makeUser(admin, { org_id: organisation.id, role_id: roleId })).key);
  [maker, otherMaker] = [await client(await makeOrganisation(admin)), await client(await makeOrganisation(admin))];
  user = await magpie.user();
  await admin.post('/objectTemplates/update');
});
afterAll(async () => {
  await magpie.stop();
  await rm(folder, { recursive: true });
});

const definition = {
  name: 'coffee',
  'meta-category': 'misc',
  description: 'A cup',
  required: ['bean'],
  attributes: {
    bean: { 'misp-attribute': 'text', 'ui-priority': 1 },
    seller: { 'misp-attribute': 'url', multiple: true },
  },
};

describe('object templates of one’s own', () => {
  it('are made from the form of the library, and objects are checked against them', async () => {
    const made = await maker.post('/objectTemplates/add', definition);
    expect(made.status).toBe(200);
    expect(member(made.body, 'ObjectTemplate')).toMatchObject({
      name: 'coffee',
      version: '1',
      fixed: false,
      active: true,
      requirements: { required: ['bean'] },
    });
    const uuid = String(member(made.body, 'ObjectTemplate', 'uuid'));
    const event = await makeEvent(user);
    const object = (Attribute: object[]) =>
      user.post(`/objects/add/${event.id}`, { name: 'coffee', template_uuid: uuid, template_version: '1', Attribute });
    const seller = { object_relation: 'seller', type: 'url', value: 'https://coffee.example/' };
    expect((await object([seller])).status).toBe(403);
    expect((await object([seller, { object_relation: 'bean', type: 'text', value: 'Arabica' }])).status).toBe(200);
  });

  it('are changed by a newer version, which may come as it was shown', async () => {
    const made = await maker.post('/objectTemplates/add', { ObjectTemplate: { ...definition, name: 'tea' } });
    const id = String(member(made.body, 'ObjectTemplate', 'id'));
    const shown = (await maker.get(`/objectTemplates/view/${id}`)).body;
    const edited = await maker.post(`/objectTemplates/edit/${id}`, shown);
    expect(member(edited.body, 'ObjectTemplate')).toMatchObject({ name: 'tea', version: '2', active: true });
    expect(member(edited.body, 'ObjectTemplateElement')).toMatchObject([
      { object_relation: 'bean', type: 'text' },
      { object_relation: 'seller', type: 'url', multiple: true },
    ]);
    expect(member((await maker.get(`/objectTemplates/view/${id}`)).body, 'ObjectTemplate', 'active')).toBe(false);
  });

  it('are for those with the right, in their organisation, and never those of the library', async () => {
    expect((await user.post('/objectTemplates/add', definition)).status).toBe(403);
    const made = await maker.post('/objectTemplates/add', { ...definition, name: 'milk' });
    const id = String(member(made.body, 'ObjectTemplate', 'id'));
    expect((await otherMaker.post(`/objectTemplates/edit/${id}`, definition)).status).toBe(403);
    for (const target of [
      id,
      String(member((await maker.get(`/objectTemplates/view/${LIBRARY_TEMPLATE}`)).body, 'ObjectTemplate', 'id')),
    ]) {
      expect((await otherMaker.post('/objectTemplates/activate', { ObjectTemplate: { data: target } })).status).toBe(
        403,
      );
      expect((await otherMaker.post(`/objectTemplates/delete/${target}`)).status).toBe(403);
    }
    expect((await magpie.admin.post(`/objectTemplates/edit/${LIBRARY_TEMPLATE}`, definition)).status).toBe(403);
    expect((await maker.post('/objectTemplates/edit/999999', definition)).status).toBe(404);
    expect((await maker.post(`/objectTemplates/delete/${id}`)).status).toBe(200);
  });

  it('are refused without a name, attributes, known types and a uuid of their own', async () => {
    for (const wrong of [
      { ...definition, name: '' },
      { ...definition, attributes: {} },
      { ...definition, attributes: { bean: { 'misp-attribute': 'no-such-type' } } },
      { ...definition, required: ['sugar'] },
      { ...definition, uuid: LIBRARY_TEMPLATE },
    ]) {
      expect(await maker.post('/objectTemplates/add', wrong)).toMatchObject({ status: 403, body: { saved: false } });
    }
  });
});

it('lists the words for relationships between objects', async () => {
  expect((await user.get('/object_relationships/index')).body).toEqual([
    {
      ObjectRelationship: { id: '1', version: '2', name: 'drops', description: 'It drops the other', format: ['misp'] },
    },
  ]);
});

it('lets site administrators alone highlight a word for relationships', async () => {
  const toggle = '/object_relationships/toggleHighlighted/1';
  const words = async () => member((await user.get('/object_relationships/index')).body, 0, 'ObjectRelationship');
  expect((await user.post(toggle, {})).status).toBe(403);
  expect((await magpie.admin.post(toggle, {})).status).toBe(200);
  expect(await words()).toMatchObject({ name: 'drops', highlighted: true });
  await magpie.admin.post(toggle, { ObjectRelationship: { highlighted: 0 } });
  expect(await words()).not.toHaveProperty('highlighted');
  expect((await magpie.admin.post('/object_relationships/toggleHighlighted/999999', {})).status).toBe(404);
});
