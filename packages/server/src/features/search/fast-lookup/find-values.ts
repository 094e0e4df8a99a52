import { joinValue } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
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
/** Keys probed by one statement. */
const CHUNK = 20_000;

/** A text that would be a hit, and the values that ask for it. */
type Asked = Map<string, string[]>;

// Ten thousand probes look expensive enough to be compiled, and their keys are weighed one by one when a plan is made
// for them: both take longer than to run them.
const LEAN_PLANS = `select set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * Live attributes that the viewer sees and that have one of the values, a network around it or a domain above it.
 * Sets in, sets out: each key is one probe of an index, whatever the size of the database.
 */
export async function findValues(tx: Transaction, values: readonly string[]): Promise<LookupHit[]> {
  const [exact, parents, addresses]: [Asked, Asked, Asked] = [new Map(), new Map(), new Map()];
  for (const value of new Set(values)) {
    const keys = lookupKeys(value);
    ask(exact, keys.exact, value);
    for (const parent of keys.parents) ask(parents, parent, value);
    if (keys.address !== null) ask(addresses, keys.address, value);
  }
  await tx.query(LEAN_PLANS);
  const [ofExact, ofParents] = [digestsOf(exact), digestsOf(parents)];
  const found = await stored(tx, [...ofExact.values()], [...ofParents.values()]);
  const whole = await probe(tx, known(exact, ofExact, found), {
    match: 'exact',
    sql: EXACT,
    bind: (texts) => [texts.map((text) => ofExact.get(text) ?? ''), MOST_PER_KEY],
    isHit: (text, { value1, value2 }) => [value1, value2, joinValue(value1, value2)].some((one) => isSame(one, text)),
  });
  const halves = await probe(tx, new Map([...exact].filter(([text]) => text.includes('|'))), {
    match: 'exact',
    sql: COMPOSITE,
    bind: (texts) => [
      texts.map((text) => valueDigest(text.slice(0, text.indexOf('|')))),
      texts.map((text) => valueDigest(text.slice(text.indexOf('|') + 1))),
      MOST_PER_KEY,
    ],
    // One without a second half was found as a whole.
    isHit: (text, { value1, value2 }) => value2 !== '' && isSame(joinValue(value1, value2), text),
  });
  const above = await probe(tx, known(parents, ofParents, found), {
    match: 'parent_domain',
    sql: PARENTS,
    bind: (texts) => [texts.map((text) => ofParents.get(text) ?? ''), MOST_PER_KEY],
    isHit: (text, { value1 }) => isSame(value1, text),
  });
  const around = await probe(tx, addresses, {
    match: 'ip_cidr',
    sql: NETWORKS,
    bind: (texts) => [texts, MOST_PER_KEY],
    isHit: (text, { value1 }) => !isSame(value1, text),
  });
  return [...whole, ...halves, ...above, ...around];
}

// Most values are not known. One walk through each index (attributes_h1, attributes_h2), without a look at the rows, tells
// which digests there are among what the viewer sees; only these are probed one by one.
export const STORED = `
  select distinct a.h1::text as h from visible_attributes a where a.h1 = any ($1::bigint[])
  union all
  select distinct a.h2::text as h from visible_attributes a where a.h2 = any ($2::bigint[])`;

async function stored(tx: Transaction, exact: readonly string[], parents: readonly string[]): Promise<Set<string>> {
  const rows = await tx.prepared<{ h: string }>(STORED, [[...exact, ...parents], exact]);
  return new Set(rows.map((row) => row.h));
}

/** The digest of each text: made once, since ten thousand of them take as long as a look-up. */
function digestsOf(asked: Asked): Map<string, string> {
  return new Map([...asked.keys()].map((text) => [text, valueDigest(text)]));
}

function known(asked: Asked, digests: ReadonlyMap<string, string>, found: ReadonlySet<string>): Asked {
  if (found.size === 0) return new Map();
  return new Map([...asked].filter(([text]) => found.has(digests.get(text) ?? '')));
}

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
// Indexes attributes_h1 and attributes_h2. An attribute whose halves are the same is found by its first.
export const EXACT = statement(EXACT_KEYS, [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h limit $2`,
  `select ${COLUMNS} ${FOUND_IN} and a.h2 = k.h and a.h1 <> k.h limit $2`,
]);
export const COMPOSITE = statement('unnest($1::bigint[], $2::bigint[]) with ordinality k (h1, h2, place)', [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h1 and a.h2 = k.h2 limit $3`,
]);
export const PARENTS = statement(EXACT_KEYS, [
  `select ${COLUMNS} ${FOUND_IN} and a.h1 = k.h and a.type in ('domain', 'hostname', 'domain|ip', 'hostname|port') limit $2`,
]);
// Index attributes_networks; conditions are written as in 0171-network-lookup.sql.
export const NETWORKS = statement('unnest($1::inet[]) with ordinality k (net, place)', [
  `select ${COLUMNS} ${FOUND_IN} and a.type in ('ip-src', 'ip-dst') and a.value1 like '%/%'
     and address_of(a.value1) >>= k.net limit $2`,
]);

interface Probe {
  readonly match: LookupMatch;
  readonly sql: string;
  readonly bind: (texts: readonly string[]) => (readonly string[] | number)[];
  /** Tells equal digests of different texts apart. */
  readonly isHit: (text: string, attribute: FoundAttribute) => boolean;
}

async function probe(tx: Transaction, asked: Asked, { match, sql, bind, isHit }: Probe): Promise<LookupHit[]> {
  const texts = [...asked.keys()];
  const hits: LookupHit[] = [];
  for (let start = 0; start < texts.length; start += CHUNK) {
    const chunk = texts.slice(start, start + CHUNK);
    for (const { place, ...attribute } of await tx.prepared<FoundAttribute & { place: number }>(sql, bind(chunk))) {
      const text = chunk[place - 1] ?? '';
      if (!isHit(text, attribute)) continue;
      for (const value of asked.get(text) ?? []) hits.push({ value, match, attribute });
    }
  }
  return hits;
}
