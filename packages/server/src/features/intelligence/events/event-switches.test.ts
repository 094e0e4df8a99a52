import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let owner: ApiClient;
let synchroniser: ApiClient;
let stranger: ApiClient;
let strangerId: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  owner = await magpie.user(alpha, '4');
  synchroniser = await magpie.user(alpha, '5');
  const other = await makeUser(admin, { org_id: beta.id });
  stranger = magpie.client(other.key);
  strangerId = other.id;
});

afterAll(() => magpie.stop());

async function valuesSeen(client: ApiClient, path: string): Promise<unknown[]> {
  const attributes = member((await client.get(`/events/view/${path}`)).body, 'Event', 'Attribute');
  return Array.isArray(attributes) ? attributes.map((attribute) => member(attribute, 'value')) : [];
}

describe('events/view', () => {
  it('shows tagged attributes alone, those with a cluster alone, or the others', async () => {
    const event = await makeEvent(owner);
    await makeAttribute(owner, event.id, { type: 'text', value: 'plain' });
    await magpie.admin.post('/tags/add', { name: 'switch:one' });
    await magpie.admin.post('/tags/add', { name: 'misp-galaxy:switch="one"' });
    await makeAttribute(owner, event.id, { type: 'text', value: 'tagged', Tag: [{ name: 'switch:one' }] });
    await makeAttribute(owner, event.id, { type: 'text', value: 'both', Tag: [{ name: 'misp-galaxy:switch="one"' }] });
    expect(await valuesSeen(owner, `${event.id}/taggedAttributes:1`)).toEqual(['tagged', 'both']);
    expect(await valuesSeen(owner, `${event.id}/taggedAttributes:2`)).toEqual(['plain']);
    expect(await valuesSeen(owner, `${event.id}/galaxyAttachedAttributes:1`)).toEqual(['both']);
    expect(await valuesSeen(owner, `${event.id}/galaxyAttachedAttributes:2`)).toEqual(['plain', 'tagged']);
    expect(await valuesSeen(owner, `${event.id}/taggedAttributes:1/searchFor:TAG`)).toEqual(['tagged']);
  });

  it('leaves out with public what is not for everybody who reads the event', async () => {
    const event = await makeEvent(owner, { distribution: '3' });
    for (const distribution of ['0', '1', '3', '5']) {
      await makeAttribute(owner, event.id, { type: 'text', value: `reach ${distribution}`, distribution });
    }
    expect(await valuesSeen(owner, `${event.id}/public:1`)).toEqual(['reach 3', 'reach 5']);
  });

  it('names galaxies and related events as empty or not at all where they are not wanted, as to peers that pull', async () => {
    const { id } = await makeEvent(owner);
    await makeAttribute(owner, id, { type: 'domain', value: 'unwanted.example' });
    const seen = async (path: string) => member((await owner.get(`/events/view/${id}${path}`)).body, 'Event');
    expect(await seen('')).toMatchObject({ RelatedEvent: [], Galaxy: [], Attribute: [{ Galaxy: [] }] });
    const bare = await seen('/excludeGalaxy:1/includeEventCorrelations:0');
    expect(bare).toMatchObject({ Galaxy: [], Attribute: [{ Galaxy: [] }] });
    expect(bare).not.toHaveProperty('RelatedEvent');
  });

  it('shows site administrators what another user sees, and nobody else', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    await makeAttribute(owner, event.id, { type: 'text', value: 'own', distribution: '0' });
    await makeAttribute(owner, event.id, { type: 'text', value: 'shared' });
    expect(await valuesSeen(magpie.admin, event.id)).toEqual(['own', 'shared']);
    expect(await valuesSeen(magpie.admin, `${event.id}/viewAs:${strangerId}`)).toEqual(['shared']);
    expect((await magpie.admin.get(`/events/view/${event.id}/viewAs:999999`)).status).toBe(404);
    expect(await valuesSeen(stranger, `${event.id}/viewAs:1`)).toEqual(['shared']);
  });
});

describe('publishing', () => {
  it('says whether it is done or waits, as the caller asked', async () => {
    const event = await makeEvent(owner);
    const message = async (path: string, body = {}) => member((await owner.post(path, body)).body, 'message');
    expect(await message(`/events/publish/${event.id}`)).toBe('Job queued');
    expect(await message(`/events/publish/${event.id}/disable_background_processing:1`)).toBe(
      'Event published without alerts',
    );
    expect(await message(`/events/alert/${event.id}`, { disable_background_processing: 1 })).toBe(
      'Email sent to all participants.',
    );
  });
});

describe('editing an event', () => {
  it('says what is missing for a sharing group', async () => {
    const event = await makeEvent(owner);
    const edited = await owner.post(`/events/edit/${event.id}`, { distribution: '4' });
    expect(member(edited.body, 'errors')).toMatch(
      /^Event could not be saved: Sharing group chosen as the distribution/,
    );
    const unknown = await owner.post(`/events/edit/${event.id}`, { distribution: '4', sharing_group_id: '99' });
    expect(member(unknown.body, 'errors')).toMatch(/^Event could not be saved: Invalid sharing group/);
  });

  it('tells peers that may not change it why, by its number, whatever the path names it by', async () => {
    const event = await makeEvent(stranger, { distribution: '3' });
    const refused = async (client: ApiClient, body: object) =>
      (await client.post(`/events/edit/${event.uuid}`, { uuid: event.uuid, ...body })).body;
    expect(await refused(synchroniser, { info: 'Not mine' })).toMatchObject({
      saved: false,
      url: `/events/edit/${event.id}`,
      id: event.id,
      errors: expect.stringMatching(/^Event could not be saved: The user used to edit the event is not authorised/),
    });
    expect(await refused(owner, { info: 'Not mine' })).toMatchObject({ name: 'You are not authorised to do that.' });
    expect(await refused(stranger, { timestamp: '1' })).toMatchObject({
      url: `/events/edit/${event.id}`,
      id: event.id,
    });
  });
});

describe('events that came from elsewhere', () => {
  it('are locked where a synchronisation account says so, for its own organisation too', async () => {
    const added = await synchroniser.post('/events/add', { Event: { info: 'pushed', locked: '1', distribution: '1' } });
    expect(member(added.body, 'Event', 'locked')).toBe(true);
    const own = await owner.post('/events/add', { Event: { info: 'own', locked: true, distribution: '1' } });
    expect(member(own.body, 'Event', 'locked')).toBe(false);
  });

  it('lose attributes only by synchronisation accounts of the organisation that keeps them', async () => {
    const added = await synchroniser.post('/events/add', {
      Event: { info: 'pushed', locked: true, distribution: '1', Attribute: [{ type: 'text', value: 'kept' }] },
    });
    const id = String(member(added.body, 'Event', 'Attribute', 0, 'id'));
    const eventId = String(member(added.body, 'Event', 'id'));
    expect((await owner.post(`/attributes/delete/${id}`)).status).toBe(403);
    expect((await owner.post(`/attributes/deleteSelected/${eventId}`, { id: [id] })).status).toBe(403);
    expect((await owner.post(`/attributes/edit/${id}`, { comment: 'seen' })).status).toBe(200);
    expect((await synchroniser.post(`/attributes/delete/${id}`)).status).toBe(200);
  });
});

describe('attributes/add', () => {
  it('describes itself with the arguments of its path', async () => {
    expect((await owner.get('/attributes/add/1')).body).toMatchObject({
      name: '/attributes/add API description',
      url: '/attributes/add/[event_id]',
    });
    expect(member((await owner.get('/events/add')).body, 'url')).toBe('/events/add');
  });

  it('reads enforceWarninglist beside the attribute too', async () => {
    const list = { name: 'Switches', type: 'string', description: 'x', enabled: true, matching_attributes: ['domain'] };
    await magpie.admin.post('/warninglists/add', { ...list, entries: 'listed.example' });
    const event = await makeEvent(owner);
    const refused = await owner.post(`/attributes/add/${event.id}`, {
      Attribute: { type: 'domain', value: 'listed.example' },
      enforceWarninglist: 1,
    });
    expect(member(refused.body, 'errors')).toMatch(/trips over a warninglist/);
  });

  it('gives an attachment without extension that of its picture', async () => {
    const event = await makeEvent(owner);
    const data = Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64');
    const added = await owner.post(`/attributes/add/${event.id}`, { type: 'attachment', value: 'photo', data });
    expect(member(added.body, 'Attribute', 'value')).toBe('photo.png');
    const named = await owner.post(`/attributes/add/${event.id}`, { type: 'attachment', value: 'photo.txt', data });
    expect(member(named.body, 'Attribute', 'value')).toBe('photo.txt');
  });
});

describe('switching correlation', () => {
  it('of an attribute is for site administrators, unless it is off altogether', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const toggle = async (client: ApiClient) =>
      (await client.post(`/attributes/toggleCorrelation/${attribute.id}`)).status;
    expect(await toggle(owner)).toBe(405);
    expect(await toggle(magpie.admin)).toBe(200);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.completely_disable_correlation', { value: true });
    expect(await toggle(magpie.admin)).toBe(405);
    expect((await magpie.admin.post(`/events/toggleCorrelation/${event.id}`)).status).toBe(405);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.completely_disable_correlation', { value: false });
  });
});

describe('an event that brings a sharing group along', () => {
  it('is for its own organisation alone where the group cannot be taken over', async () => {
    const group = {
      uuid: 'd0000000-0000-4000-8000-00000000aa01',
      name: 'Others',
      SharingGroupOrg: [{ Organisation: { uuid: 'a0000000-0000-4000-8000-00000000aa01', name: 'Elsewhere' } }],
    };
    const event = { info: 'from elsewhere', distribution: '4', sharing_group_id: '9', SharingGroup: group };
    const added = await synchroniser.post('/events/add', { Event: event });
    expect(member(added.body, 'Event')).toMatchObject({ distribution: '0', sharing_group_id: '0' });
    expect(member(added.body, 'rejected', 0, 'path')).toBe('SharingGroup');
    const id = String(member(added.body, 'Event', 'id'));
    expect((await stranger.get(`/events/view/${id}`)).status).toBe(404);
    const edited = await synchroniser.post(`/events/edit/${id}`, { Event: event });
    expect(member(edited.body, 'errors')).toMatch(/User not authorised to create the associated sharing group/);
    expect((await synchroniser.post('/events/add', { Event: { ...event, SharingGroup: null } })).status).toBe(405);
  });
});

describe('objects of an event', () => {
  it('are stored once with breakOnDuplicate', async () => {
    const object = {
      name: 'thing',
      'meta-category': 'misc',
      description: 'd',
      template_uuid: '99999999-0000-4000-8000-000000000001',
      template_version: '1',
      Attribute: [{ object_relation: 'text', type: 'text', category: 'Other', value: 'twice' }],
    };
    const count = async (path: string, flags: object) => {
      const { body } = await owner.post(path, { Event: { info: 'twice', ...flags, Object: [object, object] } });
      const objects = member(body, 'Event', 'Object');
      return Array.isArray(objects) ? objects.length : -1;
    };
    expect(await count('/events/add', {})).toBe(2);
    expect(await count('/events/add', { breakOnDuplicate: true })).toBe(1);
    expect(await count('/events/add/breakOnDuplicate:1', {})).toBe(1);
  });
});

describe('the relationship of a tag', () => {
  it('changes by an edit that names it, on events and attributes', async () => {
    await magpie.admin.post('/tags/add', { name: 'related:tag' });
    const Tag = (relationship_type?: string) => [{ name: 'related:tag', relationship_type }];
    const added = await owner.post('/events/add', {
      info: 'x',
      Tag: Tag('first'),
      Attribute: [{ type: 'text', value: 'y', Tag: Tag('one') }],
    });
    const id = String(member(added.body, 'Event', 'id'));
    const attribute = String(member(added.body, 'Event', 'Attribute', 0, 'id'));
    const seen = async () => {
      const { body } = await owner.get(`/events/view/${id}`);
      const types = [member(body, 'Event', 'Tag', 0), member(body, 'Event', 'Attribute', 0, 'Tag', 0)];
      return types.map((tag) => member(tag, 'relationship_type'));
    };
    expect(await seen()).toEqual(['first', 'one']);
    await owner.post(`/events/edit/${id}`, { Tag: Tag('second') });
    await owner.post(`/attributes/edit/${attribute}`, { Tag: Tag('two') });
    expect(await seen()).toEqual(['second', 'two']);
    await owner.post(`/events/edit/${id}`, { Tag: Tag() });
    expect(await seen()).toEqual(['second', 'two']);
  });
});
