import { setImmediate } from 'node:timers/promises';
import { joinValue } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { arrayLiteral } from '../../../database/array-literal.ts';
import type { Database } from '../../../database/database.ts';
import type { ReadRows } from '../../../database/transaction.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { type LookupMatch, lookupKeys } from './lookup-keys.ts';

/** A hit of one of the values. */
export interface LookupHit {
  /** As it was asked for. */
  readonly value: string;
  readonly match: LookupMatch;
  readonly attribute: FoundAttribute;
}

/** An attribute as found. */
export interface FoundAttribute {
  id: number;
  uuid: string;
  event_id: number;
  event_uuid: string;
  object_id: number;
  type: string;
  category: string;
  value1: string;
  value2: string;
  to_ids: boolean;
  timestamp: number;
}

/** Of one key no more attributes are told: the question is whether a value is known. */
export const MOST_PER_KEY = 100;

/** A text that would be a hit, and the values that ask for it. */
type Asked = Map<string, string[]>;

/**
 * Live attributes that the viewer sees and that have one of the values, a network around it or a domain above it.
 * Sets in, sets out: each key is one probe of an index, whatever the size of the database. Networks are looked for on
 * a connection of their own beside the rest.
 */
export async function findValues(database: Database, viewer: Viewer, values: readonly string[]): Promise<LookupHit[]> {
  const read: ReadRows = (sql, bound) => database.readOnce(viewer, sql, bound, { alone: true });
  const [exact, parents, addresses]: [Asked, Asked, Asked] = [new Map(), new Map(), new Map()];
  for (const value of new Set(values)) {
    const keys = lookupKeys(value);
    ask(exact, keys.exact, value);
    for (const parent of keys.parents) ask(parents, parent, value);
    if (keys.address !== null) ask(addresses, keys.address, value);
  }
  const around = probe(read, addresses, {
    match: 'ip_cidr',
    sql: NETWORKS,
    bind: (texts) => [arrayLiteral(texts), MOST_PER_KEY],
    isHit: (text, { value1 }) => !isSame(value1, text),
  });
  const [others, networks] = await Promise.all([exactly(read, exact, parents), around]);
  return [...others, ...networks];
}

async function exactly(read: ReadRows, exact: Asked, parents: Asked): Promise<LookupHit[]> {
  // What was asked before is sent within two turns: PostgreSQL is at work on it while the digests are made.
  await setImmediate();
  await setImmediate();
  const texts = [...exact.keys(), ...parents.keys()];
  const places = await stored(read, texts, exact.size);
  const known = (asked: Asked, from: number, to: number): Asked =>
    new Map(
      [...places].flatMap((place) => {
        const text = texts[place] ?? '';
        return place >= from && place < to ? [[text, asked.get(text) ?? []] as const] : [];
      }),
    );
  const hits = await Promise.all([
    probe(read, known(exact, 0, exact.size), {
      match: 'exact',
      sql: EXACT,
      bind: (asked) => [arrayLiteral(asked.map(valueDigest)), MOST_PER_KEY],
      isHit: (text, { value1, value2 }) => [value1, value2, joinValue(value1, value2)].some((one) => isSame(one, text)),
    }),
    probe(read, new Map([...exact].filter(([text]) => text.includes('|'))), {
      match: 'exact',
      sql: COMPOSITE,
      bind: (asked) => [
        arrayLiteral(asked.map((text) => valueDigest(text.slice(0, text.indexOf('|'))))),
        arrayLiteral(asked.map((text) => valueDigest(text.slice(text.indexOf('|') + 1)))),
        MOST_PER_KEY,
      ],
      // One without a second half was found as a whole.
      isHit: (text, { value1, value2 }) => value2 !== '' && isSame(joinValue(value1, value2), text),
    }),
    probe(read, known(parents, exact.size, texts.length), {
      match: 'parent_domain',
      sql: PARENTS,
      bind: (asked) => [arrayLiteral(asked.map(valueDigest)), MOST_PER_KEY],
      isHit: (text, { value1 }) => isSame(value1, text),
    }),
  ]);
  return hits.flat();
}

/**
 * Most values are not known. One look into each index (attributes_h1, attributes_h2), without one at the rows, tells
 * which digests there are among what the viewer sees; only these are probed for their attributes. The first that he sees
 * is enough, however many there are.
 */
export const STORED = `
  select k.place::int as place from unnest($1::bigint[]) with ordinality k (h, place)
    where exists (select from visible_attributes a where a.h1 = k.h)
  union all
  select k.place::int from unnest($2::bigint[]) with ordinality k (h, place)
    where exists (select from visible_attributes a where a.h2 = k.h)`;

/** From so many texts on, two connections look for every other one each. */
const MANY = 2000;

/**
 * Places, from 0, of the texts that somebody has: any as a first half, those before `seconds` also as a second.
 * PostgreSQL is at work on the first share while the digests of the other are made.
 */
async function stored(read: ReadRows, texts: readonly string[], seconds: number): Promise<Set<number>> {
  const shares = texts.length < MANY ? [0] : [0, 1];
  const found = shares.map(async (share) => {
    if (share > 0) await setImmediate();
    const digests = texts.filter((_, place) => place % shares.length === share).map(valueDigest);
    const both = digests.slice(0, Math.ceil((seconds - share) / shares.length));
    const rows = await read<{ place: number }>(STORED, [bigints(digests), bigints(both)]);
    return rows.map(({ place }) => (place - 1) * shares.length + share);
  });
  return new Set((await Promise.all(found)).flat());
}

/** An array in PostgreSQL's text form: digits need no quotes. */
const bigints = (list: readonly string[]) => `{${list.join(',')}}`;

function ask(asked: Asked, text: string, value: string): void {
  const known = asked.get(text);
  if (known) known.push(value);
  else asked.set(text, [value]);
}

function isSame(stored: string, text: string): boolean {
  return stored !== '' && stored.trim().toLowerCase() === text;
}

const COLUMNS = `a.id, a.uuid, a.event_id, a.object_id, a.type, a.category, a.value1, a.value2, a.to_ids, a.timestamp`;
const FOUND_IN = 'from visible_attributes a where not a.deleted';

/** A probe for each key, bounded by the limit, with the events of what is found. */
function statement(keys: string, branches: readonly string[]): string {
  return `select k.place::int as place, found.*, e.uuid as event_uuid
    from ${keys} cross join lateral (${branches.map((branch) => `(${branch})`).join(' union all ')}) found
    join visible_events e on e.id = found.event_id order by k.place, found.id`;
}

const EXACT_KEYS = 'unnest($1::bigint[]) with ordinality k (h, place)';

/** Indexes attributes_h1 and attributes_h2. An attribute whose halves are the same is found by its first. */
export const EXACT = statement(EXACT_KEYS, [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h limit $2`,
  `select ${COLUMNS} ${FOUND_IN} and a.h2 = k.h and a.h1 <> k.h limit $2`,
]);

/** Both halves of a composite value at once; index attributes_h1. */
export const COMPOSITE = statement('unnest($1::bigint[], $2::bigint[]) with ordinality k (h1, h2, place)', [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h1 and a.h2 = k.h2 limit $3`,
]);

/** Names above a name, where such a domain or hostname is stored. */
export const PARENTS = statement(EXACT_KEYS, [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h and a.type in ('domain', 'hostname', 'domain|ip', 'hostname|port') limit $2`,
]);

/** Index attributes_networks; conditions are written as in 0171-network-lookup.sql. */
export const NETWORKS = statement('unnest($1::inet[]) with ordinality k (net, place)', [
  `select ${COLUMNS} ${FOUND_IN} and a.type in ('ip-src', 'ip-dst') and a.value1 like '%/%'
     and address_of(a.value1) >>= k.net limit $2`,
]);

interface Probe {
  readonly match: LookupMatch;
  readonly sql: string;
  readonly bind: (texts: readonly string[]) => (string | number)[];
  /** Tells equal digests of different texts apart. */
  readonly isHit: (text: string, attribute: FoundAttribute) => boolean;
}

async function probe(read: ReadRows, asked: Asked, { match, sql, bind, isHit }: Probe): Promise<LookupHit[]> {
  const texts = [...asked.keys()];
  if (texts.length === 0) return [];
  const hits: LookupHit[] = [];
  for (const attribute of await read<FoundAttribute & { place: number }>(sql, bind(texts))) {
    const text = texts[attribute.place - 1] ?? '';
    if (!isHit(text, attribute)) continue;
    for (const value of asked.get(text) ?? []) hits.push({ value, match, attribute });
  }
  return hits;
}
