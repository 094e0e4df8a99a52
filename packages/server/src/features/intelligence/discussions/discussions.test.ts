import { makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m?.stop());

describe('what MISP gave up', () => {
  it('answers: no discussions, no old templates, no allowed signatures, no cached exports', async () => {
    const event = await makeEvent(m.admin, { distribution: '0' });
    const stranger = await m.user();
    for (const path of [
      '/threads/index',
      `/threads/viewEvent/${event.id}`,
      '/templates/index',
      '/allowedlists/index',
    ]) {
      expect(await m.admin.get(path)).toMatchObject({ status: 200, body: [] });
    }
    expect((await stranger.get(`/threads/viewEvent/${event.id}`)).status).toBe(404);
    for (const path of ['/threads/view/1', '/templates/view/1']) expect((await m.admin.get(path)).status).toBe(404);
    for (const path of ['/posts/edit/1', '/posts/delete/1', '/templates/delete/1']) {
      expect((await m.admin.post(path)).status).toBe(404);
    }
    expect((await m.admin.post('/admin/allowedlists/add', { name: '/x/' })).status).toBe(405);
    expect((await m.admin.post('/admin/allowedlists/delete/1')).status).toBe(404);
    expect((await stranger.post('/jobs/cache/json')).status).toBe(405);
  });

  it('keeps what is posted on an event as a note that reaches as far', async () => {
    const organisation = await makeOrganisation(m.admin);
    const user = await m.user(organisation);
    const stranger = await m.user();
    const event = await makeEvent(m.admin, { distribution: '1' });
    const hidden = await makeEvent(m.admin, { distribution: '0' });
    const { body } = await user.post(`/posts/add/event/${event.id}`, { Post: { message: 'Seen here too.' } });
    expect(member(body, 'Note')).toMatchObject({ note: 'Seen here too.', distribution: '1', object_uuid: event.uuid });
    expect(JSON.stringify((await stranger.get(`/events/view/${event.id}`)).body)).toContain('Seen here too.');
    expect((await user.post(`/posts/add/event/${hidden.id}`, { message: 'x' })).status).toBe(404);
    expect((await user.post(`/posts/add/event/${event.id}`, { message: ' ' })).status).toBe(405);
    expect((await user.post('/posts/add/thread/1', { message: 'x' })).status).toBe(405);
  });
});
