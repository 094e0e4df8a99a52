import { joinValue, parseTlsh, tlshDistance } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { correlationLimits } from '../correlations/limits.ts';
import { othersWithHalf, ownHalves } from '../correlations/match-sql.ts';
import { findHeldBack } from '../correlations/related-attributes.ts';
import { findRelatedEvents } from '../correlations/related-events.ts';
import { createScorer } from '../correlations/similar-pairs.ts';
import { fingerprintTypes, sameFingerprints } from './fingerprints.ts';
import { addressOfValue, hostOfValue, registeredDomain, type Subject, spellings } from './subject.ts';

/** A neighbour by its id; what it is, the kind says. */
export interface Found {
  readonly id: number;
  /** Of hashes: 1 to 100 (ssdeep). */
  readonly score?: number;
  /** Of hashes: 0 for the same (TLSH). */
  readonly distance?: number;
  /** Other events that share the value. */
  readonly shared?: number;
}

/** A way to go from a subject to its neighbours. */
export interface PivotKind {
  readonly name: string;
  readonly of: Subject['kind'];
  readonly gives: 'attribute' | 'event' | 'tag';
  readonly summary: string;
  /** The neighbours in a stable order, at most `most`; none where the kind does not apply to this subject. */
  find(look: Look, subject: Subject, most: number): Promise<readonly Found[]>;
}

/** What finding needs. */
export interface Look {
  readonly magpie: Magpie;
  readonly tx: Transaction;
}

/** Hashes compared one by one for a distance that no index knows. */
const MAX_COMPARED = 50_000;
const MAX_CANDIDATES = 5000;
/** Values under one domain that are looked at; their hosts are checked one by one. */
const MAX_UNDER_DOMAIN = 5000;
/** Events whose tags are counted together. */
const MAX_TAGGED = 1000;
const NETWORK_OF_V4 = 24;
const NETWORK_OF_V6 = 48;

const idsOf = async ({ tx }: Look, sql: string, values: readonly SqlValue[]): Promise<Found[]> =>
  tx.prepared<{ id: number }>(sql, values);

/** SQL of the ids of attributes (`id`) or events (`event_id`) that hold one of the halves `$1`, at most `$2`. */
const holders = (column: 'id' | 'event_id') => `select ${column} from (
    (select distinct ${column} from visible_attributes
      where h1 = any ($1::bigint[]) and correlates > 0 order by 1 limit $2)
    union
    (select distinct ${column} from visible_attributes
      where h2 = any ($1::bigint[]) and correlates = 2 order by 1 limit $2)
  ) f order by 1 limit $2`;

const ADDRESSES = `('ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port')`;
const WIDTH = 'case family(n.net) when 4 then 32 else 128 end';
const addressesIn = (net: string) => `with n as (select ${net} as net)
  select a.id from n cross join lateral (select id from visible_attributes a
    where a.type in ${ADDRESSES} and a.correlates > 0 and a.value1 not like '%/%'
      and address_of(a.value1) between set_masklen(host(network(n.net))::inet, ${WIDTH}) and set_masklen(broadcast(n.net), ${WIDTH})
    order by address_of(a.value1), a.id limit $2) a`;

async function similarHashes({ tx }: Look, value: string, most: number): Promise<Found[]> {
  const candidates = await tx.prepared<{ id: number; value1: string }>(
    `select id, value1 from visible_attributes where type = 'ssdeep' and correlates > 0
       and ssdeep_grams(value1) && ssdeep_grams($1) order by id limit $2`,
    [value, MAX_CANDIDATES],
  );
  const score = createScorer();
  return candidates
    .map((row) => ({ id: row.id, score: score(value, row.value1) }))
    .filter((row) => row.score > 0)
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, most);
}

async function nearTlsh({ magpie, tx }: Look, value: string, most: number): Promise<Found[]> {
  const digest = parseTlsh(value);
  if (digest === null || !magpie.settings.get('Magpie.pivot_tlsh')) return [];
  const furthest = magpie.settings.get('Magpie.pivot_tlsh_distance');
  const rows = await tx.prepared<{ id: number; value1: string }>(
    `select id, value1 from visible_attributes where type = 'tlsh' and correlates > 0 order by id desc limit $1`,
    [MAX_COMPARED],
  );
  return rows
    .flatMap((row) => {
      const other = parseTlsh(row.value1);
      const distance = other ? tlshDistance(digest, other) : furthest + 1;
      return distance <= furthest ? [{ id: row.id, distance }] : [];
    })
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, most);
}

const HOLD_HOSTS = `('domain', 'hostname', 'hostname|port', 'domain|ip', 'url', 'uri', 'link', 'email', 'email-src',
  'email-dst', 'email-reply-to', 'target-email', 'whois-registrant-email', 'dns-soa-email')`;

/**
 * Uses the trigram index of values, by whole words: other names of which the domain is a part count for nothing. The
 * public suffix list then decides which hosts belong to the domain.
 */
async function sameDomain({ magpie, tx }: Look, texts: readonly string[], most: number): Promise<Found[]> {
  const own = hostOfValue(texts);
  if (own === null || !magpie.settings.get('Magpie.pivot_domains')) return [];
  const rows = await tx.prepared<{ id: number; value1: string }>(
    // The first ones that are met, and only these put in order: under a common domain there may be millions.
    `select id, value1 from (
       select id, value1 from visible_attributes where lower(value1) ~ $1 and correlates > 0 and type in ${HOLD_HOSTS}
       limit $2
     ) under order by id`,
    [endOfHost(spellings(own.domain)), MAX_UNDER_DOMAIN],
  );
  return rows.filter((row) => registeredDomain(row.value1)?.domain === own.domain).slice(0, most);
}

/**
 * An expression of PostgreSQL for texts in which a host ends with one of the names. Its classes are small, since pg_trgm
 * takes no words from large ones.
 */
function endOfHost(names: readonly string[]): string {
  const escaped = names.map((name) => name.replaceAll('.', String.raw`\.`));
  return String.raw`(^|[./@])(${escaped.join('|')})\.?($|[/:?#])`;
}

async function parentDomains(look: Look, texts: readonly string[], most: number): Promise<Found[]> {
  const own = hostOfValue(texts);
  if (own === null || !look.magpie.settings.get('Magpie.pivot_domains')) return [];
  const parents: string[] = [];
  for (let host = own.host; host !== own.domain; ) {
    host = host.slice(host.indexOf('.') + 1);
    parents.push(...spellings(host).map(valueDigest));
  }
  return parents.length === 0 ? [] : idsOf(look, holders('id'), [parents, most]);
}

const SHARED_VALUES = `
  with own as (${ownHalves('id, event_id', 'event_id = $1')}
  ), probed as (
    select own.id, own.h, found.event_id as other, count(*) over (partition by own.id, own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$2')}) found
  )
  select id, count(distinct other)::int as shared from probed where hits <= $2 group by id order by 2 desc, 1 limit $3`;

type OfKind<K extends Subject['kind']> = Extract<Subject, { kind: K }>;

function kind<K extends Subject['kind']>(
  of: K,
  name: string,
  gives: PivotKind['gives'],
  summary: string,
  find: (look: Look, subject: OfKind<K>, most: number) => Promise<readonly Found[]>,
): PivotKind {
  const is = (subject: Subject): subject is OfKind<K> => subject.kind === of;
  return {
    of,
    name,
    gives,
    summary,
    find: async (look, subject, most) => (is(subject) ? find(look, subject, most) : []),
  };
}

/** All kinds, in the order in which they are shown. A viewer's visibility holds in each, since each reads his views. */
export const pivotKinds: readonly PivotKind[] = [
  kind('value', 'attributes', 'attribute', 'Attributes with the same value', (look, { halves }, most) =>
    idsOf(look, holders('id'), [halves, most]),
  ),
  kind('value', 'events', 'event', 'Events that hold the value', (look, { halves }, most) =>
    idsOf(look, `select event_id as id from (${holders('event_id')}) f order by 1`, [halves, most]),
  ),
  kind('value', 'networks', 'attribute', 'Networks that hold the address', (look, { texts }, most) =>
    idsOf(
      look,
      `select id from visible_attributes where type in ('ip-src', 'ip-dst') and correlates > 0 and value1 like '%/%'
         and address_of(value1) >>= address_of($1) order by masklen(address_of(value1)) desc, id limit $2`,
      [addressOfValue(texts), most],
    ),
  ),
  kind('value', 'addresses', 'attribute', 'Addresses in the network', async (look, { value }, most) =>
    value.includes('/') ? idsOf(look, addressesIn('address_of($1)'), [value, most]) : [],
  ),
  kind(
    'value',
    'neighbouring-addresses',
    'attribute',
    'Addresses in the same /24 (IPv6: /48)',
    async (look, { texts }, most) => {
      const address = addressOfValue(texts);
      if (address === null) return [];
      const net = `(select set_masklen(x, case family(x) when 4 then ${NETWORK_OF_V4} else ${NETWORK_OF_V6} end) from address_of($1) x)`;
      return idsOf(look, addressesIn(net), [address, most]);
    },
  ),
  kind('value', 'similar-ssdeep', 'attribute', 'Similar files by ssdeep, with scores', (look, { value }, most) =>
    similarHashes(look, value, most),
  ),
  kind('value', 'similar-tlsh', 'attribute', 'Similar files by TLSH, with distances', (look, { value }, most) =>
    nearTlsh(look, value, most),
  ),
  ...Object.entries(fingerprintTypes).map(([name, types]) =>
    kind('value', name, 'attribute', `Files with the same ${types.join(', ')}`, (look, { halves }, most) =>
      sameFingerprints(look, halves, types, most),
    ),
  ),
  kind('value', 'registered-domain', 'attribute', 'Values under the same registered domain', (look, { texts }, most) =>
    sameDomain(look, texts, most),
  ),
  kind('value', 'parent-domains', 'attribute', 'Domains above the host', (look, { texts }, most) =>
    parentDomains(look, texts, most),
  ),
  kind('value', 'tags', 'tag', 'Tags and clusters of attributes with the value', (look, { halves }, most) =>
    idsOf(
      look,
      `with a as (${holders('id').replaceAll('$2', String(MAX_TAGGED))})
       select distinct t.id from a join visible_attribute_tags l on l.attribute_id = a.id
         join visible_tags t on t.id = l.tag_id order by 1 limit $2`,
      [halves, most],
    ),
  ),
  kind('event', 'events', 'event', 'Events that correlate', async ({ magpie, tx }, { id }, most) =>
    ((await findRelatedEvents(tx, [id], correlationLimits(magpie))).get(id) ?? [])
      .slice(0, most)
      .map((row) => ({ id: row.id })),
  ),
  kind(
    'event',
    'values',
    'attribute',
    'Its attributes that correlate, by how many events share them',
    async ({ magpie, tx }, { id }, most) => {
      const limits = correlationLimits(magpie);
      return limits === null
        ? []
        : tx.prepared<{ id: number; shared: number }>(SHARED_VALUES, [id, limits.matches, most]);
    },
  ),
  kind(
    'event',
    'held-back',
    'attribute',
    'Its attributes whose value is excluded or too common to correlate',
    async ({ magpie, tx }, { id }, most) => {
      const rows = await tx.prepared<{ id: number }>(
        'select id from visible_attributes where event_id = $1 and correlates > 0 order by id limit 10000',
        [id],
      );
      const held = await findHeldBack(
        tx,
        rows.map((row) => row.id),
        correlationLimits(magpie),
      );
      return [...held.keys()]
        .sort((a, b) => a - b)
        .slice(0, most)
        .map((heldId) => ({ id: heldId }));
    },
  ),
  kind('event', 'tags', 'tag', 'Tags and clusters of the event and its attributes', (look, { id }, most) =>
    idsOf(
      look,
      `select t.id from visible_tags t where t.id in (select tag_id from visible_event_tags where event_id = $1
         union select l.tag_id from visible_attribute_tags l join visible_attributes a on a.id = l.attribute_id
           where l.event_id = $1 and not a.deleted) order by 1 limit $2`,
      [id, most],
    ),
  ),
  kind('tag', 'events', 'event', 'Events that carry it', (look, { id }, most) =>
    idsOf(look, 'select distinct event_id as id from visible_event_tags where tag_id = $1 order by 1 limit $2', [
      id,
      most,
    ]),
  ),
  kind('tag', 'attributes', 'attribute', 'Attributes that carry it', (look, { id }, most) =>
    idsOf(
      look,
      `select a.id from (select distinct attribute_id from visible_attribute_tags where tag_id = $1 order by 1) l
         cross join lateral (select id from visible_attributes where id = l.attribute_id and not deleted limit 1) a
         order by l.attribute_id limit $2`,
      [id, most],
    ),
  ),
  kind('tag', 'tags', 'tag', 'Tags and clusters on the same events', (look, { id }, most) =>
    idsOf(
      look,
      `with e as (select distinct event_id from visible_event_tags where tag_id = $1 order by 1 desc limit ${MAX_TAGGED})
       select t.id, count(*)::int as shared from e join visible_event_tags l on l.event_id = e.event_id
         join visible_tags t on t.id = l.tag_id where t.id <> $1 group by t.id order by 2 desc, 1 limit $2`,
      [id, most],
    ),
  ),
];

/** A value as it is shown. */
export const shownValue = (row: { value1: string; value2: string }) => joinValue(row.value1, row.value2);
