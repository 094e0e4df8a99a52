import { type ApiClient, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let user: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  user = m.client((await makeUser(m.admin, { role_id: '2' })).key);
});

afterAll(() => m.stop());

async function add(fields: Record<string, unknown>): Promise<string> {
  const body = { name: `List ${Math.random()}`, type: 'string', category: 'known', enabled: true, ...fields };
  const answer = await m.admin.post('/warninglists/add', { Warninglist: body });
  expect(answer.status).toBe(200);
  return String(member(answer.body, 'Warninglist', 'id'));
}

async function hits(value: string): Promise<string[]> {
  const { body } = await user.post('/warninglists/checkValue', [value]);
  const found = Array.isArray(body) ? [] : member(body, value);
  return Array.isArray(found) ? found.map((hit) => String(member(hit, 'matched'))) : [];
}

describe('warninglists of the instance’s own', () => {
  it('work as soon as they are stored, changed, switched or deleted', async () => {
    const id = await add({ entries: 'evil.example # why\nother.example' });
    expect(await hits('evil.example')).toEqual(['evil.example']);
    const edited = await m.admin.post(`/warninglists/edit/${id}`, { description: 'edited', entries: ['new.example'] });
    expect(member(edited.body, 'Warninglist')).toMatchObject({ version: 2, description: 'edited', default: false });
    expect(member(edited.body, 'WarninglistEntry')).toEqual([{ value: 'new.example', comment: null }]);
    expect(await hits('evil.example')).toEqual([]);
    expect(await hits('new.example')).toEqual(['new.example']);
    await m.admin.post(`/warninglists/enableWarninglist/${id}/0`);
    expect(await hits('new.example')).toEqual([]);
    await m.admin.post(`/warninglists/enableWarninglist/${id}/1`);
    expect((await m.admin.post(`/warninglists/delete/${id}`)).status).toBe(200);
    expect(await hits('new.example')).toEqual([]);
    expect((await m.admin.get(`/warninglists/view/${id}`)).status).toBe(404);
  });

  it('go out and come in as files of the library', async () => {
    const id = await add({ entries: 'a.example # first\nb.example', matching_attributes: ['domain'] });
    const file = (await user.get(`/warninglists/export/${id}`)).body;
    expect(file).toMatchObject({
      type: 'string',
      matching_attributes: ['domain'],
      list: { 'a.example': 'first', 'b.example': '' },
    });
    await m.admin.post(`/warninglists/delete/${id}`);
    const imported = await m.admin.post('/warninglists/import', file);
    expect(member(imported.body, 'message')).toBe('Warninglist imported');
    const view = await user.get(`/warninglists/view/${member(imported.body, 'id')}`);
    expect(member(view.body, 'Warninglist', 'WarninglistEntry')).toMatchObject([
      { value: 'a.example', comment: 'first' },
      { value: 'b.example' },
    ]);
  });

  it('name the field that is wrong', async () => {
    const good = { name: 'Wrong', type: 'cidr', entries: ['10.0.0.0/8'] };
    for (const [field, body] of [
      ['type', { ...good, type: 'nope' }],
      ['name', { ...good, name: ' ' }],
      ['category', { ...good, category: 'x' }],
      ['entries', { ...good, entries: ['not an address'] }],
      ['entries', { ...good, type: 'regex', entries: ['/(/'] }],
      ['entries', { ...good, entries: '' }],
    ] as const) {
      const answer = await m.admin.post('/warninglists/add', body);
      expect([field, answer.status, Object.keys(Object(member(answer.body, 'errors')))]).toEqual([field, 403, [field]]);
    }
    await add({ name: 'Taken', entries: 'x' });
    expect((await m.admin.post('/warninglists/add', { ...good, name: 'Taken' })).status).toBe(403);
  });

  it('are for those who may manage warninglists; lists of the library cannot be edited', async () => {
    const id = await add({ entries: 'kept.example' });
    for (const path of [`add`, `edit/${id}`, `delete/${id}`, 'import', `enableWarninglist/${id}/0`, 'toggleEnable']) {
      expect((await user.post(`/warninglists/${path}`, { name: 'x', type: 'string', entries: 'y' })).status).toBe(403);
    }
    expect(await hits('kept.example')).toEqual(['kept.example']);
    await m.magpie.database.asSystem('a list of the library', (tx) =>
      tx.execute('update warninglists set is_default = true where id = $1', [Number(id)]),
    );
    expect((await m.admin.post(`/warninglists/edit/${id}`, { description: 'x' })).status).toBe(404);
  });
});
