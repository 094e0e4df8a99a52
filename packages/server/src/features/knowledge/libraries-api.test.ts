import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTemplate, templateObjection } from './object-templates/service.ts';

const GALAXY = '11111111-1111-4111-8111-111111111111';
const CLUSTER = '22222222-2222-4222-8222-222222222222';
const TEMPLATE = '33333333-3333-4333-8333-333333333333';
const TAG = 'misp-galaxy:tea="Green"';

const FILES: Readonly<Record<string, unknown>> = {
  'taxonomies/demo/machinetag.json': {
    namespace: 'demo',
    description: 'Demo',
    version: 1,
    exclusive: true,
    predicates: [
      { value: 'red', colour: '#ff0000', expanded: 'Red' },
      { value: 'blue', numerical_value: 7 },
    ],
  },
  'taxonomies/scale/machinetag.json': {
    namespace: 'scale',
    description: 'Scale',
    version: 2,
    predicates: [{ value: 'level', expanded: 'Level', exclusive: true }, { value: 'free' }],
    values: [
      {
        predicate: 'level',
        entry: [
          { value: 'high', numerical_value: 100 },
          { value: 'low', expanded: 'Low' },
        ],
      },
      { predicate: 'free', entry: [{ value: 'a' }, { value: 'b' }] },
    ],
  },
  'galaxies/galaxies/tea.json': { uuid: GALAXY, type: 'tea', name: 'Tea', version: 1, description: 'All teas' },
  'galaxies/clusters/tea.json': {
    type: 'tea',
    version: 3,
    uuid: GALAXY,
    authors: ['A'],
    values: [
      { uuid: CLUSTER, value: 'Green', description: 'Green tea', meta: { synonyms: ['Sencha'], refs: ['x', 'y'] } },
    ],
  },
  'objects/objects/demo/definition.json': {
    uuid: TEMPLATE,
    name: 'demo',
    version: 4,
    'meta-category': 'misc',
    required: ['a'],
    requiredOneOf: ['b', 'c'],
    attributes: {
      a: { 'misp-attribute': 'text', 'ui-priority': 1 },
      b: { 'misp-attribute': 'domain', multiple: true },
      c: { 'misp-attribute': 'url' },
    },
  },
  'warninglists/lists/demo/list.json': {
    name: 'Demo list',
    type: 'cidr',
    version: 1,
    list: ['10.0.0.0/8'],
    matching_attributes: ['ip-dst'],
  },
  'noticelists/lists/demo/list.json': { name: 'demo', notice: [{ message: { en: 'careful' } }] },
  'decaying-models/models/demo.json': { uuid: GALAXY, name: 'Demo', version: 1, parameters: { lifetime: 3 } },
};

let magpie: TestMagpie;
let folder: string;
let user: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-libraries-'));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(content));
  }
  magpie = await startTestMagpie({ environment: { MAGPIE_CONTENT_SOURCE: folder } });
  const client = async () => {
    const organisation = await makeOrganisation(magpie.admin);
    return await magpie.user(organisation);
  };
  user = await client();
  stranger = await client();
});
afterAll(async () => {
  await magpie.stop();
  await rm(folder, { recursive: true });
});

async function idOf(path: string, ...steps: (string | number)[]): Promise<string> {
  return String(member((await user.get(path)).body, ...steps));
}

describe('updating from the configured source', () => {
  it.each([
    [
      '/taxonomies/update',
      'Successfully updated 2 taxonomy libraries.',
      'All taxonomy libraries are up to date already.',
    ],
    ['/galaxies/update', 'Galaxies updated.', 'Galaxies updated.'],
    ['/warninglists/update', 'Successfully updated 1 warninglists.', 'All warninglists are up to date already.'],
    ['/noticelists/update', 'Successfully updated 1 noticelists.', 'All noticelists are up to date already.'],
    ['/decayingModel/update', 'Default decaying models updated', 'Default decaying models updated'],
  ])('%s is for site administrators and does nothing the second time', async (path, first, second) => {
    expect((await user.post(path)).status).toBe(403);
    expect((await magpie.admin.post(path)).body).toMatchObject({ saved: true, message: first });
    expect((await magpie.admin.post(path)).body).toMatchObject({ saved: true, message: second });
  });
});

describe('updating object templates', () => {
  it('answers the list that MISP redirects to', async () => {
    expect((await user.post('/objectTemplates/update')).status).toBe(403);
    expect((await magpie.admin.post('/objectTemplates/update')).body).toMatchObject([
      { ObjectTemplate: { name: 'demo' } },
    ]);
  });
});

describe('taxonomies', () => {
  it('lists what they offer and creates it for administrators', async () => {
    const id = await idOf('/taxonomies/view/demo', 'Taxonomy', 'id');
    for (const action of ['enable', 'disable', 'addTag', 'disableTag', 'toggleRequired', 'delete']) {
      expect((await user.post(`/taxonomies/${action}/${id}`)).status).toBe(403);
    }
    expect((await magpie.admin.post(`/taxonomies/enable/${id}`)).body).toMatchObject({ message: 'Taxonomy enabled' });
    expect((await magpie.admin.post(`/taxonomies/addTag/${id}`)).body).toMatchObject({
      message: 'The tag(s) has been saved.',
    });
    const { body } = await user.get('/taxonomies/view/DEMO');
    expect(member(body, 'entries', 0)).toMatchObject({
      tag: 'demo:red',
      expanded: 'Red',
      colour: '#ff0000',
      existing_tag: { Tag: { name: 'demo:red', colour: '#ff0000' } },
    });
    expect(member(body, 'entries', 1)).toMatchObject({
      tag: 'demo:blue',
      existing_tag: { Tag: { numerical_value: '7' } },
    });
    const index = (await user.get('/taxonomies/index/enabled:1')).body;
    expect(index).toMatchObject([{ Taxonomy: { namespace: 'demo' }, total_count: 2, current_count: 2 }]);
  });

  it('describes three-part tags with their predicate', async () => {
    const { body } = await user.get('/taxonomies/view/scale');
    expect(member(body, 'entries', 0)).toEqual({
      tag: 'scale:level="high"',
      expanded: 'Level: high',
      exclusive_predicate: true,
      numerical_value: '100',
      existing_tag: false,
    });
  });

  it('exports what it imported', async () => {
    const id = await idOf('/taxonomies/view/scale', 'Taxonomy', 'id');
    const exported = (await user.get(`/taxonomies/export/${id}`)).body;
    expect(exported).toEqual({ ...Object(FILES['taxonomies/scale/machinetag.json']), exclusive: false });
  });

  it('answers unknown ones as MISP does', async () => {
    expect((await user.get('/taxonomies/view/nothing')).status).toBe(404);
    expect(await magpie.admin.post('/taxonomies/enable/9999')).toMatchObject({
      status: 403,
      body: { errors: 'Invalid taxonomy.' },
    });
  });

  it('keeps exclusive tags apart, global from local, and by predicate', async () => {
    const event = await makeEvent(user);
    const scale = await idOf('/taxonomies/view/scale', 'Taxonomy', 'id');
    await magpie.admin.post(`/taxonomies/addTag/${scale}`);
    const add = async (tag: string) => (await user.post(`/events/addTag/${event.id}`, { tag })).body;
    const refused = { saved: false, errors: 'Tag is not allowed due to taxonomy exclusivity settings' };
    expect(await add('demo:red')).toMatchObject({ saved: true });
    expect(await add('demo:blue')).toEqual(refused);
    expect((await user.post(`/events/addTag/${event.id}/local:1`, { tag: 'demo:blue' })).body).toMatchObject({
      saved: true,
    });
    expect(await add('scale:level="high"')).toMatchObject({ saved: true });
    expect(await add('scale:level="low"')).toEqual(refused);
    expect(await add('["scale:free=\\"a\\"","scale:free=\\"b\\""]')).toMatchObject({ saved: true });
  });

  it('is brought back by the next update after it was deleted', async () => {
    const id = await idOf('/taxonomies/view/scale', 'Taxonomy', 'id');
    await magpie.admin.post(`/taxonomies/delete/${id}`);
    expect((await user.get('/taxonomies/view/scale')).status).toBe(404);
    await magpie.admin.post('/taxonomies/update');
    expect((await user.get('/taxonomies/view/scale')).status).toBe(200);
  });
});

describe('galaxies', () => {
  it('are found by a text and shown with their clusters', async () => {
    expect((await user.post('/galaxies', { value: 'TEAS' })).body).toMatchObject([{ Galaxy: { type: 'tea' } }]);
    expect((await user.post('/galaxies', { value: 'coffee' })).body).toEqual([]);
    const { body } = await user.get(`/galaxies/view/${GALAXY}`);
    expect(member(body, 'GalaxyCluster', 0)).toMatchObject({
      tag_name: TAG,
      default: true,
      version: '3',
      GalaxyElement: [{ key: 'synonyms' }, { key: 'refs' }, { key: 'refs' }],
    });
    const cluster = (await user.get(`/galaxyClusters/view/${CLUSTER}`)).body;
    expect(member(cluster, 'GalaxyCluster')).toMatchObject({ Galaxy: { uuid: GALAXY }, Org: { id: '0', uuid: '0' } });
    expect((await user.post(`/galaxy_clusters/index/${GALAXY}`, { searchall: 'sencha' })).body).toHaveLength(1);
    expect((await user.post('/tags/search', { tagname: 'sencha' })).body).toEqual([]);
  });

  it('hides clusters that the viewer may not see, and so their place on events', async () => {
    await magpie.magpie.database.asSystem('test', async (tx) => {
      await tx.execute(
        `insert into audiences (kind, org_id) select 'organisation', org_id from users where id = (select max(id) from users)`,
      );
      await tx.execute('update galaxy_clusters set audience_id = (select max(id) from audiences)');
    });
    magpie.magpie.database.bitmaps.forget();
    expect((await user.get(`/galaxy_clusters/view/${CLUSTER}`)).status).toBe(404);
    expect((await stranger.get(`/galaxy_clusters/view/${CLUSTER}`)).status).toBe(200);
    expect(member((await user.get(`/galaxies/view/${GALAXY}`)).body, 'GalaxyCluster')).toEqual([]);
    await magpie.magpie.database.asSystem('test', (tx) => tx.execute('update galaxy_clusters set audience_id = 0'));
  });

  it('put their cluster on events, by the tag', async () => {
    const event = await makeEvent(user);
    const id = await idOf(`/galaxy_clusters/view/${CLUSTER}`, 'GalaxyCluster', 'id');
    const attach = (client: ApiClient) =>
      client.post(`/galaxies/attachCluster/${event.id}/event/local:0`, { Galaxy: { target_id: id } });
    expect((await attach(stranger)).status).toBe(403);
    expect((await attach(user)).body).toEqual({ saved: true, success: 'Cluster attached.', check_publish: true });
    expect((await attach(user)).body).toMatchObject({ success: 'Cluster already attached.' });
    const { body } = await stranger.get(`/events/view/${event.id}`);
    expect(member(body, 'Event', 'Tag', 0)).toMatchObject({ name: TAG, colour: '#0088cc', is_galaxy: true });
    expect(member(body, 'Event', 'Galaxy')).toMatchObject([
      {
        type: 'tea',
        GalaxyCluster: [{ value: 'Green', meta: { synonyms: ['Sencha'], refs: ['x', 'y'] }, local: false }],
      },
    ]);
    expect((await user.post('/tags/search', { tagname: 'sencha' })).body).toMatchObject([
      { Tag: { name: TAG }, GalaxyCluster: { value: 'Green' } },
    ]);
  });

  it('are switched by site administrators only', async () => {
    expect((await user.post(`/galaxies/disable/${GALAXY}`)).status).toBe(403);
    expect((await magpie.admin.post(`/galaxies/disable/${GALAXY}`)).body).toMatchObject({ message: 'Galaxy disabled' });
    expect((await magpie.admin.post(`/galaxies/enable/${GALAXY}`)).body).toMatchObject({ message: 'Galaxy enabled' });
  });
});

describe('object templates', () => {
  it('are shown with elements and as the file they came from', async () => {
    const { body } = await user.get(`/objectTemplates/view/${TEMPLATE}`);
    expect(member(body, 'ObjectTemplate')).toMatchObject({
      version: '4',
      requirements: { required: ['a'] },
      active: true,
    });
    expect(member(body, 'ObjectTemplateElement', 1)).toMatchObject({ object_relation: 'b', multiple: true });
    expect((await user.get('/objectTemplates/getRaw/demo')).body).toEqual(
      FILES['objects/objects/demo/definition.json'],
    );
  });

  it('are switched and deleted by site administrators only', async () => {
    const fit = async (attributeTypes: unknown) =>
      (await user.post('/objectTemplates/possibleObjectTemplates', { attributeTypes })).body;
    expect(await fit(['domain'])).toMatchObject([{ ObjectTemplate: { compatibility: false, invalidTypes: [] } }]);
    expect(await fit(['domain', 'text', 'md5'])).toMatchObject([
      { ObjectTemplate: { uuid: TEMPLATE, compatibility: true, invalidTypes: ['md5'] } },
    ]);
    expect(await fit(['nosuch'])).toEqual([]);
    expect(await fit(null)).toEqual([]);
    expect((await user.get(`/events/getObjectTemplate/event/${TEMPLATE}`)).body).toMatchObject({
      ObjectTemplate: { uuid: TEMPLATE },
    });
    const id = await idOf(`/objectTemplates/view/${TEMPLATE}`, 'ObjectTemplate', 'id');
    expect((await user.post('/objectTemplates/activate', { ObjectTemplate: { data: id } })).status).toBe(403);
    expect((await user.post(`/objectTemplates/delete/${id}`)).status).toBe(403);
    const toggle = async () =>
      (await magpie.admin.post('/objectTemplates/activate', { ObjectTemplate: { data: id } })).body;
    expect(await toggle()).toMatchObject({ success: 'Template disabled.' });
    expect((await user.get('/objectTemplates/index')).body).toEqual([]);
    expect((await user.get('/objectTemplates/index/true')).body).toEqual([]);
    expect((await magpie.admin.get('/objectTemplates/index/true')).body).toHaveLength(1);
    expect(await toggle()).toEqual({ saved: true, success: 'Template activated.' });
  });

  it('say why an object does not fit', async () => {
    const template = await magpie.magpie.database.asSystem('test', (tx) => findTemplate(tx, TEMPLATE, 4));
    if (template === null) throw new Error('the template is there');
    expect(templateObjection(template, ['b'])).toContain('a required attribute is not set (a)');
    expect(templateObjection(template, ['a'])).toContain('at least one of the following attributes to be set: b, c');
    expect(templateObjection(template, ['a', 'c', 'c'])).toContain('unique relationship');
    expect(templateObjection(template, ['a', 'b', 'b', 'unknown', 'unknown'])).toBeNull();
    const older = await magpie.magpie.database.asSystem('test', (tx) => findTemplate(tx, TEMPLATE, 3));
    expect(older).toBeNull();
  });
});

describe('warninglists', () => {
  it('are asked only when enabled, which needs perm_warninglist', async () => {
    const check = async () => (await user.post('/warninglists/checkValue', ['10.1.2.3', '192.0.2.1'])).body;
    expect(await check()).toEqual([]);
    expect((await user.post('/warninglists/toggleEnable', { name: 'Demo%', enabled: 1 })).status).toBe(403);
    const toggle = async (body: unknown) => (await magpie.admin.post('/warninglists/toggleEnable', body)).body;
    expect(await toggle({ name: ['demo%'], enabled: true })).toEqual({
      saved: true,
      success: '1 warninglist(s) enabled',
    });
    expect(await check()).toMatchObject({ '10.1.2.3': [{ name: 'Demo list', matched: '10.0.0.0/8' }] });
    expect(await toggle({ name: 'nothing' })).toEqual({ saved: false, errors: 'Warninglist not found.' });
    const id = await idOf('/warninglists/index', 'Warninglists', 0, 'Warninglist', 'id');
    expect(await toggle({ id })).toEqual({ saved: true, success: '1 warninglist(s) toggled' });
    expect(await check()).toEqual([]);
  });

  it('are shown with entries and types', async () => {
    const { body } = await user.get('/warninglists/index');
    expect(member(body, 'Warninglists', 0, 'Warninglist')).toMatchObject({
      warninglist_entry_count: '1',
      valid_attributes: 'ip-dst',
      default: true,
    });
    const id = String(member(body, 'Warninglists', 0, 'Warninglist', 'id'));
    expect(member((await user.get(`/warninglists/view/${id}`)).body, 'Warninglist')).toMatchObject({
      WarninglistEntry: [{ value: '10.0.0.0/8', warninglist_id: id, comment: null }],
      WarninglistType: [{ type: 'ip-dst', warninglist_id: id }],
    });
  });
});

describe('noticelists and decaying models', () => {
  it('are switched by those who may', async () => {
    const notice = await idOf('/noticelists/index', 0, 'Noticelist', 'id');
    expect((await user.post(`/noticelists/toggleEnable/${notice}`)).status).toBe(403);
    expect((await magpie.admin.post(`/noticelists/toggleEnable/${notice}`)).body).toMatchObject({
      message: 'Noticelist enabled.',
    });
    expect((await magpie.admin.post(`/noticelists/enableNoticelist/${notice}`)).body).toMatchObject({
      Noticelist: { enabled: false },
    });
    const model = await idOf('/decayingModel/index', 0, 'DecayingModel', 'id');
    expect((await user.post(`/decayingModel/enable/${model}`)).status).toBe(405);
    expect((await magpie.admin.post(`/decayingModel/enable/${model}`)).body).toMatchObject({
      message: 'Decaying model enabled',
      data: { DecayingModel: { isEditable: true, parameters: { lifetime: 3 } } },
    });
    expect((await magpie.admin.post(`/decayingModel/enable/${model}`)).status).toBe(405);
  });
});
