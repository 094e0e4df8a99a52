import {
  type Audience,
  canSee,
  childAudience,
  eventAudience,
  type Reach,
  type Row,
  type SharingGroupMembers,
} from '@magpie/model';
import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { type Audiences, createAudiences } from './audiences.ts';
import type { Viewer } from './viewer.ts';

/** Numbers in a drawn world are places: organisation 1 is its first one, group 0 none, group 9 one that is not there. */
const reach = fc.record({ distribution: fc.integer({ min: 0, max: 6 }), group: fc.constantFrom(0, 1, 2, 3, 9) });
const attribute = fc.record({ reach, deleted: fc.boolean(), tagged: fc.boolean(), hasFile: fc.boolean() });
const object = fc.record({ reach, referenced: fc.boolean(), attributes: fc.array(attribute, { maxLength: 3 }) });
const organisation = fc.integer({ min: 1, max: 4 });
const event = fc.record({
  reach,
  owner: organisation,
  creator: organisation,
  published: fc.boolean(),
  delegatedTo: fc.option(organisation),
  tagged: fc.boolean(),
  attributes: fc.array(attribute, { maxLength: 3 }),
  objects: fc.array(object, { maxLength: 2 }),
  reports: fc.array(reach, { maxLength: 2 }),
});
const group = fc.record({
  owner: organisation,
  members: fc.uniqueArray(organisation, { maxLength: 3 }),
  thisInstance: fc.constantFrom('absent', 'members', 'all'),
  elsewhere: fc.boolean(),
});
const worlds = fc.record({
  unpublishedPrivate: fc.boolean(),
  groups: fc.array(group, { maxLength: 3 }),
  events: fc.array(event, { minLength: 1, maxLength: 5 }),
});
type DrawnWorld = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

const roles = {
  'site administrator': ['perm_site_admin', 'perm_add'],
  'organisation administrator': ['perm_admin', 'perm_add', 'perm_sharing_group'],
  user: ['perm_add'],
  'synchronisation user': ['perm_sync', 'perm_add'],
  'reader only': [],
};

/** What should come back, by view: every row of the world with what it lies in. */
type Expected = Map<string, { id: number; row: Row }[]>;

interface StoredWorld {
  organisationIds: number[];
  sharingGroups: Map<number, SharingGroupMembers>;
  unpublishedPrivate: boolean;
  rows: Expected;
}

let testDatabase: TestDatabase;
let database: Database;
let audiences: Audiences;
let number = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { maxConnections: 4 });
  audiences = createAudiences(database);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

describe('the visible views', () => {
  it(
    'show every viewer exactly what the specification grants, in any world',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds, async (drawn) => {
          const world = await storeWorld(drawn);
          for (const organisationId of world.organisationIds) {
            for (const [roleName, flags] of Object.entries(roles)) {
              const viewer = makeViewer(organisationId, flags);
              const seen = await database.as(viewer, (tx) => readAll(tx, world));
              expect({ roleName, seen }).toEqual({ roleName, seen: expectedFor(world, viewer) });
            }
          }
        }),
        { numRuns: 40, endOnFailure: true },
      );
    },
    fc.timeLimit(300_000),
  );
});

function makeViewer(organisationId: number, flags: readonly string[]): Viewer {
  return {
    userId: 0,
    email: '',
    organisationId,
    organisationUuid: '',
    organisationName: '',
    roleId: 0,
    roleName: '',
    flags: new Set(flags),
    authKeyId: null,
    readOnly: false,
    ip: null,
    requestId: null,
  };
}

function expectedFor(world: StoredWorld, viewer: Viewer): Record<string, number[]> {
  const reader = { organisationId: viewer.organisationId, isSiteAdmin: viewer.flags.has('perm_site_admin') };
  return Object.fromEntries(
    [...world.rows].map(([view, rows]) => [
      view,
      rows.filter(({ row }) => canSee(world, reader, row)).map(({ id }) => id),
    ]),
  );
}

async function readAll(tx: Transaction, world: StoredWorld): Promise<Record<string, number[]>> {
  const seen: Record<string, number[]> = {};
  for (const [view, rows] of world.rows) {
    const key = view === 'attachments' ? 'attribute_id' : 'id';
    const found = await tx.query<{ id: number }>(
      `select ${key} as id from visible_${view} where ${key} = any($1::bigint[]) order by 1`,
      [rows.map(({ id }) => id)],
    );
    seen[view] = found.map(({ id }) => id);
  }
  return seen;
}

async function storeWorld(drawn: DrawnWorld): Promise<StoredWorld> {
  const world = await database.asSystem('make a world', async (tx) => {
    const organisationIds = await storeOrganisations(tx);
    const { sharingGroups, groupIds } = await storeGroups(tx, drawn, organisationIds);
    const writer = createWriter(drawn.unpublishedPrivate);
    for (const each of drawn.events) await writer.event(each, organisationIds, groupIds);
    for (const [table, rows] of writer.inserts) await insertAll(tx, table, rows);
    return { organisationIds, sharingGroups, unpublishedPrivate: drawn.unpublishedPrivate, rows: writer.expected };
  });
  database.bitmaps.forget();
  return world;
}

async function storeOrganisations(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `insert into organisations (uuid, name) select gen_random_uuid(), gen_random_uuid()::text
     from generate_series(1, 4) returning id`,
  );
  return rows.map(({ id }) => id);
}

async function storeGroups(tx: Transaction, drawn: DrawnWorld, organisationIds: readonly number[]) {
  const sharingGroups = new Map<number, SharingGroupMembers>();
  // Group 9 refers to one that never existed.
  const groupIds = new Map<number, number>([[9, 2_000_000_000]]);
  for (const [index, each] of drawn.groups.entries()) {
    const made = await tx.first<{ id: number }>(
      `insert into sharing_groups (uuid, name, org_id) values (gen_random_uuid(), gen_random_uuid()::text, $1) returning id`,
      [organisationIds[each.owner - 1] ?? 0],
    );
    const id = made?.id ?? 0;
    const memberIds = each.members.map((member) => organisationIds[member - 1] ?? 0);
    await tx.execute(
      'insert into sharing_group_organisations (sharing_group_id, org_id) select $1, unnest($2::bigint[])',
      [id, memberIds],
    );
    const servers = [
      ...(each.thisInstance === 'absent' ? [] : [{ server: 0, all: each.thisInstance === 'all' }]),
      ...(each.elsewhere ? [{ server: 7, all: true }] : []),
    ];
    await tx.execute(
      'insert into sharing_group_servers (sharing_group_id, server_id, all_orgs) select $1, * from unnest($2::bigint[], $3::boolean[])',
      [id, servers.map(({ server }) => server), servers.map(({ all }) => all)],
    );
    sharingGroups.set(id, { organisationIds: new Set(memberIds), allOrganisations: each.thisInstance === 'all' });
    groupIds.set(index + 1, id);
  }
  return { sharingGroups, groupIds };
}

/** Turns drawn elements into rows, with the audiences that the model folds, and notes what each row lies in. */
function createWriter(unpublishedPrivate: boolean) {
  const inserts = new Map<string, Record<string, unknown>[]>();
  const expected: Expected = new Map();

  async function put(view: string, values: Record<string, unknown>, audience: Audience, row: Row): Promise<number> {
    number += 1;
    const key = view === 'attachments' ? {} : { id: number };
    const id = view === 'attachments' ? Number(values.attribute_id) : number;
    inserts.set(view, [
      ...(inserts.get(view) ?? []),
      { ...key, ...values, audience_id: await audiences.idOf(audience) },
    ]);
    expected.set(view, [...(expected.get(view) ?? []), { id, row }]);
    return id;
  }

  async function event(
    drawn: DrawnWorld['events'][number],
    organisationIds: readonly number[],
    groupIds: ReadonlyMap<number, number>,
  ): Promise<void> {
    const ownerId = organisationIds[drawn.owner - 1] ?? 0;
    const resolve = (each: { distribution: number; group: number }): Reach => ({
      distribution: each.distribution,
      sharingGroupId: groupIds.get(each.group) ?? null,
    });
    const delegatedTo = drawn.delegatedTo === null ? null : (organisationIds[drawn.delegatedTo - 1] ?? 0);
    const eventRow = { ...resolve(drawn.reach), ownerId, published: drawn.published, delegatedTo };
    const audience = eventAudience({ ...eventRow, unpublishedPrivate });
    const top: Row = { event: eventRow, within: [] };
    const eventId = await put(
      'events',
      {
        uuid: crypto.randomUUID(),
        org_id: ownerId,
        orgc_id: organisationIds[drawn.creator - 1],
        user_id: 1,
        info: 'drawn',
        date: '2024-01-01',
        threat_level_id: 4,
        analysis: 0,
        published: drawn.published,
        delegated_to: delegatedTo,
        timestamp: 1,
        ...reachColumns(eventRow),
      },
      audience,
      top,
    );
    const link = { event_id: eventId, tag_id: 1, local: false, relationship_type: '' };
    if (drawn.tagged) await put('event_tags', link, audience, top);

    async function attributes(
      list: DrawnWorld['events'][number]['attributes'],
      parent: Audience,
      within: readonly Reach[],
      objectId: number,
    ): Promise<void> {
      for (const each of list) {
        const own = resolve(each.reach);
        const row = { event: eventRow, within: [...within, own] };
        const folded = childAudience(parent, ownerId, own);
        const columns = {
          ...attributeColumns(each.deleted),
          event_id: eventId,
          object_id: objectId,
          ...reachColumns(own),
        };
        const id = await put('attributes', columns, folded, row);
        if (each.tagged) await put('attribute_tags', { ...link, attribute_id: id }, folded, row);
        if (!each.hasFile) continue;
        await put('attachments', { attribute_id: id, event_id: eventId, sha256: '\\x00', size: 1 }, folded, row);
      }
    }

    await attributes(drawn.attributes, audience, [], 0);
    for (const each of drawn.objects) {
      const own = resolve(each.reach);
      const row = { event: eventRow, within: [own] };
      const folded = childAudience(audience, ownerId, own);
      const objectId = await put('objects', { ...objectColumns(eventId), ...reachColumns(own) }, folded, row);
      if (each.referenced) await put('object_references', referenceColumns(eventId, objectId), folded, row);
      await attributes(each.attributes, folded, [own], objectId);
    }
    for (const each of drawn.reports) {
      const own = resolve(each);
      const columns = {
        uuid: crypto.randomUUID(),
        event_id: eventId,
        name: 'r',
        content: '',
        timestamp: 1,
        deleted: false,
      };
      await put('event_reports', { ...columns, ...reachColumns(own) }, childAudience(audience, ownerId, own), {
        event: eventRow,
        within: [own],
      });
    }
  }

  return { event, inserts, expected };
}

function reachColumns({ distribution, sharingGroupId }: Reach) {
  return { distribution, sharing_group_id: sharingGroupId ?? 0 };
}

function attributeColumns(deleted: boolean) {
  return {
    uuid: crypto.randomUUID(),
    category: 'Other',
    type: 'text',
    value1: 'v',
    value2: '',
    to_ids: false,
    timestamp: 1,
    comment: '',
    deleted,
    disable_correlation: false,
    h1: 1,
    correlates: 0,
  };
}

function objectColumns(eventId: number) {
  return {
    uuid: crypto.randomUUID(),
    event_id: eventId,
    name: 'file',
    meta_category: 'file',
    description: '',
    template_uuid: '',
    template_version: 1,
    timestamp: 1,
    comment: '',
    deleted: false,
  };
}

function referenceColumns(eventId: number, objectId: number) {
  return {
    uuid: crypto.randomUUID(),
    event_id: eventId,
    object_id: objectId,
    source_uuid: crypto.randomUUID(),
    referenced_uuid: crypto.randomUUID(),
    referenced_id: 0,
    referenced_type: 0,
    relationship_type: '',
    comment: '',
    timestamp: 1,
    deleted: false,
  };
}

async function insertAll(tx: Transaction, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await tx.execute(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}
