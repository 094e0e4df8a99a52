import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Audience,
  canSee,
  childAudience,
  eventAudience,
  type Reach,
  splitComposite,
  type World as VisibilityWorld,
} from '@magpie/model';
import { createTestDatabase } from '@magpie/testkit';
import type { Viewer } from '../../../access/viewer.ts';
import { composeMagpie } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import type { Magpie } from '../../../context.ts';
import { openDatabase } from '../../../database/database.ts';
import { correlationMode, valueDigest } from '../../intelligence/attributes/value-digest.ts';

/** An attribute of a test; what is left out has a value that no filter asks for. */
export interface TestAttribute {
  type: string;
  value: string;
  category?: string;
  comment?: string;
  toIds?: boolean;
  deleted?: boolean;
  disableCorrelation?: boolean;
  timestamp?: number;
  distribution?: number;
  sharingGroupId?: number;
  /** Place in the event's `objects`. */
  object?: number;
  relation?: string;
  firstSeen?: number;
  tags?: readonly string[];
}

/** An object of a test. */
export interface TestObject {
  name: string;
  distribution?: number;
  sharingGroupId?: number;
}

/** An event of a test. */
export interface TestEvent {
  info?: string;
  date?: string;
  owner: number;
  creator?: number;
  disableCorrelation?: boolean;
  distribution?: number;
  sharingGroupId?: number;
  published?: boolean;
  timestamp?: number;
  publishTimestamp?: number;
  threatLevel?: number;
  analysis?: number;
  tags?: readonly string[];
  attributes?: readonly TestAttribute[];
  objects?: readonly TestObject[];
}

/** A stored element of a test with what its visibility depends on. */
export interface Stored<T> {
  readonly id: number;
  readonly uuid: string;
  readonly given: T;
  /** Reaches between the event and the element, outermost first. */
  readonly within: readonly Reach[];
}

/** A stored event with its elements. */
export interface StoredEvent extends Stored<TestEvent> {
  readonly attributes: readonly Stored<TestAttribute>[];
  readonly objects: readonly Stored<TestObject>[];
}

/** A database of its own with three organisations and two sharing groups: 1 of Alpha and Beta, 2 of Alpha and Gamma. */
export interface SearchWorld {
  readonly magpie: Magpie;
  readonly organisations: { alpha: number; beta: number; gamma: number };
  readonly groups: { alphaBeta: number; alphaGamma: number };
  readonly visibility: VisibilityWorld;
  viewer(organisationId: number, flags?: readonly string[]): Viewer;
  siteAdmin(): Viewer;
  store(event: TestEvent): Promise<StoredEvent>;
  /** Names to ids. */
  tag(name: string, fields?: { org_id?: number; exportable?: boolean }): Promise<number>;
  /** Removes all events and what they hold. */
  clear(): Promise<void>;
  sees(viewer: Viewer, event: StoredEvent, within?: readonly Reach[]): boolean;
  close(): Promise<void>;
}

/** Prepares the world of one test file. */
export async function createSearchWorld(): Promise<SearchWorld> {
  const test = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'magpie-search-'));
  const database = openDatabase(test.url, { maxConnections: 6 });
  const magpie = await composeMagpie(readConfig({ MAGPIE_DATA_DIR: dataDir }), database);
  const organisations = await makeOrganisations(magpie);
  const { alpha, beta, gamma } = organisations;
  const groups = {
    alphaBeta: await makeGroup(magpie, 'Alpha and Beta', alpha, [alpha, beta]),
    alphaGamma: await makeGroup(magpie, 'Alpha and Gamma', alpha, [alpha, gamma]),
  };
  const member = (...ids: number[]) => ({ organisationIds: new Set(ids), allOrganisations: false });
  const visibility: VisibilityWorld = {
    unpublishedPrivate: false,
    sharingGroups: new Map([
      [groups.alphaBeta, member(alpha, beta)],
      [groups.alphaGamma, member(alpha, gamma)],
    ]),
  };
  const tags = new Map<string, number>();
  const viewer = (organisationId: number, flags: readonly string[] = []): Viewer => ({
    userId: organisationId,
    email: `user${organisationId}@example.test`,
    organisationId,
    organisationUuid: '00000000-0000-4000-8000-000000000000',
    organisationName: 'Organisation',
    roleId: 3,
    roleName: 'User',
    flags: new Set(flags),
    authKeyId: null,
    readOnly: false,
    ip: null,
    requestId: null,
  });

  async function tag(name: string, fields: { org_id?: number; exportable?: boolean } = {}): Promise<number> {
    const known = tags.get(name);
    if (known !== undefined) return known;
    const id = await database.asSystem('test tag', async (tx) => {
      const row = await tx.first<{ id: number }>(
        `insert into tags (name, colour, org_id, exportable) values ($1, '#123456', $2, $3) returning id`,
        [name, fields.org_id ?? 0, fields.exportable ?? true],
      );
      return row?.id ?? 0;
    });
    tags.set(name, id);
    return id;
  }

  return {
    magpie,
    organisations,
    groups,
    visibility,
    viewer,
    siteAdmin: () => viewer(alpha, ['perm_site_admin']),
    tag,
    store: (event) => storeEvent(magpie, tag, event),
    async clear() {
      await database.asSystem('test clear', (tx) =>
        tx.execute(
          'truncate events, attributes, objects, event_tags, attribute_tags, event_attribute_counts, attribute_uses, attribute_blocks, attachments',
        ),
      );
    },
    sees: (who, event, within = []) =>
      canSee(
        visibility,
        { organisationId: who.organisationId, isSiteAdmin: who.flags.has('perm_site_admin') },
        {
          event: { ...reachOf(event.given, 3), ownerId: event.given.owner, published: event.given.published ?? false },
          within,
        },
      ),
    async close() {
      await database.close();
      await test.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function reachOf(element: { distribution?: number; sharingGroupId?: number }, otherwise: number): Reach {
  return { distribution: element.distribution ?? otherwise, sharingGroupId: element.sharingGroupId ?? null };
}

async function makeOrganisations(magpie: Magpie): Promise<SearchWorld['organisations']> {
  const rows = await magpie.database.asSystem('test organisations', (tx) =>
    tx.query<{ id: number }>(
      `insert into organisations (uuid, name, local, sector, nationality) values (gen_random_uuid(), 'Alpha', true, 'Energy', 'Belgium'),
       (gen_random_uuid(), 'Beta', true, 'Banking', 'France'), (gen_random_uuid(), 'Gamma', false, 'Energy', 'Austria') returning id`,
    ),
  );
  const [alpha = 0, beta = 0, gamma = 0] = rows.map((row) => row.id);
  return { alpha, beta, gamma };
}

async function makeGroup(magpie: Magpie, name: string, owner: number, members: readonly number[]): Promise<number> {
  const id = await magpie.database.asSystem('test group', async (tx) => {
    const row = await tx.first<{ id: number }>(
      'insert into sharing_groups (uuid, name, org_id) values (gen_random_uuid(), $1, $2) returning id',
      [name, owner],
    );
    await tx.execute(
      'insert into sharing_group_organisations (sharing_group_id, org_id) select $1, unnest($2::bigint[])',
      [row?.id ?? 0, members],
    );
    return row?.id ?? 0;
  });
  magpie.database.bitmaps.forget();
  return id;
}

async function storeEvent(
  magpie: Magpie,
  tag: (name: string) => Promise<number>,
  event: TestEvent,
): Promise<StoredEvent> {
  const reach = reachOf(event, 3);
  const audience = eventAudience({
    ...reach,
    ownerId: event.owner,
    published: event.published ?? false,
    unpublishedPrivate: false,
  });
  const uuid = randomUUID();
  const id = await insertRow(magpie, 'events', {
    uuid,
    org_id: event.owner,
    orgc_id: event.creator ?? event.owner,
    user_id: 1,
    info: event.info ?? 'An event',
    date: event.date ?? '2024-05-06',
    threat_level_id: event.threatLevel ?? 4,
    analysis: event.analysis ?? 0,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId ?? 0,
    published: event.published ?? false,
    timestamp: event.timestamp ?? 1_700_000_000,
    publish_timestamp: event.publishTimestamp ?? 0,
    disable_correlation: event.disableCorrelation ?? false,
    audience_id: await magpie.audiences.idOf(audience),
  });
  const disablesCorrelation = event.disableCorrelation ?? false;
  const place: Place = { magpie, tag, eventId: id, owner: event.owner, audience, disablesCorrelation };
  const linked = { event_id: id, audience_id: await magpie.audiences.idOf(audience) };
  await linkTags(place, 'event_tags', linked, event.tags ?? []);
  const objects: (Stored<TestObject> & { audience: Audience })[] = [];
  for (const object of event.objects ?? []) objects.push(await storeObject(place, object));
  const attributes: Stored<TestAttribute>[] = [];
  for (const attribute of event.attributes ?? []) {
    attributes.push(await storeAttribute(place, attribute, objects[attribute.object ?? -1] ?? null));
  }
  return { id, uuid, given: event, within: [], attributes, objects };
}

interface Place {
  readonly magpie: Magpie;
  readonly tag: (name: string) => Promise<number>;
  readonly eventId: number;
  readonly owner: number;
  readonly audience: Audience;
  readonly disablesCorrelation: boolean;
}

async function storeObject(place: Place, object: TestObject): Promise<Stored<TestObject> & { audience: Audience }> {
  const reach = reachOf(object, 5);
  const audience = childAudience(place.audience, place.owner, reach);
  const uuid = randomUUID();
  const id = await insertRow(place.magpie, 'objects', {
    uuid,
    event_id: place.eventId,
    name: object.name,
    meta_category: 'file',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: 24,
    timestamp: 1_700_000_000,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId ?? 0,
    audience_id: await place.magpie.audiences.idOf(audience),
  });
  return { id, uuid, given: object, within: [reach], audience };
}

async function storeAttribute(
  place: Place,
  attribute: TestAttribute,
  object: (Stored<TestObject> & { audience: Audience }) | null,
): Promise<Stored<TestAttribute>> {
  const reach = reachOf(attribute, 5);
  const audience = childAudience(object?.audience ?? place.audience, place.owner, reach);
  const audienceId = await place.magpie.audiences.idOf(audience);
  const { value1, value2 } = splitComposite(attribute.type, attribute.value);
  const uuid = randomUUID();
  const id = await insertRow(place.magpie, 'attributes', {
    uuid,
    event_id: place.eventId,
    object_id: object?.id ?? 0,
    object_relation: attribute.relation ?? null,
    category: attribute.category ?? 'Other',
    type: attribute.type,
    value1,
    value2,
    to_ids: attribute.toIds ?? false,
    timestamp: attribute.timestamp ?? 1_700_000_000,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId ?? 0,
    comment: attribute.comment ?? '',
    deleted: attribute.deleted ?? false,
    first_seen: attribute.firstSeen ?? null,
    audience_id: audienceId,
    h1: valueDigest(value1),
    h2: value2 === '' ? null : valueDigest(value2),
    disable_correlation: attribute.disableCorrelation ?? false,
    correlates: correlationMode({
      type: attribute.type,
      value2,
      deleted: attribute.deleted ?? false,
      disableCorrelation: attribute.disableCorrelation ?? false,
      eventDisablesCorrelation: place.disablesCorrelation,
    }),
  });
  const linked = { attribute_id: id, event_id: place.eventId, audience_id: audienceId };
  await linkTags(place, 'attribute_tags', linked, attribute.tags ?? []);
  return { id, uuid, given: attribute, within: [...(object?.within ?? []), reach] };
}

async function linkTags(
  { magpie, tag }: Place,
  table: string,
  linked: Readonly<Record<string, number>>,
  names: readonly string[],
): Promise<void> {
  for (const name of new Set(names)) await insertRow(magpie, table, { ...linked, tag_id: await tag(name) });
}

async function insertRow(
  magpie: Magpie,
  table: string,
  fields: Readonly<Record<string, string | number | boolean | null>>,
): Promise<number> {
  const names = Object.keys(fields);
  const places = names.map((_, index) => `$${index + 1}`);
  const row = await magpie.database.asSystem('test row', (tx) =>
    tx.first<{ id: number }>(
      `insert into ${table} (${names.join(', ')}) values (${places.join(', ')}) returning id`,
      Object.values(fields),
    ),
  );
  return row?.id ?? 0;
}
