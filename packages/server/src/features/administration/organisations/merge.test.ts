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
import { ORGANISATION_ID_COLUMNS } from './merge.ts';

let magpie: TestMagpie;
beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

/** Ids that look as if they were of organisations, and are not moved, or not as such. */
const OTHER_COLUMNS = [
  // Kept current by a trigger of the events.
  'sightings.event_owner_id',
  // How far a mailing has come.
  'publish_alerts.last_org_id',
];

const merge = (source: Made, target: Made) =>
  magpie.admin.post(`/admin/organisations/merge/${source.id}`, {
    Organisation: { targetType: 0, orgsLocal: target.id },
  });

/** Audiences whose counts are not those of the rows that are counted. */
function miscounted(): Promise<unknown[]> {
  const attributes = 'select audience_id, 1 as n from attributes where not deleted';
  const tags = 'select audience_id, 1 as n from event_tags union all select audience_id, 1 from attribute_tags';
  const pairs = [
    ['select audience_id, -live from attribute_blocks', attributes],
    ['select audience_id, -live from attribute_uses', attributes],
    ['select audience_id, -live from event_attribute_counts', attributes],
    ['select audience_id, -events - attributes from tag_uses', tags],
  ];
  const sums = pairs.map(
    ([counts, rows], index) =>
      `select ${index} as pair, audience_id, sum(n) from (${rows} union all ${counts}) d group by 2 having sum(n) <> 0`,
  );
  return magpie.magpie.database.asSystem('test', (tx) => tx.query(sums.join(' union all ')));
}

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
      Tag: [{ name: 'merged' }],
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
    expect(await miscounted()).toEqual([]);

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

  it('hands requests to take events over on, of whichever side', async () => {
    const { admin } = magpie;
    await admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
    const [source, target, third] = await Promise.all([
      makeOrganisation(admin),
      makeOrganisation(admin),
      makeOrganisation(admin),
    ]);
    const [bySource, byTarget, byThird] = await Promise.all([source, target, third].map((it) => magpie.user(it, '4')));
    if (!bySource || !byTarget || !byThird) throw new Error('users are missing');
    const asked = await makeEvent(byThird, { distribution: '0', Attribute: [{ type: 'text', value: 'asked' }] });
    const asking = await makeEvent(bySource, { distribution: '0' });
    const alsoAsked = await makeEvent(byThird, { distribution: '0' });
    for (const [client, event, receiver] of [
      [byThird, asked, source],
      [byThird, alsoAsked, target],
      [bySource, asking, third],
    ] as const) {
      const delegated = await client.post(`/event_delegations/delegateEvent/${event.id}`, { org_id: receiver.id });
      expect(delegated.status).toBe(200);
    }
    expect((await byTarget.get(`/events/view/${asked.id}`)).status).toBe(404);

    expect((await merge(source, target)).status).toBe(200);

    for (const event of [asked, alsoAsked]) {
      for (const client of [byTarget, bySource]) {
        expect((await client.get(`/events/view/${event.id}`)).status).toBe(200);
      }
    }
    expect((await byThird.get(`/events/view/${asking.id}`)).status).toBe(200);
    const issued = await byTarget.get('/event_delegations/index/context:issued');
    expect(member(issued.body, 0, 'EventDelegation', 'event_id')).toBe(asking.id);
    const pending = await byTarget.get('/event_delegations/index/context:pending');
    expect(pending.body).toHaveLength(2);
    const request = member(pending.body, 0, 'EventDelegation', 'id');
    expect((await byTarget.post(`/event_delegations/acceptDelegation/${request}`, {})).status).toBe(200);
  });

  it('knows every column of the database that holds the id of an organisation', async () => {
    const columns = await magpie.magpie.database.asSystem('columns of organisations', (tx) =>
      tx.query<{ table: string; column: string }>(
        `select c.relname as table, a.attname as column
         from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and a.attnum > 0 and not a.attisdropped and (
             (a.atttypid in ('bigint'::regtype, 'integer'::regtype) and a.attname ~ 'org|deleg|owner|receiver|requester')
             or exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = c.oid
                  and k.confrelid = 'organisations'::regclass and a.attnum = any (k.conkey)))`,
      ),
    );
    expect(columns.length).toBeGreaterThan(30);
    const unknown = columns.filter(
      ({ table, column }) => !ORGANISATION_ID_COLUMNS.includes(column) && !OTHER_COLUMNS.includes(`${table}.${column}`),
    );
    expect(unknown).toEqual([]);
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
