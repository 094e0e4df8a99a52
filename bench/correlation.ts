/**
 * Correlation at the size of the largest instances: 20,000 events, 5,000,000 attributes, values shared by Zipf's law,
 * five values 50,000 times each, 100,000 networks, 20,000 ssdeep hashes.
 *
 * Tables and indexes are read into PostgreSQL's memory first.
 *
 *   node bench/correlation.ts
 *   options: --attributes N (all else in proportion) --keep FOLDER (data folder to make or use again; it stays as it is)
 */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { compareSsdeep, parseSsdeep } from '../packages/model/src/index.ts';
import { CORRELATION_INDEXES, readIntoMemory } from './lib/correlation-indexes.ts';
import { type CorrelationWorld, correlationWorld } from './lib/correlation-world.ts';
import { startInstance } from './lib/instance.ts';
import { openLoadConnection } from './lib/load-connection.ts';
import { median, seededRandom } from './lib/random.ts';
import { seedAttributes } from './seed.ts';

const { values: options } = parseArgs({ options: { attributes: { type: 'string' }, keep: { type: 'string' } } });
const attributes = Number(options.attributes ?? 5_000_000);
const world = correlationWorld(attributes);

const isKept = options.keep !== undefined && existsSync(options.keep);
const instance = await startInstance(options.keep);
const client = new pg.Client(instance.connection);
try {
  if (!isKept) await seedAttributes(instance.connection, attributes, world);
  await client.connect();
  await readIntoMemory(client);
  console.log(`${attributes} attributes in ${world.events} events:`);
  await measureEvents(world);
  await measureCounts();
  await measureNetworks();
  await measureHashes();
  await measureStorage();
} finally {
  await client.end();
  await instance.stop();
}

async function ask(path: string, body?: unknown): Promise<{ ms: number; answer: Record<string, unknown> }> {
  const started = performance.now();
  const answer = await fetch(instance.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: instance.key,
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const ms = performance.now() - started;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  return { ms, answer: JSON.parse(text) };
}

function report(what: string, times: readonly number[], barMs: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  console.log(`  ${what}: p50 ${median(times).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (bar: ${barMs} ms)`);
}

async function repeat(rounds: number, path: (round: number) => string, body?: (round: number) => unknown) {
  const times: number[] = [];
  // The first round warms up: it is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const { ms } = await ask(path(round), body?.(round));
    if (round > 0) times.push(ms);
  }
  return times;
}

async function measureEvents({ sized }: CorrelationWorld): Promise<void> {
  const [large, middle, small] = sized;
  if (!large || !middle || !small) throw new Error('the seed has no sized events');
  const of =
    ({ first, count }: typeof large) =>
    (round: number) =>
      first + (round % count);
  const head = (id: number) => `/events/view/${id}/metadata:1/includeAnalystData:0`;
  for (const { size } of sized) {
    const event = sized.find((one) => one.size === size)?.first ?? 0;
    const { answer } = await ask(head(event));
    const { RelatedEvent } = answer.Event as { RelatedEvent: unknown[] };
    console.log(`  (event of ${size} attributes: ${RelatedEvent.length} related events)`);
  }
  report('related events of 10,000 attributes', await repeat(40, (round) => head(of(large)(round))), 250);
  report('related events of 100 attributes', await repeatLightly(100, (round) => head(of(middle)(round))), 10);
  const page = (round: number) => `/events/view/${of(small)(round)}`;
  report('page of 60 attributes with related events', await repeatLightly(100, page), 15);
}

/**
 * As `repeat`, by a client that takes next to no time itself: fetch() alone takes 0.7 ms. As many rounds before do not
 * count: a server that has just started compiles its code while it answers.
 */
async function repeatLightly(rounds: number, path: (round: number) => string): Promise<number[]> {
  const connection = await openLoadConnection(instance.url, {
    authorization: instance.key,
    accept: 'application/json',
    'accept-encoding': 'identity',
  });
  const times: number[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    const started = performance.now();
    JSON.parse(await connection.get(path(round)));
    if (round >= rounds) times.push(performance.now() - started);
  }
  connection.close();
  return times;
}

async function measureCounts(): Promise<void> {
  const times: number[] = [];
  const cached: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const start = 100 + ((round * 60) % (world.events - 200));
    const ids = Array.from({ length: 60 }, (_, index) => start + index);
    times.push((await ask('/correlations/eventCounts', { ids })).ms);
    cached.push((await ask('/correlations/eventCounts', { ids })).ms);
  }
  report('correlation counts of 60 events', times, 400);
  report('the same, cached', cached, 20);
}

async function measureNetworks(): Promise<void> {
  const random = seededRandom(99);
  const octet = () => 1 + Math.floor(random() * 222);
  const pivot = (kind: string, value: () => string) =>
    repeat(
      100,
      () => '/pivots/neighbours',
      () => ({ from: { value: value() }, kind }),
    );
  const count = async (condition: string) =>
    (await client.query(`select count(*)::int as n from attributes where type = 'ip-dst' and ${condition}`)).rows[0].n;
  const [networks, addresses] = [await count(`value1 like '%/%'`), await count(`value1 not like '%/%'`)];
  report(
    `an address among ${networks} networks`,
    await pivot('networks', () => [octet(), octet(), octet(), octet()].join('.')),
    20,
  );
  report(`a /16 against ${addresses} addresses`, await pivot('addresses', () => `${octet()}.${octet()}.0.0/16`), 20);
}

async function measureHashes(): Promise<void> {
  const { rows } = await client.query<{ id: string; value1: string }>(
    `select id::text, value1 from attributes where type = 'ssdeep' order by id`,
  );
  const all = rows.map((row) => ({ id: row.id, hash: parseSsdeep(row.value1) }));
  const asked = rows.filter((_, index) => index % Math.max(1, Math.floor(rows.length / 50)) === 0);
  const times: number[] = [];
  let pairs = 0;
  for (const { value1 } of asked) {
    const { ms, answer } = await ask('/pivots/neighbours', {
      from: { value: value1 },
      kind: 'similar-ssdeep',
      limit: 500,
    });
    times.push(ms);
    const own = parseSsdeep(value1);
    const expected = all.flatMap(({ id, hash }) => {
      const score = own && hash ? compareSsdeep(own, hash) : 0;
      return score > 0 ? [`${id} ${score}`] : [];
    });
    const found = (answer.neighbours as { id: string; score: number }[]).map(({ id, score }) => `${id} ${score}`);
    if (expected.toSorted().join() !== found.toSorted().join())
      throw new Error(`${value1}: not as comparing all pairs`);
    pairs += found.length;
  }
  report(`similar ones among ${rows.length} ssdeep hashes (${pairs} pairs, as comparing all)`, times.slice(1), 50);
}

async function measureStorage(): Promise<void> {
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select name, pg_relation_size(name::regclass) as bytes from unnest($1::text[]) name`,
    [CORRELATION_INDEXES],
  );
  const own = Number((await client.query(`select pg_table_size('attributes') as bytes`)).rows[0].bytes);
  const extra = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  for (const row of rows) console.log(`  ${row.name}: ${megabytes(Number(row.bytes))}`);
  console.log(
    `  extra storage ${megabytes(extra)} of ${megabytes(own)}: ${((100 * extra) / own).toFixed(0)} % (bar: 50 %)`,
  );
}
