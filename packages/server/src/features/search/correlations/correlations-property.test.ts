import { compareSsdeep, correlationKeys, parseSsdeep } from '@magpie/model';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import type { ReadRows } from '../../../database/transaction.ts';
import {
  createSearchWorld,
  type SearchWorld,
  type Stored,
  type StoredEvent,
  type TestAttribute,
  type TestEvent,
} from '../testing/search-world.ts';
import { countRelated } from './event-counts.ts';
import { addExclusion, deleteExclusion } from './exclusions.ts';
import type { CorrelationLimits } from './limits.ts';
import { findHeldBack, findRelatedAttributes } from './related-attributes.ts';
import { findRelatedEvents } from './related-events.ts';
import { findRelatedOfOne } from './related-of-one.ts';
import { removeRule, saveRule } from './rules.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
});
afterAll(() => world.close());

const chunks = 'hjkLMnoPQrsTUVwx12345';
const hashes = [
  `96:${chunks}abc:${chunks.slice(0, 12)}`,
  `96:${chunks}xyz:zzzz`,
  `192:${chunks.slice(0, 12)}qq:aaaa`,
  `96:somethingquiteelse:0123`,
  `3:short:abc`,
];
const pool: readonly (readonly [type: string, value: string])[] = [
  ['domain', 'evil.test'],
  ['hostname', 'Evil.test '],
  ['hostname|port', 'evil.test|80'],
  ['text', '80'],
  ['comment', 'evil.test'],
  ['filename|md5', 'a.exe|d41d8cd98f00b204e9800998ecf8427e'],
  ['md5', 'D41D8CD98F00B204E9800998ECF8427E'],
  ['filename', 'a.exe'],
  ['ip-src', '10.1.2.3'],
  ['ip-dst|port', '10.1.9.9|80'],
  ['ip-dst', '10.1.0.0/16'],
  ['ip-src', '10.1.2.0/24'],
  ['ip-src', '10.1.2.3/32'],
  ['ip-src|port', '10.1.0.0/16|80'],
  ['ip-dst', '2001:db8::1'],
  ['ip-dst', '2001:db8::/32'],
  ['ip-src', '::/0'],
  ['text', '10.1.2.3'],
  ['domain|ip', 'evil.test|10.1.2.3'],
  ['ip-dst|port', '2001:DB8::1|80'],
  ['text', 'ÉVIL_%'],
  ['comment', 'évil_%'],
  ['filename|md5', 'ÉVIL_%|d41d8cd98f00b204e9800998ecf8427e'],
  ...hashes.map((hash) => ['ssdeep', hash] as const),
];

const distribution = fc.constantFrom(0, 1, 3, 4);
const attribute = fc
  .record({
    picked: fc.constantFrom(...pool),
    reach: fc.oneof({ weight: 3, arbitrary: fc.constant(5) }, distribution),
    group: fc.constantFrom('alphaBeta', 'alphaGamma'),
    deleted: fc.constantFrom(false, false, false, true),
    off: fc.constantFrom(false, false, false, true),
    object: fc.constantFrom(null, null, 0, 1),
  })
  .map(({ picked: [type, value], ...rest }) => ({ type, value, ...rest }) as const);
const object = fc.record({
  reach: fc.oneof({ weight: 2, arbitrary: fc.constant(5) }, distribution),
  group: fc.constantFrom('alphaBeta', 'alphaGamma'),
});
const event = fc.record({
  owner: fc.constantFrom('alpha', 'beta', 'gamma'),
  distribution,
  group: fc.constantFrom('alphaBeta', 'alphaGamma'),
  off: fc.constantFrom(false, false, false, false, true),
  info: fc.constantFrom('Wave one', 'Wave two', 'Quiet'),
  date: fc.constantFrom('2024-01-01', '2024-02-02'),
  objects: fc.tuple(object, object),
  attributes: fc.array(attribute, { minLength: 1, maxLength: 6 }),
});
/** What a rule keeps apart: the selector, what it is told, and whether it means an event (by its place of storage). */
const rules: readonly (Rule | null)[] = [
  null,
  null,
  { selector: 'event_info', list: () => ['wave%'], selects: ({ given }) => /^wave/i.test(given.info ?? '') },
  { selector: 'event_info', list: () => ['quiet'], selects: ({ given }) => given.info === 'Quiet' },
  { selector: 'orgc_id', list: () => [world.organisations.alpha], selects: ofAlpha },
  { selector: 'org_id', list: () => [String(world.organisations.alpha)], selects: ofAlpha },
  { selector: 'event_id', list: firstTwo, selects: ({ id }, all) => firstTwo(all).includes(id) },
];
interface Rule {
  readonly selector: string;
  readonly list: (all: readonly StoredEvent[]) => readonly unknown[];
  readonly selects: (event: StoredEvent, all: readonly StoredEvent[]) => boolean;
}
function ofAlpha({ given }: StoredEvent): boolean {
  return given.owner === world.organisations.alpha;
}
function firstTwo(all: readonly StoredEvent[]): number[] {
  return all.slice(0, 2).map(({ id }) => id);
}
const scenario = fc.record({
  events: fc.array(event, { minLength: 2, maxLength: 7 }),
  matches: fc.constantFrom(1, 2, 20),
  perEvent: fc.constantFrom(1, 5000),
  advanced: fc.boolean(),
  ssdeepThreshold: fc.constantFrom(40, 75),
  exclusion: fc.constantFrom(
    null,
    'evil.test',
    '%1.2.%',
    'd41d%',
    '%.EXE',
    '96:%',
    'evil_test',
    '%É%',
    'évil\\_%',
    'Évil_%',
    '%',
  ),
  rule: fc.constantFrom(...rules),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Placed {
  readonly event: StoredEvent;
  readonly attribute: Stored<TestAttribute>;
  readonly halves: readonly string[];
}

function place(event: StoredEvent, attribute: Stored<TestAttribute>): Placed {
  const { type, value, deleted, disableCorrelation } = attribute.given;
  const pipe = type.includes('|') ? value.indexOf('|') : -1;
  const [one, two] = pipe === -1 ? [value, ''] : [value.slice(0, pipe), value.slice(pipe + 1)];
  const { key1, key2 } = correlationKeys(type, one, two);
  const isOff = deleted || disableCorrelation || event.given.disableCorrelation;
  const halves = isOff ? [] : [...new Set([key1, key2].filter((key) => key !== null))];
  return { event, attribute, halves };
}

/** Exclusions as MISP words them, on text in lower case. */
function isExcluded(key: string, exclusion: string | null): boolean {
  if (exclusion === null) return false;
  const inner = exclusion.replaceAll('%', '').toLowerCase();
  const [starts, ends] = [exclusion.startsWith('%'), exclusion.endsWith('%')];
  if (starts && ends) return key.includes(inner);
  if (starts) return key.endsWith(inner);
  return ends ? key.startsWith(inner) : key === inner;
}

function bits(text: string): { width: number; bits: bigint } {
  if (!text.includes(':'))
    return { width: 32, bits: text.split('.').reduce((all, part) => (all << 8n) | BigInt(part), 0n) };
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const middle = Array(8 - groups(head).length - groups(tail).length).fill('0');
  const all = text.includes('::') ? [...groups(head), ...middle, ...groups(tail)] : groups(text);
  return { width: 128, bits: all.reduce((sum: bigint, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
}

const ADDRESS = ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port'];
const textOf = ({ attribute }: Placed) => (attribute.given.value.split('|')[0] ?? '').trim().toLowerCase();
const isRange = (one: Placed) => ['ip-src', 'ip-dst'].includes(one.attribute.given.type) && textOf(one).includes('/');
const isAddress = (one: Placed) => ADDRESS.includes(one.attribute.given.type) && !textOf(one).includes('/');

function holds(range: Placed, address: Placed): boolean {
  if (!isRange(range) || !isAddress(address)) return false;
  const [network = '', length = ''] = textOf(range).split('/');
  const [outer, inner] = [bits(network), bits(textOf(address))];
  const shift = BigInt(outer.width - Number(length));
  return outer.width === inner.width && outer.bits >> shift === inner.bits >> shift;
}

function similarity(one: Placed, other: Placed): number {
  if (one.attribute.given.type !== 'ssdeep' || other.attribute.given.type !== 'ssdeep') return 0;
  const [a, b] = [one, other].map((placed) => parseSsdeep(placed.attribute.given.value));
  return a && b ? compareSsdeep(a, b) : 0;
}

/** Correlation as it is described, comparing everything with everything. */
function reference(all: readonly Placed[], own: Placed, stored: readonly StoredEvent[], given: Scenario) {
  const limits: CorrelationLimits = given;
  const others = all.filter((other) => other.event.id !== own.event.id && other.halves.length > 0);
  const related = new Map<number, number | null>();
  let popular = false;
  const kept = (found: readonly Placed[], score: (other: Placed) => number | null) => {
    if (found.length > limits.matches) return;
    for (const other of found) related.set(other.attribute.id, related.get(other.attribute.id) ?? score(other));
  };
  for (const half of own.halves.filter((key) => !isExcluded(key, given.exclusion))) {
    // Of equal halves within one attribute each counts.
    const found = others.flatMap((other) => occurrences(other, half));
    popular ||= found.length > limits.matches;
    kept(found, () => null);
  }
  const isFree = ({ halves }: Placed) => halves[0] !== undefined && !isExcluded(halves[0], given.exclusion);
  if (limits.advanced && isFree(own)) {
    const free = others.filter(isFree);
    kept(
      free.filter((other) => holds(own, other) || holds(other, own)),
      () => null,
    );
    const alike = free.filter((other) => similarity(own, other) >= limits.ssdeepThreshold);
    // Hashes too short to compare are only ever equal.
    kept(
      alike.filter((other) => sharesGram(own, other)),
      (other) => similarity(own, other),
    );
  }
  const isApart = (other: Placed) => [own, other].every(({ event }) => given.rule?.selects(event, stored) ?? false);
  for (const other of others) if (isApart(other)) related.delete(other.attribute.id);
  return { related, popular, excluded: own.halves.some((key) => isExcluded(key, given.exclusion)) };
}

function occurrences(other: Placed, half: string): Placed[] {
  const { type, value } = other.attribute.given;
  const pipe = type.includes('|') ? value.indexOf('|') : -1;
  const { key1, key2 } = correlationKeys(
    type,
    pipe === -1 ? value : value.slice(0, pipe),
    pipe === -1 ? '' : value.slice(pipe + 1),
  );
  return [key1, key2].filter((key) => key === half).map(() => other);
}

function sharesGram(one: Placed, other: Placed): boolean {
  return similarity(one, other) < 100 || (parseSsdeep(one.attribute.given.value)?.chunks.length ?? 0) >= 7;
}

async function store(given: Scenario): Promise<StoredEvent[]> {
  const stored: StoredEvent[] = [];
  for (const { owner, group, off, attributes, objects, ...rest } of given.events) {
    const shared = (reach: number, name: 'alphaBeta' | 'alphaGamma') =>
      reach === 4 ? { sharingGroupId: world.groups[name] } : {};
    const event: TestEvent = {
      ...rest,
      ...shared(rest.distribution, group),
      owner: world.organisations[owner],
      disableCorrelation: off,
      objects: objects.map(({ reach, group: name }) => ({
        ...{ name: 'thing', distribution: reach },
        ...shared(reach, name),
      })),
      attributes: attributes.map(({ type, value, reach, group: name, deleted, off: alone, object: place }) => ({
        ...{ type, value, deleted, disableCorrelation: alone, distribution: reach },
        ...shared(reach, name),
        ...(place === null ? {} : { object: place }),
      })),
    };
    stored.push(await world.store(event));
  }
  return stored;
}

async function withRules(given: Scenario, stored: readonly StoredEvent[], work: () => Promise<void>): Promise<void> {
  const { magpie } = world;
  const admin = world.siteAdmin();
  const exclusion =
    given.exclusion === null ? null : await addExclusion(magpie, admin, { value: given.exclusion, comment: null });
  const rule =
    given.rule === null
      ? null
      : await saveRule(magpie, admin, null, {
          ...{ name: 'r', selector_type: given.rule.selector, selector_list: given.rule.list(stored) },
        });
  try {
    await work();
  } finally {
    if (exclusion) await deleteExclusion(magpie, admin, exclusion.id);
    if (rule) await removeRule(magpie, admin, rule.id);
  }
}

async function compare(viewer: Viewer, stored: readonly StoredEvent[], given: Scenario): Promise<void> {
  const limits: CorrelationLimits = given;
  const all = stored.flatMap((event) =>
    event.attributes.filter((one) => world.sees(viewer, event, one.within)).map((one) => place(event, one)),
  );
  const expected = new Map(all.map((own) => [own.attribute.id, reference(all, own, stored, given)]));
  const { database } = world.magpie;
  await database.as(viewer, async (tx) => {
    const ids = stored.flatMap((event) => event.attributes.map((one) => one.id));
    const related = await findRelatedAttributes(tx, ids, limits);
    const held = await findHeldBack(tx, ids, limits);
    for (const id of ids) {
      const found = (related.get(id) ?? []).map((row) => [row.id, row.score]);
      expect(found).toEqual([...(expected.get(id)?.related ?? [])].sort(([a], [b]) => a - b));
      expect(held.get(id)?.popular ?? false).toBe(expected.get(id)?.popular ?? false);
      expect(held.get(id)?.excluded ?? false).toBe(expected.get(id)?.excluded ?? false);
    }
    const events = await findRelatedEvents(
      tx,
      stored.map((event) => event.id),
      limits,
    );
    for (const event of stored) {
      const found = (events.get(event.id) ?? []).map((row) => row.id);
      expect(found).toEqual(relatedEvents(event, stored, expected, limits));
    }
  });
  await compareBeside(viewer, stored, (event) => relatedEvents(event, stored, expected, limits), limits);
}

/** What other connections find of single events, by one statement or in parts, and how they count. */
async function compareBeside(
  viewer: Viewer,
  stored: readonly StoredEvent[],
  expected: (event: StoredEvent) => number[],
  limits: CorrelationLimits,
): Promise<void> {
  const { database } = world.magpie;
  for (const event of stored.slice(0, 2)) {
    for (const many of [100, 0]) {
      const found = await findRelatedOfOne(database, viewer, event.id, limits, many);
      expect(found.map((row) => row.id)).toEqual(expected(event));
      expect(found.every((row) => row.org_name !== null && row.orgc_uuid !== null)).toBe(true);
    }
  }
  const read: ReadRows = (sql, values) => database.readOnce(viewer, sql, values);
  const ids = stored.map(({ id }) => id);
  const visible = stored.filter((event) => world.sees(viewer, event));
  expect(await countRelated(read, ids, limits)).toEqual(
    new Map(visible.map((event) => [event.id, expected(event).length])),
  );
}

function relatedEvents(
  event: StoredEvent,
  stored: readonly StoredEvent[],
  expected: ReadonlyMap<number, { related: ReadonlyMap<number, unknown> }>,
  limits: CorrelationLimits,
): number[] {
  const eventOf = new Map(stored.flatMap((other) => other.attributes.map((one) => [one.id, other] as const)));
  const others = event.attributes.flatMap((one) => [...(expected.get(one.id)?.related.keys() ?? [])]);
  const distinct = [...new Set(others.map((id) => eventOf.get(id)))].filter((other) => other !== undefined);
  const date = (other: StoredEvent) => other.given.date ?? '';
  return distinct
    .sort((a, b) => date(b).localeCompare(date(a)) || a.id - b.id)
    .map((other) => other.id)
    .slice(0, limits.perEvent);
}

describe('correlation in random worlds', () => {
  it('finds for every viewer what comparing everything he sees finds', { timeout: fc.timeLimit(300_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        await world.clear();
        const stored = await store(given);
        const { alpha, beta, gamma } = world.organisations;
        await withRules(given, stored, async () => {
          for (const viewer of [world.siteAdmin(), world.viewer(alpha), world.viewer(beta), world.viewer(gamma)]) {
            await compare(viewer, stored, given);
          }
        });
      }),
      { numRuns: 40 },
    );
  });
});
