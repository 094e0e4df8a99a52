import { compareSsdeep, parseSsdeep, type SsdeepHash } from '@magpie/model';
import type { ReadRows } from '../../../database/transaction.ts';
import { isNotExcluded } from './exclusions.ts';
import type { CorrelationLimits } from './limits.ts';

/** Two attributes of different events that correlate without having the same value. */
export interface SimilarPair extends Record<string, unknown> {
  own_id: number;
  own_event: number;
  other_id: number;
  other_event: number;
  /** 1 to 100 for hashes; null where an address lies in a network. */
  score: number | null;
}

/** Whose attributes are asked about. */
export type Askers = { readonly eventIds: readonly number[] } | { readonly attributeIds: readonly number[] };

/** Hashes that share a gram with one hash, as far as they are scored; one with more is held back. */
const MAX_CANDIDATES = 5000;

const ADDRESSES = `('ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port')`;

const askedAbout = (askers: Askers) =>
  'eventIds' in askers ? 'event_id = any ($1::bigint[])' : 'id = any ($1::bigint[])';

// Conditions are written as in 0160-similar-values.sql, so that its indexes answer them. An excluded value counts on
// neither side: unlike with equal values, the two sides differ.
const networkStatement = (condition: string) => `
  with own as (
    select id, event_id, address_of(value1) as net, value1 like '%/%' as is_network, type from visible_attributes
    where ${condition} and type in ${ADDRESSES} and correlates > 0 and ${isNotExcluded('h1', 'value1')}
  ), probed as (
    select own.id as own_id, own.event_id as own_event, found.id as other_id, found.event_id as other_event,
      count(*) over (partition by own.id) as hits
    from own cross join lateral (
      (select a.id, a.event_id from visible_attributes a
        where not own.is_network and a.type in ('ip-src', 'ip-dst') and a.correlates > 0 and a.value1 like '%/%'
          and address_of(a.value1) >>= own.net and a.event_id <> own.event_id and ${isNotExcluded('a.h1', 'a.value1')}
        limit $2 + 1)
      union all
      (select a.id, a.event_id from visible_attributes a
        where own.is_network and own.type in ('ip-src', 'ip-dst') and a.type in ${ADDRESSES} and a.correlates > 0
          and a.value1 not like '%/%'
          and address_of(a.value1) between set_masklen(host(network(own.net))::inet, case family(own.net) when 4 then 32 else 128 end)
            and set_masklen(broadcast(own.net), case family(own.net) when 4 then 32 else 128 end)
          and a.event_id <> own.event_id and ${isNotExcluded('a.h1', 'a.value1')}
        limit $2 + 1)
    ) found
  )
  select own_id, own_event, other_id, other_event, null::integer as score from probed where hits <= $2`;

const ssdeepStatement = (condition: string) => `
  with own as (
    select id, event_id, value1, ssdeep_grams(value1) as grams from visible_attributes
    where ${condition} and type = 'ssdeep' and correlates > 0 and ${isNotExcluded('h1', 'value1')}
  )
  select own.id as own_id, own.event_id as own_event, own.value1 as own_value, found.id as other_id,
    found.event_id as other_event, found.value1 as other_value
  from own cross join lateral (
    select a.id, a.event_id, a.value1 from visible_attributes a
    where a.type = 'ssdeep' and a.correlates > 0 and ssdeep_grams(a.value1) && own.grams and a.event_id <> own.event_id
      and ${isNotExcluded('a.h1', 'a.value1')}
    limit $2 + 1
  ) found`;

/** Pairs of addresses and networks, and of similar hashes; none unless the administrator wants them. */
export async function findSimilarPairs(
  read: ReadRows,
  askers: Askers,
  limits: CorrelationLimits,
): Promise<SimilarPair[]> {
  if (!limits.advanced) return [];
  return [...(await findNetworkPairs(read, askers, limits)), ...(await findSsdeepPairs(read, askers, limits))];
}

/** Addresses in stored networks, and networks that hold stored addresses. Networks do not meet networks, as in MISP. */
export function findNetworkPairs(read: ReadRows, askers: Askers, limits: CorrelationLimits): Promise<SimilarPair[]> {
  return read<SimilarPair>(networkStatement(askedAbout(askers)), [idsOf(askers), limits.matches]);
}

/** Pairs of hashes that score at least the threshold: the same as comparing all of them. */
export async function findSsdeepPairs(
  read: ReadRows,
  askers: Askers,
  limits: CorrelationLimits,
): Promise<SimilarPair[]> {
  type Candidate = SimilarPair & { own_value: string; other_value: string };
  const rows = await read<Candidate>(ssdeepStatement(askedAbout(askers)), [idsOf(askers), MAX_CANDIDATES]);
  const score = createScorer();
  return [...Map.groupBy(rows, (row) => row.own_id).values()].flatMap((candidates) => {
    if (candidates.length > MAX_CANDIDATES) return [];
    const similar = candidates.flatMap((candidate) => {
      const reached = score(candidate.own_value, candidate.other_value);
      return reached >= limits.ssdeepThreshold && reached > 0 ? [{ ...candidate, score: reached }] : [];
    });
    return similar.length > limits.matches ? [] : similar;
  });
}

/** Scores texts of hashes, each parsed once. */
export function createScorer(): (one: string, other: string) => number {
  const parsed = new Map<string, SsdeepHash | null>();
  const parse = (text: string): SsdeepHash | null => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const hash = parseSsdeep(text);
    parsed.set(text, hash);
    return hash;
  };
  return (one, other) => {
    const [a, b] = [parse(one), parse(other)];
    return a && b ? compareSsdeep(a, b) : 0;
  };
}

function idsOf(askers: Askers): readonly number[] {
  return 'eventIds' in askers ? askers.eventIds : askers.attributeIds;
}
