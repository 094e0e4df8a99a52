/**
 * Fills an empty instance with events and attributes by COPY, the same in every run.
 *
 *   node bench/seed.ts --url postgres://… --attributes 1000000
 *
 * 250 attributes an event; 20 % of the attributes have a tag, every event two; one in a hundred has one of five hot
 * values; audiences: 80 % everyone, the rest single organisations.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection } from '../packages/server/src/database/database.ts';
import { valueDigest } from '../packages/server/src/features/intelligence/attributes/value-digest.ts';
import { randomHex, seededRandom } from './lib/random.ts';

const ATTRIBUTES_AN_EVENT = 250;
const ORGANISATIONS = 20;
const TAGS = 200;
const HOT_EVERY = 100;
const HOT_VALUES = ['8.8.8.8', '1.1.1.1', 'www.example.com', 'localhost', '127.0.0.1'];
const NOW = 1_760_000_000;
const FIELDS_END = '\n';

/** What a seed is made of: how many events, and of attribute `n` (from 1) its value and its event. */
export interface SeedWorld {
  readonly events: number;
  eventOf(n: number): number;
  value(n: number): SeedValue;
}

/** Stores `attributes` attributes and their events. Secondary indexes are dropped for the load and built again. */
export async function seedAttributes(
  connection: Connection,
  attributes: number,
  world: SeedWorld = { events: Math.ceil(attributes / ATTRIBUTES_AN_EVENT), eventOf, value: makeValue },
): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; set maintenance_work_mem = '1GB'`);
    const { events } = world;
    await seedSurroundings(client);
    const indexes = await dropIndexes(client, ['events', 'attributes', 'event_tags', 'attribute_tags']);
    await copy(client, EVENT_COLUMNS, eventLines(events));
    await copy(client, ATTRIBUTE_COLUMNS, attributeLines(attributes, world));
    await copy(client, EVENT_TAG_COLUMNS, eventTagLines(events));
    await copy(client, ATTRIBUTE_TAG_COLUMNS, attributeTagLines(attributes, world));
    for (const definition of indexes) await client.query(definition);
    await client.query(
      `insert into event_attribute_counts (event_id, audience_id, type, category, to_ids, live)
       select event_id, audience_id, type, category, to_ids, count(*) from attributes where not deleted
       group by 1, 2, 3, 4, 5`,
    );
    await client.query(
      `insert into tag_uses select tag_id, audience_id, count(*), 0 from event_tags group by 1, 2;
       insert into tag_uses select tag_id, audience_id, 0, count(*) from attribute_tags group by 1, 2;
       insert into attribute_uses
       select type, category, audience_id, count(*) from attributes where not deleted group by 1, 2, 3;
       insert into attribute_blocks
       select id >> 12, audience_id, type, category, to_ids, count(*) from attributes where not deleted group by 1, 2, 3, 4, 5`,
    );
    for (const table of ['events', 'attributes', 'event_tags', 'attribute_tags']) {
      await client.query(
        `select setval(pg_get_serial_sequence('${table}', 'id'), (select coalesce(max(id), 1) from ${table}))`,
      );
      await client.query(`vacuum (analyze) ${table}`);
    }
    await client.query('vacuum (analyze) event_attribute_counts');
    await client.query(`select pg_notify('magpie_access', '')`);
  } finally {
    await client.end();
  }
}

/** The value of the seed's attribute `n`, or of its neighbour where that one has a hot value: found about once. */
export function seededValue(n: number): string {
  return makeValue(n % HOT_EVERY === 0 ? n + 1 : n).value1;
}

async function seedSurroundings(client: pg.Client): Promise<void> {
  await client.query(
    `insert into organisations (uuid, name, local) select gen_random_uuid(), 'Bench ' || n, true from generate_series(1, $1::int) n`,
    [ORGANISATIONS],
  );
  await client.query(
    `insert into audiences (kind, org_id) select 'organisation', id from organisations where name like 'Bench %'`,
  );
  await client.query(
    `insert into tags (id, name, colour) select 100000 + n, 'bench:tag="' || n || '"', '#336699' from generate_series(1, $1::int) n`,
    [TAGS],
  );
}

async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ indexname: string; indexdef: string }>(
    `select i.indexname, i.indexdef from pg_indexes i where i.tablename = any ($1)
       and not exists (select from pg_constraint c where c.conname = i.indexname)`,
    [tables],
  );
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
  return rows.map((row) => row.indexdef);
}

async function copy(client: pg.Client, columns: string, lines: Iterable<string>): Promise<void> {
  const target = client.query(copyFrom(`copy ${columns} from stdin`));
  await pipeline(Readable.from(chunks(lines)), target);
}

function* chunks(lines: Iterable<string>): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length > 256 * 1024) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

const EVENT_COLUMNS =
  'events (id, uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, published, timestamp, publish_timestamp, audience_id)';

function* eventLines(count: number): Generator<string> {
  for (let n = 1; n <= count; n += 1) {
    const time = NOW - (count - n) * 60;
    const day = new Date(time * 1000).toISOString().slice(0, 10);
    const published = n % 2 === 0;
    yield `${[
      ...[
        n,
        uuidOf(1, n),
        organisationOf(n),
        organisationOf(n),
        1,
        `Campaign ${n} against the mills of the north`,
        day,
      ],
      ...[
        1 + (n % 4),
        n % 3,
        audienceOf(n) === 0 ? 3 : 0,
        published ? 't' : 'f',
        time,
        published ? time + 60 : 0,
        audienceOf(n),
      ],
    ].join('\t')}${FIELDS_END}`;
  }
}

const ATTRIBUTE_COLUMNS =
  'attributes (id, uuid, event_id, category, type, value1, value2, to_ids, timestamp, distribution, comment, audience_id, h1, h2, correlates)';

function* attributeLines(count: number, { events, eventOf, value }: SeedWorld): Generator<string> {
  for (let n = 1; n <= count; n += 1) {
    const event = eventOf(n);
    const { category, type, value1, value2 } = value(n);
    yield `${[
      ...[n, uuidOf(2, n), event, category, type, value1, value2, n % 3 === 0 ? 'f' : 't', NOW - (events - event) * 60],
      ...[5, n % 3 === 0 ? 'seen in a campaign' : '', audienceOf(event), valueDigest(value1)],
      ...[value2 === '' ? '\\N' : valueDigest(value2), value2 === '' ? 1 : 2],
    ].join('\t')}${FIELDS_END}`;
  }
}

const EVENT_TAG_COLUMNS = 'event_tags (event_id, tag_id, audience_id)';

function* eventTagLines(events: number): Generator<string> {
  for (let n = 1; n <= events; n += 1) {
    yield `${n}\t${100_001 + (n % TAGS)}\t${audienceOf(n)}${FIELDS_END}`;
    yield `${n}\t${100_001 + ((n * 7 + 3) % TAGS)}\t${audienceOf(n)}${FIELDS_END}`.replace(
      /^(\d+)\t(\d+)/,
      (all, event, tag) => (Number(tag) === 100_001 + (n % TAGS) ? `${event}\t${100_001 + ((n + 1) % TAGS)}` : all),
    );
  }
}

const ATTRIBUTE_TAG_COLUMNS = 'attribute_tags (attribute_id, event_id, tag_id, audience_id)';

function* attributeTagLines(count: number, { eventOf }: SeedWorld): Generator<string> {
  for (let n = 5; n <= count; n += 5) {
    yield `${n}\t${eventOf(n)}\t${100_001 + ((n / 5) % TAGS)}\t${audienceOf(eventOf(n))}${FIELDS_END}`;
  }
}

function eventOf(attribute: number): number {
  return Math.floor((attribute - 1) / ATTRIBUTES_AN_EVENT) + 1;
}

function organisationOf(event: number): number {
  return 2 + (event % ORGANISATIONS);
}

/** 0 is everyone; the audiences of the seed's organisations come next. */
function audienceOf(event: number): number {
  return event % 5 === 0 ? 1 + ((event / 5) % ORGANISATIONS) : 0;
}

/** A value of a seed with its type. */
export interface SeedValue {
  type: string;
  category: string;
  value1: string;
  value2: string;
}

function makeValue(n: number): SeedValue {
  const random = seededRandom(n * 2_654_435_761);
  const network = { category: 'Network activity', value2: '' };
  if (n % HOT_EVERY === 0) {
    return { ...network, type: 'domain', value1: HOT_VALUES[(n / HOT_EVERY) % HOT_VALUES.length] ?? '' };
  }
  switch (n % 5) {
    case 0:
      return { category: 'Payload delivery', type: 'sha256', value1: randomHex(random, 64), value2: '' };
    case 1:
      return { ...network, type: 'domain', value1: `${randomHex(random, 12)}.example.com` };
    case 2:
      return { ...network, type: 'ip-dst', value1: [1, 2, 3, 4].map(() => 1 + Math.floor(random() * 254)).join('.') };
    case 3:
      return {
        ...network,
        type: 'url',
        value1: `https://${randomHex(random, 10)}.example.org/${randomHex(random, 8)}`,
      };
    default:
      return {
        category: 'Payload delivery',
        type: 'filename|md5',
        value1: `${randomHex(random, 8)}.exe`,
        value2: randomHex(random, 32),
      };
  }
}

function uuidOf(kind: number, n: number): string {
  return `${String(kind).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, attributes: { type: 'string', default: '1000000' } },
  });
  if (values.url === undefined) throw new Error('--url is missing');
  const started = performance.now();
  await seedAttributes(values.url, Number(values.attributes));
  console.log(`${values.attributes} attributes in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
