import {
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

const merge = (source: Made, target: Made) =>
  magpie.admin.post(`/admin/organisations/merge/${source.id}`, {
    Organisation: { targetType: 0, orgsLocal: target.id },
  });

describe('merging organisations', () => {
  it('gives the target what the source had, and what only the source could read', async () => {
    const { admin } = magpie;
    const [source, target, third] = await Promise.all([
      makeOrganisation(admin),
      makeOrganisation(admin),
      makeOrganisation(admin),
    ]);
    const member1 = await makeUser(admin, { org_id: source.id, role_id: '2' });
    const member2 = await makeUser(admin, { org_id: target.id, role_id: '2' });
    const outsider = await magpie.user(third);
    const [one, two] = [magpie.client(member1.key), magpie.client(member2.key)];
    const own = {
      distribution: '0',
      Attribute: [
        { type: 'text', value: 'reserved' },
        { type: 'text', value: 'more' },
      ],
    };
    const ofSource = await makeEvent(one, own);
    const ofTarget = await makeEvent(two, own);
    const group = await makeSharingGroup(one, [source.uuid, target.uuid]);
    const shared = await makeEvent(one, { distribution: '4', sharing_group_id: group.id });
    expect((await two.get(`/events/view/${ofSource.id}`)).status).toBe(404);

    expect((await merge(source, target)).status).toBe(200);

    expect((await admin.head(`/organisations/view/${source.id}`)).status).toBe(404);
    for (const client of [one, two]) {
      for (const event of [ofSource, ofTarget, shared]) {
        const seen = await client.get(`/events/view/${event.id}`);
        expect(member(seen.body, 'Event', 'Orgc', 'id')).toBe(target.id);
      }
    }
    const counted = await two.post('/events/index', { eventid: ofSource.id });
    expect(member(counted.body, 0, 'attribute_count')).toBe('2');
    for (const event of [ofSource, ofTarget, shared])
      expect((await outsider.get(`/events/view/${event.id}`)).status).toBe(404);
    expect(member((await one.get('/users/view/me')).body, 'User', 'org_id')).toBe(target.id);
  });

  it('is refused with itself, with nothing, and to all but site administrators', async () => {
    const [source, target] = await Promise.all([makeOrganisation(magpie.admin), makeOrganisation(magpie.admin)]);
    expect((await merge(source, source)).status).toBe(403);
    expect((await merge(source, { ...target, id: '999999' })).status).toBe(404);
    const admin = await magpie.user(source, '2');
    const answer = await admin.post(`/admin/organisations/merge/${source.id}`, {
      Organisation: { orgsLocal: target.id },
    });
    expect(answer.status).toBe(403);
    expect((await magpie.admin.get(`/organisations/view/${source.id}`)).status).toBe(200);
  });
});
