import {
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havingSettings } from './testing/having.ts';

let m: TestMagpie;
beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m?.stop());

const having = (name: string, value: unknown, work: () => Promise<void>) =>
  havingSettings(m.admin, { [name]: value }, work);

function tagNames(event: unknown): string[] {
  const tags: unknown = typeof event === 'object' && event !== null && 'Tag' in event ? event.Tag : [];
  return Array.isArray(tags) ? tags.map((tag) => String(member(tag, 'name'))).sort() : [];
}

describe('MISP.attribute_filters_block_only', () => {
  it('lets types, categories and relations of searches of events only take events away', async () => {
    const urls = await makeEvent(m.admin);
    const texts = await makeEvent(m.admin);
    await makeAttribute(m.admin, urls.id, { type: 'url', value: 'http://a.example.test/' });
    await makeAttribute(m.admin, texts.id, { type: 'text', value: 'words' });
    const found = async (filters: object) => {
      const { body } = await m.admin.post('/events/restSearch', { eventid: [urls.id, texts.id], ...filters });
      const events = member(body, 'response');
      return Array.isArray(events) ? events.map((entry) => member(entry, 'Event', 'id')) : [];
    };
    expect(await found({ type: 'url' })).toEqual([urls.id]);
    await having('MISP.attribute_filters_block_only', true, async () => {
      expect(await found({ type: 'url' })).toEqual([urls.id, texts.id]);
      expect(await found({ type: ['url', '!text'] })).toEqual(await found({ type: '!text' }));
      expect(await found({ value: 'words' })).toEqual([texts.id]);
      const { body } = await m.admin.post('/attributes/restSearch', { eventid: [urls.id, texts.id], type: 'url' });
      expect(member(body, 'response', 'Attribute')).toHaveLength(1);
    });
  });
});

describe('MISP.default_event_tag_collection', () => {
  it('tags new events of those who see the collection, and leaves published ones published', async () => {
    const names = ['default:one', 'default:two'];
    for (const name of names) await makeTag(m.admin, { name });
    const collection = await m.admin.post('/tag_collections/add', { name: 'defaults', all_orgs: true });
    const id = member(collection.body, 'TagCollection', 'id');
    await m.admin.post(`/tag_collections/addTag/${id}`, { tag: names });
    const organisation = await makeOrganisation(m.admin);
    const user = await m.user(organisation, '4');
    await having('MISP.default_event_tag_collection', id, async () => {
      const body = {
        info: 'tagged',
        published: true,
        Tag: [{ name: 'default:one' }],
        Attribute: [{ type: 'text', value: 'x' }],
      };
      const made = await user.post('/events/add', body);
      expect(tagNames(member(made.body, 'Event'))).toEqual(names);
      expect(member(made.body, 'Event', 'published')).toBe(true);
      const files = [{ filename: 'sample.bin', data: Buffer.from('sample').toString('base64') }];
      const uploaded = await user.post('/events/upload_sample', { distribution: '1', files });
      const event = await user.get(`/events/view/${member(uploaded.body, 'id')}`);
      expect(tagNames(member(event.body, 'Event'))).toEqual(names);
    });
    const later = await user.post('/events/add', { info: 'plain' });
    expect(tagNames(member(later.body, 'Event'))).toEqual([]);
  });

  it('does nothing for those who do not see the collection', async () => {
    await makeTag(m.admin, { name: 'default:own' });
    const collection = await m.admin.post('/tag_collections/add', { name: 'own', all_orgs: false });
    const id = member(collection.body, 'TagCollection', 'id');
    await m.admin.post(`/tag_collections/addTag/${id}`, { tag: ['default:own'] });
    const organisation = await makeOrganisation(m.admin);
    const user = await m.user(organisation);
    await having('MISP.default_event_tag_collection', id, async () => {
      expect(tagNames(member((await user.post('/events/add', { info: 'x' })).body, 'Event'))).toEqual([]);
      expect(tagNames(member((await m.admin.post('/events/add', { info: 'x' })).body, 'Event'))).toEqual([
        'default:own',
      ]);
    });
  });
});

describe('MISP.tagging', () => {
  it('off, refuses to tag and tells which tags of an event were not stored', async () => {
    const event = await makeEvent(m.admin);
    const tag = await makeTag(m.admin, { name: 'tagging:off' });
    await having('MISP.tagging', false, async () => {
      expect((await m.admin.post(`/events/addTag/${event.id}/${tag.id}`)).status).toBe(403);
      expect((await m.admin.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'tagging:off' })).status).toBe(
        403,
      );
      for (const path of [
        `/galaxies/attachCluster/${event.id}/event`,
        `/galaxies/attachMultipleClusters/${event.id}/event`,
        `/galaxy_clusters/detach/${event.id}/event/${tag.id}`,
      ]) {
        expect((await m.admin.post(path, { Galaxy: { target_id: 1, target_ids: '[1]' } })).status).toBe(403);
      }
      const made = await m.admin.post('/events/add', { info: 'tagged', Tag: [{ name: 'tagging:off' }] });
      expect(tagNames(member(made.body, 'Event'))).toEqual([]);
      expect(JSON.stringify(member(made.body, 'rejected'))).toContain('tagging is not enabled');
    });
    expect((await m.admin.post(`/events/addTag/${event.id}/${tag.id}`)).body).toMatchObject({ saved: true });
  });
});

describe('MISP.incoming_tags_disabled_by_default', () => {
  it('hides tags that events bring along, not those that somebody makes', async () => {
    await having('MISP.incoming_tags_disabled_by_default', true, async () => {
      const event = await makeEvent(m.admin, { Tag: [{ name: 'brought:along' }] });
      await m.admin.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'made:here' });
      const { body } = await m.admin.get(`/events/view/${event.id}`);
      const hidden = JSON.stringify((await m.admin.get('/tags/index')).body);
      expect(tagNames(member(body, 'Event'))).toEqual(['brought:along', 'made:here']);
      expect(hidden).toMatch(/"name":"brought:along"[^}]*"hide_tag":true/);
      expect(hidden).toMatch(/"name":"made:here"[^}]*"hide_tag":false/);
    });
  });
});

describe('MISP.disable_event_locks', () => {
  it('keeps and tells of no locks', async () => {
    const organisation = await makeOrganisation(m.admin);
    const [one, other] = [
      await makeUser(m.admin, { org_id: organisation.id }),
      await makeUser(m.admin, { org_id: organisation.id }),
    ];
    const event = await makeEvent(m.client(one.key));
    await m.client(one.key).post(`/events/addEventLock/${event.id}`);
    expect((await m.client(other.key).get(`/events/checkLocks/${event.id}`)).status).toBe(200);
    await having('MISP.disable_event_locks', true, async () => {
      expect((await m.client(other.key).get(`/events/checkLocks/${event.id}`)).status).toBe(204);
      expect((await m.client(one.key).post(`/events/addEventLock/${event.id}`)).body).toEqual({ lock_id: 0 });
    });
  });
});

describe('MISP.discussion_disable', () => {
  it('refuses to list and write posts', async () => {
    const event = await makeEvent(m.admin);
    await having('MISP.discussion_disable', true, async () => {
      expect((await m.admin.get('/threads/index')).status).toBe(403);
      expect((await m.admin.post(`/posts/add/event/${event.id}`, { message: 'x' })).status).toBe(403);
      expect((await m.admin.get('/templates/index')).status).toBe(200);
    });
    expect((await m.admin.get('/threads/index')).status).toBe(200);
  });
});

describe('MISP.event_view_filter_fields', () => {
  it('says where the search within an event looks', async () => {
    const event = await makeEvent(m.admin);
    await makeAttribute(m.admin, event.id, { type: 'text', value: 'needle', comment: 'hay' });
    await makeAttribute(m.admin, event.id, { type: 'text', value: 'hay', comment: 'needle' });
    await makeObject(m.admin, event.id, { comment: 'needle' });
    const found = async () => member((await m.admin.get(`/ui/eventRows/${event.id}?searchFor=needle`)).body, 'total');
    expect(await found()).toBe(3);
    const viewed = async () =>
      member((await m.admin.get(`/events/view/${event.id}/searchFor:Needle`)).body, 'Event', 'Attribute');
    expect(await viewed()).toHaveLength(2);
    await having('MISP.event_view_filter_fields', 'value, nonsense', async () => {
      expect(await found()).toBe(1);
      expect(await viewed()).toMatchObject([{ value: 'needle' }]);
    });
    await having('MISP.event_view_filter_fields', 'nonsense', async () => {
      expect(await found()).toBe(0);
      expect(await viewed()).toHaveLength(0);
    });
  });
});

describe('MISP.enable_clusters_mirroring_from_attributes_to_event', () => {
  it('puts clusters of attributes on their event too, where the request asks for it', async () => {
    const galaxy = await m.admin.post('/galaxies/add', { name: 'Own', type: 'custom-own', description: 'x' });
    const galaxyId = member(galaxy.body, 'Galaxy', 'id');
    const cluster = await m.admin.post(`/galaxy_clusters/add/${galaxyId}`, { value: 'Seen', description: 'x' });
    const target_id = member(cluster.body, 'GalaxyCluster', 'id');
    const clustersOf = async (mirror_on_event: boolean) => {
      const event = await makeEvent(m.admin);
      const { id } = await makeAttribute(m.admin, event.id, {});
      const body = { Galaxy: { target_id, mirror_on_event } };
      expect((await m.admin.post(`/galaxies/attachCluster/${id}/attribute`, body)).status).toBe(200);
      return tagNames(member((await m.admin.get(`/events/view/${event.id}`)).body, 'Event'));
    };
    expect(await clustersOf(true)).toEqual([]);
    await having('MISP.enable_clusters_mirroring_from_attributes_to_event', true, async () => {
      expect(await clustersOf(true)).toEqual([expect.stringMatching(/^misp-galaxy:custom-own=/)]);
      expect(await clustersOf(false)).toEqual([]);
    });
  });
});

describe('MISP.block_publishing_for_same_creator', () => {
  it('lets nobody publish what he made, by no way; a colleague may', async () => {
    const organisation = await makeOrganisation(m.admin);
    const [maker, colleague] = [await m.user(organisation, '4'), await m.user(organisation, '4')];
    const Attribute = [{ type: 'text', value: 'x' }];
    await having('MISP.block_publishing_for_same_creator', true, async () => {
      const made = await maker.post('/events/add', { info: 'mine', published: true, Attribute });
      expect(member(made.body, 'Event', 'published')).toBe(false);
      const path = String(member(made.body, 'Event', 'id'));
      const edited = await maker.post(`/events/edit/${path}`, { info: 'still mine', published: true });
      expect(member(edited.body, 'Event', 'published')).toBe(false);
      expect((await maker.post(`/events/publish/${path}`)).status).toBe(405);
      expect((await colleague.post(`/events/publish/${path}`)).status).toBe(200);
    });
    const made = await maker.post('/events/add', { info: 'mine', published: true, Attribute });
    expect(member(made.body, 'Event', 'published')).toBe(true);
  });
});
