import {
  type ApiClient,
  type Made,
  type MadeUser,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let victimUser: MadeUser;
let attackerUser: MadeUser;
let victim: ApiClient;
let attacker: ApiClient;
/** The victim's event, visible to the attacker and not his to change, and one that he cannot see. */
let open: Made;
let hidden: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  alpha = await makeOrganisation(magpie.admin);
  beta = await makeOrganisation(magpie.admin);
  victimUser = await makeUser(magpie.admin, { org_id: alpha.id, role_id: '2' });
  attackerUser = await makeUser(magpie.admin, { org_id: beta.id, role_id: '2' });
  victim = magpie.client(victimUser.key);
  attacker = magpie.client(attackerUser.key);
  const content = () => ({
    Attribute: [{ type: 'text', value: 'of the victim' }],
    Object: [
      {
        name: 'file',
        'meta-category': 'file',
        description: 'd',
        template_uuid: crypto.randomUUID(),
        template_version: '1',
        distribution: '5',
        Attribute: [{ object_relation: 'filename', type: 'filename', value: 'victim.exe' }],
      },
    ],
    EventReport: [{ name: 'of the victim', content: 'c', distribution: '5' }],
  });
  open = await makeEvent(victim, content());
  hidden = await makeEvent(victim, { ...content(), distribution: '0' });
});

afterAll(() => magpie.stop());

const part = (event: Made, ...path: (string | number)[]) => String(member(event.body, 'Event', ...path));

/** All rows of the victim's events; a change of any of them shows. */
function victimRows(): Promise<unknown> {
  return magpie.magpie.database.asSystem('rows of the victim', async (tx) => {
    const events = [open.id, hidden.id];
    const rows: unknown[] = [];
    for (const table of [
      'attributes',
      'objects',
      'event_reports',
      'object_references',
      'event_tags',
      'attribute_tags',
    ]) {
      rows.push(await tx.query(`select * from ${table} where event_id = any($1::bigint[]) order by id`, [events]));
    }
    rows.push(await tx.query('select * from events where id = any($1::bigint[]) order by id', [events]));
    return rows;
  });
}

async function unharmed(work: () => Promise<unknown>): Promise<void> {
  const before = await victimRows();
  await work();
  expect(await victimRows()).toEqual(before);
}

describe('ids of others in a body', () => {
  const forged = () => ({
    id: open.id,
    event_id: open.id,
    org_id: alpha.id,
    orgc_id: alpha.id,
    user_id: victimUser.id,
    object_id: part(open, 'Object', 0, 'id'),
    Orgc: { uuid: alpha.uuid, name: 'x' },
    Org: { uuid: alpha.uuid, name: 'x' },
    locked: true,
  });

  it('do not give a new event to another organisation or user', () =>
    unharmed(async () => {
      const event = await makeEvent(attacker, forged());
      const row = await magpie.magpie.database.asSystem('owner', (tx) =>
        tx.first('select org_id, orgc_id, user_id, locked from events where id = $1', [event.id]),
      );
      const [org_id, user_id] = [Number(beta.id), Number(attackerUser.id)];
      expect(row).toEqual({ org_id, orgc_id: org_id, user_id, locked: false });
    }));

  it('do not move an event, attribute, object or report that is edited', () =>
    unharmed(async () => {
      const event = await makeEvent(attacker, { EventReport: [{ name: 'r', content: 'c' }] });
      const attribute = await makeAttribute(attacker, event.id);
      const object = await makeObject(attacker, event.id, { description: 'd' });
      await attacker.post(`/events/edit/${event.id}`, { ...forged(), info: 'x' });
      await attacker.post(`/attributes/edit/${attribute.id}`, { ...forged(), comment: 'x' });
      await attacker.post(`/objects/edit/${object.id}`, { ...forged(), comment: 'x' });
      await attacker.post(`/eventReports/edit/${part(event, 'EventReport', 0, 'id')}`, { ...forged(), name: 'x' });
      const view = await attacker.get(`/events/view/${event.id}`);
      expect(member(view.body, 'Event', 'org_id')).toBe(beta.id);
      expect(member(view.body, 'Event', 'Attribute', 0)).toMatchObject({
        event_id: event.id,
        object_id: '0',
        comment: 'x',
      });
      expect(member(view.body, 'Event', 'Object', 0)).toMatchObject({ event_id: event.id, comment: 'x' });
      expect(member(view.body, 'Event', 'EventReport', 0)).toMatchObject({ event_id: event.id, name: 'x' });
    }));

  it('do not add an attribute, object or report to the event they name instead of the path', () =>
    unharmed(async () => {
      const event = await makeEvent(attacker);
      const attribute = await makeAttribute(attacker, event.id, forged());
      expect(member(attribute.body, 'Attribute', 'event_id')).toBe(event.id);
      const object = await makeObject(attacker, event.id, { ...forged(), description: 'd' });
      expect(member(object.body, 'Object', 'event_id')).toBe(event.id);
      const report = await attacker.post(`/eventReports/add/${event.id}`, { ...forged(), name: 'x' });
      expect(member(report.body, 'EventReport', 'event_id')).toBe(event.id);
    }));

  it('do not change another user, key or organisation', async () => {
    await attacker.post(`/admin/users/edit/${attackerUser.id}`, { id: victimUser.id, org_id: alpha.id, role_id: '1' });
    await attacker.post('/users/edit', { id: victimUser.id, org_id: alpha.id, role_id: '1', disabled: false });
    await attacker.post(`/auth_keys/add/${attackerUser.id}`, { user_id: victimUser.id, comment: 'stolen' });
    const me = await attacker.get('/users/view/me');
    expect(me.body).toMatchObject({ User: { id: attackerUser.id, org_id: beta.id, role_id: '2' } });
    const keys = await victim.get('/auth_keys/index');
    expect(keys.body).toHaveLength(1);
  });
});

describe('uuids of others in a body', () => {
  it.each(['visible', 'hidden'])('take nothing out of a %s event', (which) =>
    unharmed(async () => {
      const target = which === 'visible' ? open : hidden;
      const content = {
        Attribute: [{ uuid: part(target, 'Attribute', 0, 'uuid'), type: 'text', value: 'stolen', deleted: true }],
        Object: [
          {
            uuid: part(target, 'Object', 0, 'uuid'),
            name: 'file',
            'meta-category': 'file',
            description: 'd',
            template_uuid: crypto.randomUUID(),
            template_version: '1',
            deleted: true,
            Attribute: [
              {
                uuid: part(target, 'Object', 0, 'Attribute', 0, 'uuid'),
                object_relation: 'filename',
                type: 'filename',
                value: 'stolen',
              },
            ],
          },
        ],
        EventReport: [{ uuid: part(target, 'EventReport', 0, 'uuid'), name: 'stolen', content: 'stolen' }],
      };
      const added = await makeEvent(attacker, content);
      await attacker.post(`/events/edit/${added.id}`, content);
      await attacker.post(`/attributes/add/${added.id}`, content.Attribute[0]);
      await attacker.post(`/objects/add/${added.id}`, content.Object[0]);
      await attacker.post(`/eventReports/add/${added.id}`, content.EventReport[0]);
      expect(JSON.stringify((await attacker.get(`/events/view/${added.id}`)).body)).not.toContain(
        part(target, 'Attribute', 0, 'uuid'),
      );
    }),
  );

  it('edit no other event than the path names, when the editor may not change it', () =>
    unharmed(async () => {
      const own = await makeEvent(attacker);
      for (const target of [open, hidden]) {
        const answer = await attacker.post(`/events/edit/${own.id}`, { uuid: target.uuid, info: 'stolen' });
        expect(answer.status).toBe(403);
        expect(JSON.stringify(answer.body)).not.toContain('of the victim');
      }
      expect((await attacker.post('/events/add', { uuid: hidden.uuid, info: 'stolen' })).status).toBe(403);
    }));
});

describe('several ids at once', () => {
  it('delete nothing when one of them is not the caller’s', () =>
    unharmed(async () => {
      const own = await makeEvent(attacker);
      const attribute = await makeAttribute(attacker, own.id);
      await attacker.post(`/attributes/deleteSelected/${own.id}`, {
        id: [attribute.id, part(open, 'Attribute', 0, 'id'), part(hidden, 'Attribute', 0, 'id')],
        allow_hard_delete: true,
      });
      await attacker.post('/events/delete', { id: [own.id, open.id] });
      expect((await attacker.get(`/events/view/${own.id}`)).status).toBe(200);
    }));

  it('act on the one in the path, or on none, when the body names another', () =>
    unharmed(async () => {
      const own = await makeEvent(attacker);
      const attribute = await makeAttribute(attacker, own.id);
      const target = part(open, 'Attribute', 0, 'id');
      await attacker.post(`/events/addTag/${own.id}`, { event: open.id, id: open.id, tag: 'a:tag' });
      await attacker.post(`/attributes/addTag/${attribute.id}`, { attribute: target, id: target, tag: 'a:tag' });
      await attacker.post(`/attributes/deleteSelected/${own.id}`, { event_id: open.id, id: 'all' });
      await attacker.post(`/attributes/editField/${attribute.id}`, { id: target, comment: 'changed' });
      await attacker.post(`/attributes/restore/${attribute.id}`, { id: target });
    }));
});

describe('a reference', () => {
  it('tells nothing of what cannot be seen: hidden and absent targets are refused alike', () =>
    unharmed(async () => {
      const own = await makeEvent(attacker);
      const object = await makeObject(attacker, own.id, { description: 'd' });
      const refer = async (uuid: string) => {
        const answer = await attacker.post(`/objectReferences/add/${object.id}`, {
          referenced_uuid: uuid,
          relationship_type: 'x',
        });
        return JSON.stringify({ status: answer.status, body: answer.body }).replaceAll(uuid, '…');
      };
      const absent = await refer(crypto.randomUUID());
      expect(await refer(part(hidden, 'Object', 0, 'uuid'))).toBe(absent);
      expect(await refer(part(hidden, 'Attribute', 0, 'uuid'))).toBe(absent);
    }));
});

describe('a sharing group', () => {
  it('counts only with distribution 4, and only one that may be used', () =>
    unharmed(async () => {
      const foreign = await makeSharingGroup(victim, [alpha.uuid]);
      const event = await makeEvent(attacker, { distribution: '3', sharing_group_id: foreign.id });
      expect(part(event, 'sharing_group_id')).toBe('0');
      const attribute = await makeAttribute(attacker, event.id, { distribution: '5', sharing_group_id: foreign.id });
      expect(member(attribute.body, 'Attribute', 'sharing_group_id')).toBe('0');
      const use = { distribution: '4', sharing_group_id: foreign.id };
      const refusals = [
        await attacker.post('/events/add', { info: 'x', ...use }),
        await attacker.post(`/events/edit/${event.id}`, use),
        await attacker.post(`/attributes/add/${event.id}`, { type: 'text', value: 'x', ...use }),
        await attacker.post(`/attributes/edit/${attribute.id}`, use),
        await attacker.post(`/eventReports/add/${event.id}`, { name: 'x', ...use }),
        await attacker.post('/events/add', { info: 'x', distribution: '4' }),
        await attacker.post('/events/add', { info: 'x', distribution: '4', sharing_group_id: '999999' }),
      ];
      expect(refusals.filter(({ status }) => status < 400 || status >= 500)).toEqual([]);
    }));
});
