/**
 * POST /attributes/restSearch: everything at once, and one value among many.
 *
 *   node bench/attribute-search.ts stream            1,000,000 attributes without limit
 *   node bench/attribute-search.ts value             one value among 5,000,000
 *   options: --attributes N --keep FOLDER (data folder to make or use again)
 *
 * The baselines run in the same process against the same database: draining COPY of the plain columns, and the bare
 * statement of the value search over as many connections.
 */

import { existsSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Connection } from '../packages/server/src/database/database.ts';
import { valueDigest } from '../packages/server/src/features/intelligence/attributes/value-digest.ts';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { openLoadConnection } from './lib/load-connection.ts';
import { median } from './lib/random.ts';
import { seedAttributes, seededValue } from './seed.ts';

const CONNECTIONS = 16;
const SEARCHES = 20_000;
/** Rounds that do not count, and that do, in turn with the baseline's. */
const WARM_UP = 2;
const ROUNDS = 3;
const PLAIN_COLUMNS = `id, event_id, object_id, object_relation, category, type, value1, value2, to_ids, uuid, timestamp,
  distribution, sharing_group_id, comment, deleted, disable_correlation, first_seen, last_seen`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { attributes: { type: 'string' }, keep: { type: 'string' } },
});
const wanted = positionals.length === 0 ? ['stream', 'value'] : positionals;
for (const name of wanted) await measure(name);

async function measure(name: string): Promise<void> {
  const attributes = Number(options.attributes ?? (name === 'stream' ? 1_000_000 : 5_000_000));
  const isKept = options.keep !== undefined && existsSync(options.keep);
  const instance = await startInstance(options.keep);
  try {
    if (!isKept) await seedAttributes(instance.connection, attributes);
    if (name === 'stream') await measureStream(instance, attributes);
    else await measureValue(instance, attributes);
  } finally {
    await instance.stop();
  }
}

async function measureStream(instance: BenchInstance, attributes: number): Promise<void> {
  const before = await instance.memory();
  const full: Awaited<ReturnType<typeof drainSearch>>[] = [];
  const plain: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const [search, copy] = [await drainSearch(instance), await drainCopy(instance.connection)];
    if (search.rows !== attributes) throw new Error(`${search.rows} rows answered of ${attributes}`);
    if (round < WARM_UP) continue;
    full.push(search);
    plain.push(copy);
  }
  const { peak } = await instance.memory();
  const [ours, bare] = [median(full.map(({ rate }) => rate)), median(plain)];
  console.log(`attributes/restSearch, ${attributes} attributes with tags and event, no limit:`);
  console.log(
    `  ${Math.round(ours)} rows/s, first byte after ${median(full.map(({ firstByte }) => firstByte)).toFixed(0)} ms, ${((full[0]?.bytes ?? 0) / 1e6).toFixed(0)} MB`,
  );
  console.log(
    `  COPY of the plain columns drained: ${Math.round(bare)} rows/s; share ${((100 * ours) / bare).toFixed(0)} % (bar: 30 %)`,
  );
  console.log(`  memory growth ${((peak - before.now) / 1e6).toFixed(0)} MB (bar: 150 MB)`);
}

async function drainCopy(connection: Connection): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  const started = performance.now();
  let rows = 0;
  for await (const chunk of client.query(
    copyTo(`copy (select ${PLAIN_COLUMNS} from attributes) to stdout`),
  ) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
  }
  const seconds = (performance.now() - started) / 1000;
  await client.end();
  return rows / seconds;
}

async function drainSearch(instance: BenchInstance) {
  const started = performance.now();
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request(
      `${instance.url}/attributes/restSearch`,
      { method: 'POST', headers: headersOf(instance) },
      resolve,
    );
    request.on('error', reject);
    request.end('{"returnFormat":"json"}');
  });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  // A row begins with its id and its event's id; the seed's values hold nothing of the kind.
  const mark = Buffer.from('","event_id":"');
  let firstByte = 0;
  let bytes = 0;
  let rows = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    firstByte ||= performance.now() - started;
    bytes += chunk.length;
    const seam = Buffer.concat([tail, chunk.subarray(0, mark.length - 1)]);
    if (seam.includes(mark)) rows += 1;
    for (let at = chunk.indexOf(mark); at !== -1; at = chunk.indexOf(mark, at + 1)) rows += 1;
    tail = Buffer.from(chunk.subarray(-mark.length + 1));
  }
  return { rows, bytes, firstByte, rate: (1000 * rows) / (performance.now() - started) };
}

function headersOf(instance: BenchInstance): Record<string, string> {
  return { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' };
}

async function measureValue(instance: BenchInstance, attributes: number): Promise<void> {
  const searched = Array.from({ length: SEARCHES }, (_, n) => seededValue(1 + ((n * 7919) % attributes)));
  // A server that has been running for a while is what sensors ask; and the pages that one side reads from disk would
  // be in memory for the other.
  for (let round = 0; round < WARM_UP; round += 1) await searchOver(instance, searched, CONNECTIONS);
  const single = await searchOver(instance, searched.slice(0, 2000), 1);
  const many: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    many.push((await searchOver(instance, searched, CONNECTIONS)).rate);
    plain.push(await bareOver(instance.connection, searched, CONNECTIONS));
  }
  const [ours, bare] = [median(many), median(plain)];
  const sorted = single.times.sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
  console.log(`one value among ${attributes} attributes:`);
  console.log(`  one connection: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (bar: p50 5 ms)`);
  console.log(
    `  ${CONNECTIONS} connections: ${Math.round(ours)}/s; bare statement ${Math.round(bare)}/s; share ${((100 * ours) / bare).toFixed(0)} % (bar: 40 %)`,
  );
}

async function searchOver(instance: BenchInstance, searched: readonly string[], connections: number) {
  const opened = await Promise.all(
    Array.from({ length: connections }, () => openLoadConnection(instance.url, headersOf(instance))),
  );
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    opened.map(async (connection) => {
      for (let n = next++; n < searched.length; n = next++) {
        const begun = performance.now();
        const value = searched[n] ?? '';
        const text = await connection.post('/attributes/restSearch', JSON.stringify({ returnFormat: 'json', value }));
        if (!text.includes(`"value":"${value}`)) throw new Error(`${value} was not found: ${text.slice(0, 200)}`);
        times.push(performance.now() - begun);
      }
    }),
  );
  const rate = (1000 * searched.length) / (performance.now() - started);
  for (const connection of opened) connection.close();
  return { times, rate };
}

/** The statement as a program would send it that knows no viewers, tags or HTTP: prepared, by the same indexes. */
async function bareOver(connection: Connection, searched: readonly string[], connections: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client(connection);
      await client.connect();
      return client;
    }),
  );
  const text = `select ${PLAIN_COLUMNS} from attributes where not deleted
    and ((h1 = $1 and lower(value1) = $2) or (h2 = $1 and lower(value2) = $2))`;
  const run = async (values: readonly string[]) => {
    let next = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let n = next++; n < values.length; n = next++) {
          const value = values[n] ?? '';
          await client.query({ name: 'bare', text, values: [valueDigest(value), value.toLowerCase()] });
        }
      }),
    );
  };
  await run(searched.slice(0, 2000));
  const started = performance.now();
  await run(searched);
  const rate = (1000 * searched.length) / (performance.now() - started);
  await Promise.all(clients.map((client) => client.end()));
  return rate;
}
