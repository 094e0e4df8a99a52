import { type ApiClient, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let user: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  user = magpie.client((await makeUser(magpie.admin, { role_id: '3' })).key);
});
afterAll(() => magpie?.stop());

const hidden = async (client: ApiClient) =>
  member((await client.get('/user_settings/getSetting/me/event_index_hide_columns')).body, 'value');

describe('columns of the event list', () => {
  it('are hidden and shown again one by one, for oneself alone', async () => {
    for (const column of ['tags', 'clusters']) {
      const answer = await user.post(`/user_settings/eventIndexColumnToggle/${column}`);
      expect([answer.status, member(answer.body, 'saved')]).toEqual([200, true]);
    }
    expect(await hidden(user)).toEqual(['tags', 'clusters']);
    await user.post('/userSettings/eventIndexColumnToggle/tags');
    expect(await hidden(user)).toEqual(['clusters']);
    expect((await magpie.admin.get('/user_settings/getSetting/me/event_index_hide_columns')).status).toBe(404);
  });

  it('are those that there are', async () => {
    expect((await user.post('/user_settings/eventIndexColumnToggle/password')).status).toBe(404);
    expect(await hidden(user)).toEqual(['clusters']);
  });
});
