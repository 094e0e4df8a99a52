import { member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  await Promise.all([
    ...['needle', 'hay'].map((name) => admin.post('/bookmarks/add', { name, url: `/${name}`, comment: '' })),
    ...['needle', 'hay'].map((name) => admin.post('/collections/add', { name, type: 'campaign', distribution: 1 })),
    ...['needle', 'hay'].map((name) =>
      admin.post('/sharing_group_blueprints/add', { name, rules: { OR: { org_id: ['1'] } } }),
    ),
    ...['needle', 'hay'].map((name) =>
      admin.post('/feeds/add', { name, provider: 'x', url: `https://${name}.example/`, source_format: 'csv' }),
    ),
    ...['needle', 'hay'].map((name) => admin.post('/admin/roles/add', { name, permission: 1 })),
    ...['needle', 'hay'].map((comment) => admin.post('/auth_keys/add/me', { comment })),
  ]);
});
afterAll(() => magpie.stop());

describe('generic lists', () => {
  it.each([
    ['/bookmarks/index', 'Bookmark', 'name'],
    ['/collections/index', 'Collection', 'name'],
    ['/sharing_group_blueprints/index', 'SharingGroupBlueprint', 'name'],
    ['/feeds/index', 'Feed', 'name'],
    ['/roles/index', 'Role', 'name'],
    ['/auth_keys/index', 'AuthKey', 'comment'],
  ])('%s takes filters by field and quickFilter, in body and URL', async (path, model, field) => {
    for (const filter of [
      { [field]: 'needle' },
      { [field]: '%eedl%' },
      { quickFilter: 'NEEDLE' },
      { [field]: ['needle', 'x'] },
    ]) {
      const { body } = await magpie.admin.post(path, filter);
      expect(body).toHaveLength(1);
      expect(member(body, 0, model, field)).toBe('needle');
    }
    expect((await magpie.admin.get(`${path}/quickFilter:needle`)).body).toHaveLength(1);
    expect((await magpie.admin.post(path, { [field]: 'nothing like it' })).body).toEqual([]);
  });
});
