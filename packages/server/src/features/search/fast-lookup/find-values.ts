import { joinValue } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { type LookupKey, type LookupMatch, lookupKeys } from './lookup-keys.ts';

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

/** Keys probed by one statement. */
const CHUNK = 20_000;
/** Of one key no more attributes are told: the question is whether a value is known. */
export const MOST_PER_KEY = 100;

const networkTypes = new Set(['ip-src', 'ip-dst']);
const domainTypes = new Set(['domain', 'hostname', 'domain|ip', 'hostname|port']);

/**
 * Live attributes that the viewer sees and that have one of the values, a network around it or a domain above it.
 * Sets in, sets out: each key is one probe of the index on a value's digest, whatever the size of the database.
 */
export async function findValues(tx: Transaction, values: readonly string[]): Promise<LookupHit[]> {
  const keys = gatherKeys(values);
  const texts = [...keys.keys()];
  const hits: LookupHit[] = [];
  for (let start = 0; start < texts.length; start += CHUNK) {
    const chunk = texts.slice(start, start + CHUNK);
    for (const { place, ...attribute } of await probe(tx, chunk)) {
      const text = chunk[place - 1] ?? '';
      for (const { value, key } of keys.get(text) ?? []) {
        if (isHit(key, attribute)) hits.push({ value, match: key.match, attribute });
      }
    }
  }
  return hits;
}

function gatherKeys(values: readonly string[]): Map<string, { value: string; key: LookupKey }[]> {
  const keys = new Map<string, { value: string; key: LookupKey }[]>();
  for (const value of new Set(values)) {
    for (const key of lookupKeys(value)) {
      const wanted = keys.get(key.text);
      if (wanted) wanted.push({ value, key });
      else keys.set(key.text, [{ value, key }]);
    }
  }
  return keys;
}

// Indexes attributes_h1 and attributes_h2, once a key each; bounded by the number of keys times the limit. A composite
// value is found by its first half, and told apart by its text afterwards.
const PROBE = `
  select k.place::int as place, a.id, a.uuid, a.event_id, e.uuid as event_uuid, a.object_id, a.type, a.category,
    a.value1, a.value2, a.to_ids, a.timestamp
  from unnest($1::bigint[]) with ordinality k (h, place)
  cross join lateral (
    (select x.id from visible_attributes x where x.h1 = k.h and not x.deleted limit $2)
    union
    (select x.id from visible_attributes x where x.h2 = k.h and not x.deleted limit $2)
  ) found
  join visible_attributes a on a.id = found.id join visible_events e on e.id = a.event_id
  order by k.place, a.id`;

function probe(tx: Transaction, texts: readonly string[]): Promise<(FoundAttribute & { place: number })[]> {
  const digests = texts.map((text) => valueDigest(text.includes('|') ? (text.split('|')[0] ?? '') : text));
  return tx.prepared(PROBE, [digests, MOST_PER_KEY]);
}

function isHit({ text, match }: LookupKey, { type, value1, value2 }: FoundAttribute): boolean {
  const [first, second] = [value1.toLowerCase(), value2.toLowerCase()];
  switch (match) {
    case 'exact':
      return text === first || (second !== '' && text === second) || text === joinValue(first, second);
    case 'ip_cidr':
      return networkTypes.has(type) && text === first;
    case 'parent_domain':
      return domainTypes.has(type) && text === first;
  }
}
