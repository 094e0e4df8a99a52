/**
 * POST /attributes/restSearch without limit, with scores of a decaying model for every type of the seed, and without
 * what has decayed.
 *
 *   node bench/decay.ts [--attributes 1000000] [--keep FOLDER]
 *
 * The baseline is the same search without scores but through the same cursor (with the sightings of each attribute),
 * in the same run. One attribute in twenty has a sighting; the model's scores come from tags of the seed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { seedAttributes } from './seed.ts';

const BARS = { shareOfBaseline: 0.5, growthBytes: 150 * 2 ** 20 };

const { values: options } = parseArgs({
  options: { attributes: { type: 'string', default: '1000000' }, keep: { type: 'string' } },
});
const attributes = Number(options.attributes);

async function post(instance: BenchInstance, path: string, body: unknown): Promise<void> {
  const headers = { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' };
  const answer = await fetch(instance.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function seedScores(instance: BenchInstance, client: pg.Client): Promise<void> {
  await client.query(`update tags set numerical_value = id % 101 where name like 'bench:%'`);
  await client.query(
    `insert into sightings (uuid, attribute_id, event_id, org_id, date_sighting, source, type, audience_id)
     select gen_random_uuid(), id, event_id, 1, timestamp + 3600, '', 0, audience_id from attributes where id % 20 = 0`,
  );
  await client.query('vacuum (analyze) sightings');
  // The seed's attributes are spread over months before the end of 2025: some have decayed, some have not.
  const { rows } = await client.query<{ age: number }>(
    `select (extract(epoch from now()) - avg(timestamp))::float8 / 86400 as age from attributes`,
  );
  await post(instance, '/decayingModel/add', {
    name: 'Bench',
    parameters: {
      lifetime: Math.ceil((rows[0]?.age ?? 100) * 1.5),
      decay_speed: 1,
      threshold: 20,
      default_base_score: 80,
      base_score_config: { 'bench:tag': 1 },
    },
    attribute_types: ['domain', 'ip-dst', 'url', 'sha256', 'filename|md5'],
    enabled: 1,
    all_orgs: 1,
  });
}

/** Reads an answer as it comes; returns rows a second and how much the server grew meanwhile. */
async function drain(instance: BenchInstance, parameters: Record<string, unknown>) {
  const before = (await instance.memory()).now;
  let highest = before;
  const watch = setInterval(async () => {
    highest = Math.max(highest, (await instance.memory()).now);
  }, 200);
  const started = performance.now();
  const answer = await fetch(`${instance.url}/attributes/restSearch`, {
    method: 'POST',
    headers: {
      authorization: instance.key,
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
    },
    body: JSON.stringify(parameters),
  });
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}: ${await answer.text()}`);
  const mark = '"object_relation":';
  let rows = 0;
  let rest = '';
  for await (const chunk of answer.body) {
    const parts = (rest + Buffer.from(chunk).toString('latin1')).split(mark);
    rows += parts.length - 1;
    // A mark may fall between two chunks.
    rest = (parts.at(-1) ?? '').slice(1 - mark.length);
  }
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  return { rows, aSecond: attributes / seconds, growth: highest - before };
}

const isSeeded = options.keep !== undefined && existsSync(join(options.keep, 'postgres'));
const instance = await startInstance(options.keep);
const client = new pg.Client(instance.connection);
await client.connect();
try {
  if (!isSeeded) {
    await seedAttributes(instance.connection, attributes);
    await seedScores(instance, client);
  }
  await drain(instance, { includeSightings: 1, limit: 20_000 });
  const plain = await drain(instance, { includeSightings: 1, includeEventTags: 1 });
  const scored = await drain(instance, { includeDecayScore: 1 });
  const kept = await drain(instance, { excludeDecayed: 1 });
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  for (const [name, { rows, aSecond, growth }] of Object.entries({ plain, scored, kept })) {
    console.log(
      `${name}: ${rows} rows of ${attributes}, ${aSecond.toFixed(0)} attributes/s, grew by ${megabytes(growth)}` +
        (name === 'plain' ? '' : ` (bar: ${megabytes(BARS.growthBytes)})`),
    );
  }
  const share = Math.min(scored.aSecond, kept.aSecond) / plain.aSecond;
  console.log(`share of the baseline: ${(share * 100).toFixed(0)} % (bar: ${BARS.shareOfBaseline * 100} %)`);
} finally {
  await client.end();
  await instance.stop();
}
