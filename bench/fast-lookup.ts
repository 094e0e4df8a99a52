/**
 * POST /attributes/fastLookup of 10,000 values, as a user who sees four fifths of the attributes.
 *
 *   node bench/fast-lookup.ts [--attributes 5000000] [--keep FOLDER]
 *
 * A third of the values are addresses among 100,000 stored networks (fewer on small instances: one for 50 attributes),
 * a third host names of four labels, a third hashes; one in ten is known exactly. The baseline is the bare look-up of
 * the 10,000 digests in the same index as the superuser, by one statement and without visibility, networks or domains.
 * Tables and indexes are read into PostgreSQL's memory first, as they are on a server that has run for a while.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { valueDigest } from '../packages/server/src/features/intelligence/attributes/value-digest.ts';
import { readIntoMemory } from './lib/correlation-indexes.ts';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { median, randomHex, seededRandom } from './lib/random.ts';
import { seedAttributes, seededValue } from './seed.ts';

const VALUES = 10_000;
const ROUNDS = 11;
const BAR_MS = 400;

const { values: options } = parseArgs({
  options: { attributes: { type: 'string', default: '5000000' }, keep: { type: 'string' } },
});
const attributes = Number(options.attributes);

/** Networks of all lengths from /12 to /29, in an event that everyone sees. */
async function seedNetworks(client: pg.Client): Promise<void> {
  const random = seededRandom(5);
  const networks = new Set<string>();
  while (networks.size < Math.min(100_000, Math.ceil(attributes / 50))) {
    const prefix = 12 + Math.floor(random() * 18);
    const address = Math.floor(random() * 2 ** 32);
    const network = Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
    networks.add(`${[24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')}/${prefix}`);
  }
  const texts = [...networks];
  await client.query(
    `insert into attributes (uuid, event_id, category, type, value1, value2, to_ids, timestamp, distribution, comment,
       audience_id, h1, correlates)
     select gen_random_uuid(), 1, 'Network activity', 'ip-dst', v, '', true, 1760000000, 5, '', 0, h, 1
     from unnest($1::text[], $2::bigint[]) as t (v, h)`,
    [texts, texts.map(valueDigest)],
  );
  await client.query('vacuum (analyze) attributes');
}

function makeValues(round: number): string[] {
  const random = seededRandom(100 + round);
  return Array.from({ length: VALUES }, (_, index) => {
    if (index % 10 === 9) return seededValue(1 + Math.floor(random() * attributes));
    if (index % 3 === 0) return [1, 2, 3, 4].map(() => 1 + Math.floor(random() * 254)).join('.');
    if (index % 3 === 1) return `www.${randomHex(random, 6)}.${randomHex(random, 8)}.example`;
    return randomHex(random, 64);
  });
}

async function post(instance: BenchInstance, path: string, body: unknown): Promise<unknown> {
  const headers = { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' };
  const answer = await fetch(instance.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The key of a user of an organisation of the seed, who is no administrator. */
async function makeReader(instance: BenchInstance, client: pg.Client): Promise<string> {
  const email = 'reader@bench.test';
  const find = () => client.query<{ id: string }>('select id from users where email = $1', [email]);
  if ((await find()).rows.length === 0) {
    const { rows } = await client.query<{ id: string }>(`select id from organisations where name = 'Bench 1'`);
    await post(instance, '/admin/users/add', { email, org_id: rows[0]?.id, role_id: 3 });
  }
  const made = (await post(instance, `/auth_keys/add/${(await find()).rows[0]?.id}`, {})) as {
    AuthKey: { authkey_raw: string };
  };
  return made.AuthKey.authkey_raw;
}

async function lookUp(instance: BenchInstance, key: string, values: readonly string[]) {
  const started = performance.now();
  const answer = await fetch(`${instance.url}/attributes/fastLookup`, {
    method: 'POST',
    headers: { authorization: key, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ value: values }),
  });
  const body = (await answer.json()) as { response?: { match: string }[] };
  if (!body.response) throw new Error(`${answer.status}: ${JSON.stringify(body).slice(0, 300)}`);
  return { ms: performance.now() - started, hits: body.response };
}

async function lookUpPlainly(client: pg.Client, values: readonly string[]): Promise<number> {
  const started = performance.now();
  await client.query({
    name: 'baseline',
    text: `select a.id, a.value1 from unnest($1::bigint[]) k (h) join attributes a on a.h1 = k.h`,
    values: [values.map(valueDigest)],
  });
  return performance.now() - started;
}

const isSeeded = options.keep !== undefined && existsSync(join(options.keep, 'postgres'));
const instance = await startInstance(options.keep);
const client = new pg.Client(instance.connection);
await client.connect();
try {
  if (!isSeeded) await seedAttributes(instance.connection, attributes);
  // A folder that attribute-search.ts made has none yet.
  const { rows: networks } = await client.query(
    `select from attributes where type = 'ip-dst' and value1 like '%/%' limit 1`,
  );
  if (networks.length === 0) await seedNetworks(client);
  await readIntoMemory(client);
  const key = await makeReader(instance, client);
  const times: number[] = [];
  const plain: number[] = [];
  let counts = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const values = makeValues(round);
    plain.push(await lookUpPlainly(client, values));
    const { ms, hits } = await lookUp(instance, key, values);
    times.push(ms);
    const of = (match: string) => hits.filter((hit) => hit.match === match).length;
    counts = `${of('exact')} exact, ${of('ip_cidr')} networks, ${of('parent_domain')} domains`;
  }
  console.log(`fastLookup of ${VALUES} values among ${attributes} attributes (last round: ${counts})`);
  console.log(
    `median ${median(times).toFixed(0)} ms, slowest ${Math.max(...times.slice(1)).toFixed(0)} ms after the first (${times[0]?.toFixed(0)} ms) (bar: ${BAR_MS} ms)`,
  );
  console.log(`baseline, digests alone: ${median(plain).toFixed(0)} ms`);
} finally {
  await client.end();
  await instance.stop();
}
