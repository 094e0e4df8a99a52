import { member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

describe('descriptions in MISP’s own form', () => {
  it('tell of one function what MISP tells, and of all of them more', async () => {
    const one = (await magpie.admin.post('/api/getApiInfo', { url: '/attributes/edit' })).body;
    const told = ['description', 'mandatory', 'optional', 'params'];
    expect(Object.keys(Object(one))).toEqual([...told, 'api_info']);
    expect(Object.keys(Object(member(one, 'api_info')))).toEqual(told);
    expect(member(one, 'params')).toEqual(['attribute_id']);
    const all = (await magpie.admin.get('/api/getAllApis')).body;
    expect(member(all, 'allValidApis', '/events/add', 'body')).toMatchObject({
      info: 'mandatory',
      date: 'optional',
      Attribute: ['optional'],
    });
  });

  it('name controllers as MISP does, and the paths of a role in both spellings', async () => {
    const names = (await magpie.admin.get('/events/queryACL/printAllFunctionNames')).body;
    expect(member(names, 'authKeys')).toContain('add');
    expect(Object.keys(Object(names))).not.toContain('auth_keys');
    const role = (await magpie.admin.get('/servers/queryACL/printRoleAccess/3')).body;
    expect(member(role, '3', 'urls')).toEqual(
      expect.arrayContaining(['/authKeys/add', '/auth_keys/add', '/tags/index']),
    );
  });
});
