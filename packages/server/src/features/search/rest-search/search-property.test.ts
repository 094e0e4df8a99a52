import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import {
  createSearchWorld,
  type SearchWorld,
  type Stored,
  type StoredEvent,
  type TestAttribute,
  type TestEvent,
} from '../testing/search-world.ts';
import { readHeld } from './held-transaction.ts';
import { searchParametersOf } from './parameters.ts';
import { searchAttributes } from './search-attributes.ts';
import { searchEvents } from './search-events.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
});
afterAll(() => world.close());

const types = ['domain', 'ip-dst', 'md5', 'filename|md5', 'text'];
const values = ['alpha.test', 'Beta.test', 'beta.test|x', 'abcdef', 'a%b', 'a_b', 'a\\b', 'ÉVIL.test', 'évil.test|x'];
const hash = 'abcdefabcdefabcdefabcdefabcdefab';
const tagNames = ['tlp:red', 'tlp:green', 'other'];
const times = [0, 1_600_000_000, 1_650_000_000, 1_700_000_000, 4_000_000_000];
const days = [-86_400, 0, 1_700_000_000, 4_000_000_000];

/** A filter as sent, and the same filter as a plain function. */
interface Filter {
  parameters: Record<string, unknown>;
  passes(attribute: TestAttribute, event: StoredEvent, seenTags: TagsSeen): boolean;
}
interface TagsSeen {
  own: readonly string[];
  event: readonly string[];
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const halves = ({ type, value }: TestAttribute): string[] => {
  if (!type.includes('|') || !value.includes('|')) return [value];
  const pipe = value.indexOf('|');
  return [value, value.slice(0, pipe), value.slice(pipe + 1)];
};
const has = (tags: TagsSeen, name: string) => tags.own.includes(name) || tags.event.includes(name);

const someValue = fc.constantFrom(...values, 'beta.test', 'x', 'évil.test', hash, `beta.testx|${hash}`, 'nothing');
const filters: fc.Arbitrary<Filter> = fc.oneof(
  someValue.map(
    (value): Filter => ({ parameters: { value: [value] }, passes: (a) => halves(a).some((half) => same(half, value)) }),
  ),
  someValue.map(
    (value): Filter => ({
      parameters: { value: { NOT: [value] } },
      passes: (a) => !halves(a).some((half) => same(half, value)),
    }),
  ),
  fc.constantFrom('beta', 'abc', 'test', 'évil', '_', '\\', 'l.').map(
    (text): Filter => ({
      parameters: { value: `%${text}%` },
      passes: (a) => halves(a).some((half) => half.toLowerCase().includes(text)),
    }),
  ),
  fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 }).map(
    (list): Filter => ({
      parameters: { type: list },
      passes: (a) => list.includes(a.type),
    }),
  ),
  fc
    .constantFrom(...types)
    .map((type): Filter => ({ parameters: { type: `!${type}` }, passes: (a) => a.type !== type })),
  fc
    .boolean()
    .map((flag): Filter => ({ parameters: { to_ids: flag ? 1 : 0 }, passes: (a) => (a.toIds ?? false) === flag })),
  fc
    .constantFrom(...tagNames)
    .map((name): Filter => ({ parameters: { tags: name }, passes: (_a, _e, tags) => has(tags, name) })),
  fc
    .constantFrom(...tagNames)
    .map((name): Filter => ({ parameters: { tags: [`!${name}`] }, passes: (_a, _e, tags) => !has(tags, name) })),
  fc.constant<Filter>({
    parameters: { tags: { AND: ['tlp:red', 'other'] } },
    passes: (_a, _e, tags) => has(tags, 'tlp:red') && has(tags, 'other'),
  }),
  fc.constantFrom(...times).map(
    (time): Filter => ({
      parameters: { timestamp: time },
      passes: (a) => (a.timestamp ?? 1_700_000_000) >= time,
    }),
  ),
  fc.uniqueArray(fc.constantFrom('Other', 'Network activity', 'nothing'), { minLength: 1 }).map(
    (list): Filter => ({
      parameters: { category: list },
      passes: (a) => list.some((category) => category === a.category),
    }),
  ),
  fc.constantFrom('seen 100%', 'Seen', '%een%', '100%').map(
    (text): Filter => ({
      parameters: { comment: text },
      passes: ({ comment = '' }) => {
        const inner = text.replaceAll(/^%|%$/g, '').toLowerCase();
        if (text.startsWith('%')) return comment.toLowerCase().includes(inner);
        return text.endsWith('%') ? comment.toLowerCase().startsWith(inner) : same(comment, text);
      },
    }),
  ),
  fc.constantFrom(...days).map(
    (time): Filter => ({
      parameters: { first_seen: new Date(time * 1000).toISOString() },
      passes: ({ firstSeen }) => firstSeen !== undefined && firstSeen >= time * 1_000_000,
    }),
  ),
  fc.constantFrom(1, 4, 9).map(
    (level): Filter => ({
      parameters: { threat_level_id: [level, 2] },
      passes: (_a, e) => [level, 2].includes(e.given.threatLevel ?? 4),
    }),
  ),
  fc.constantFrom(...times).map(
    (time): Filter => ({
      parameters: { event_timestamp: time },
      passes: (_a, e) => (e.given.timestamp ?? 0) >= time,
    }),
  ),
  fc
    .constantFrom('1969-12-31', '2024-02-29', '2038-01-20')
    .map((date): Filter => ({ parameters: { from: date }, passes: (_a, e) => (e.given.date ?? '') >= date })),
  fc.boolean().map(
    (flag): Filter => ({
      parameters: { published: flag ? 1 : 0 },
      passes: (_a, e) => (e.given.published ?? false) === flag,
    }),
  ),
  fc
    .constantFrom('first', 'second')
    .map((info): Filter => ({ parameters: { eventinfo: `${info}%` }, passes: (_a, e) => e.given.info === info })),
  fc.constantFrom('Alpha', 'Beta', '!Gamma').map(
    (org): Filter => ({
      parameters: { org },
      passes: (_a, e) => {
        const { alpha, beta, gamma } = world.organisations;
        const creator = e.given.creator ?? e.given.owner;
        return org === '!Gamma' ? creator !== gamma : creator === (org === 'Alpha' ? alpha : beta);
      },
    }),
  ),
  fc.constantFrom(0, 1).map(
    (place): Filter => ({
      parameters: { sharinggroup: groupAt(place) },
      passes: (a, e) => a.sharingGroupId === groupAt(place) || e.given.sharingGroupId === groupAt(place),
    }),
  ),
);

function groupAt(place: number): number {
  return place === 0 ? (world?.groups.alphaBeta ?? 0) : (world?.groups.alphaGamma ?? 0);
}

/** Filters on different parameters; the same parameter twice would be one filter for the server. */
const filterSets = fc.uniqueArray(filters, {
  maxLength: 3,
  selector: (filter) => Object.keys(filter.parameters)[0],
});

const reach = (levels: readonly number[]) =>
  fc
    .constantFrom(...levels)
    .chain((distribution) =>
      fc
        .constantFrom(0, 1)
        .map((place) => (distribution === 4 ? { distribution, sharingGroupId: groupAt(place) } : { distribution })),
    );

const attributes: fc.Arbitrary<TestAttribute> = fc
  .record({
    type: fc.constantFrom(...types),
    value: fc.constantFrom(...values),
    toIds: fc.boolean(),
    deleted: fc.constantFrom(false, false, false, true),
    timestamp: fc.constantFrom(...times),
    category: fc.constantFrom('Other', 'Network activity'),
    comment: fc.constantFrom('', 'seen 100%', 'unseen'),
    seen: fc.option(fc.constantFrom(...days)),
    tags: fc.uniqueArray(fc.constantFrom(...tagNames), { maxLength: 2 }),
    object: fc.constantFrom(-1, -1, 0),
    reach: reach([0, 1, 3, 4, 5, 5]),
  })
  .map(({ reach: level, value, seen, ...rest }) => ({
    ...{ ...rest, ...level, value: possibleValue(rest.type, value) },
    ...(seen === null ? {} : { firstSeen: seen * 1_000_000 }),
  }));

/** Hashes are hexadecimal, as validation makes sure; searches by a part rely on it. */
function possibleValue(type: string, value: string): string {
  if (type === 'md5') return hash;
  return type === 'filename|md5' ? `${value.replace('|', '')}|${hash}` : value;
}

const events: fc.Arbitrary<Omit<TestEvent, 'owner'> & { ownerAt: number; creatorAt: number }> = fc
  .record({
    ownerAt: fc.constantFrom(0, 1, 2),
    creatorAt: fc.constantFrom(0, 1, 2),
    info: fc.constantFrom('first', 'second'),
    published: fc.boolean(),
    date: fc.constantFrom('1969-12-30', '1969-12-31', '2024-02-29', '2099-12-31'),
    timestamp: fc.constantFrom(...times),
    threatLevel: fc.constantFrom(1, 2, 4),
    tags: fc.uniqueArray(fc.constantFrom(...tagNames), { maxLength: 2 }),
    attributes: fc.array(attributes, { maxLength: 5 }),
    object: reach([0, 1, 4, 5]),
    reach: reach([0, 1, 2, 3, 4]),
  })
  .map(({ reach: level, object, ...rest }) => ({ ...rest, ...level, objects: [{ name: 'file', ...object }] }));

async function textOf(body: string | AsyncIterable<string | Buffer>): Promise<string> {
  if (typeof body === 'string') return body;
  let text = '';
  for await (const piece of body) text += String(piece);
  return text;
}

async function foundAttributes(viewer: Viewer, parameters: Record<string, unknown>) {
  const { head, body } = await readHeld(world.magpie.database, viewer, (tx) =>
    searchAttributes(world.magpie, tx, searchParametersOf('attributes', parameters)),
  );
  const rows: { id: string }[] = JSON.parse(await textOf(body)).response.Attribute;
  return { total: head.total, ids: rows.map((row) => Number(row.id)) };
}

async function foundEvents(viewer: Viewer, parameters: Record<string, unknown>) {
  const { head, body } = await readHeld(world.magpie.database, viewer, (tx) =>
    searchEvents(world.magpie, tx, viewer, searchParametersOf('events', parameters)),
  );
  const rows: { Event: { id: string } }[] = JSON.parse(await textOf(body)).response;
  return { total: head.total, ids: rows.map((row) => Number(row.Event.id)) };
}

const tagsSeen = (event: StoredEvent, attribute: Stored<TestAttribute>): TagsSeen => ({
  own: attribute.given.tags ?? [],
  event: event.given.tags ?? [],
});

/** The attributes a viewer must find: those he may see that pass every filter, one by one. */
function expectedAttributes(viewer: Viewer, stored: readonly StoredEvent[], set: readonly Filter[]): number[] {
  return stored.flatMap((event) =>
    event.attributes
      .filter((attribute) => !attribute.given.deleted && world.sees(viewer, event, attribute.within))
      .filter((attribute) => set.every((filter) => filter.passes(attribute.given, event, tagsSeen(event, attribute))))
      .map((attribute) => attribute.id),
  );
}

async function store(list: readonly (Omit<TestEvent, 'owner'> & { ownerAt: number; creatorAt: number })[]) {
  await world.clear();
  const { alpha, beta, gamma } = world.organisations;
  const organisations = [alpha, beta, gamma];
  const stored: StoredEvent[] = [];
  for (const { ownerAt, creatorAt, ...event } of list) {
    stored.push(
      await world.store({ ...event, owner: organisations[ownerAt] ?? 0, creator: organisations[creatorAt] ?? 0 }),
    );
  }
  return stored;
}

function viewers(): Viewer[] {
  const { alpha, beta, gamma } = world.organisations;
  return [world.viewer(alpha), world.viewer(beta), world.viewer(gamma), world.siteAdmin()];
}

describe('searches in random worlds', () => {
  it('find exactly the attributes that plain filtering of visible ones finds', {
    timeout: fc.timeLimit(300_000),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(events, { minLength: 1, maxLength: 4 }),
        fc.array(filterSets, { minLength: 4, maxLength: 6 }),
        async (list, sets) => {
          const stored = await store(list);
          for (const set of sets) {
            const parameters = Object.assign({}, ...set.map((filter) => filter.parameters));
            for (const viewer of viewers()) {
              const expected = expectedAttributes(viewer, stored, set);
              expect(await foundAttributes(viewer, parameters)).toEqual({ ids: expected, total: expected.length });
              const page = await foundAttributes(viewer, { ...parameters, limit: 2, page: 2 });
              expect(page).toEqual({ ids: expected.slice(2, 4), total: expected.length });
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('find exactly the events of which a visible attribute passes each filter', {
    timeout: fc.timeLimit(300_000),
  }, async () => {
    const onAttributes = new Set([
      ...['value', 'type', 'to_ids', 'sharinggroup', 'timestamp', 'tags', 'category', 'comment'],
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(events, { minLength: 1, maxLength: 4 }),
        fc.array(filterSets, { minLength: 4, maxLength: 6 }),
        async (list, sets) => {
          const stored = await store(list);
          for (const set of sets) {
            const positive = set.filter(isComparable);
            const parameters = Object.assign({}, ...positive.map((filter) => filter.parameters));
            for (const viewer of viewers()) {
              const expected = stored
                .filter((event) => world.sees(viewer, event))
                .filter((event) => positive.every((filter) => eventPasses(viewer, event, filter, onAttributes)))
                .map((event) => event.id);
              expect(await foundEvents(viewer, { ...parameters, metadata: 1 })).toEqual({
                ids: expected,
                total: expected.length,
              });
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

/** Filters that mean the same for events: no exclusions, and not what events have themselves or are not searched by. */
function isComparable(filter: Filter): boolean {
  const text = JSON.stringify(filter.parameters);
  return !text.includes('NOT') && !text.includes('"!') && !/AND|timestamp|sharinggroup|first_seen/.test(text);
}

function eventPasses(viewer: Viewer, event: StoredEvent, filter: Filter, onAttributes: ReadonlySet<string>): boolean {
  const live = event.attributes.filter(
    (attribute) => !attribute.given.deleted && world.sees(viewer, event, attribute.within),
  );
  const [name = ''] = Object.keys(filter.parameters);
  const none: TestAttribute = { type: '', value: '' };
  if (!onAttributes.has(name)) return filter.passes(none, event, { own: [], event: [] });
  const byAttribute = live.some((attribute) => filter.passes(attribute.given, event, tagsSeen(event, attribute)));
  // The event's own tags count also when it has no attribute.
  return byAttribute || (name === 'tags' && filter.passes(none, event, { own: [], event: event.given.tags ?? [] }));
}
