/**
 * POST /events/add against the bare batched insert of the same rows into the same indexed tables.
 *
 *   node bench/event-write.ts            10,000 attributes: time; 100,000: memory of the process
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { correlationMode, valueDigest } from '../packages/server/src/features/intelligence/attributes/value-digest.ts';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { median, randomHex, seededRandom } from './lib/random.ts';

/** A server that has just started compiles its code while it answers; a running one has done so. */
const WARM_UP = 15;
const ROUNDS = 15;
const BATCH = 5000;

interface BenchAttribute {
  type: string;
  category: string;
  value: string;
  comment: string;
}

function makeAttributes(count: number, seed: number): BenchAttribute[] {
  const random = seededRandom(seed);
  const makers = [
    () => ({ type: 'sha256', category: 'Payload delivery', value: randomHex(random, 64) }),
    () => ({ type: 'domain', category: 'Network activity', value: `${randomHex(random, 12)}.example.com` }),
    () => ({
      type: 'ip-dst',
      category: 'Network activity',
      value: [1, 2, 3, 4].map(() => 1 + Math.floor(random() * 254)).join('.'),
    }),
    () => ({
      type: 'url',
      category: 'Network activity',
      value: `https://${randomHex(random, 10)}.example.org/${randomHex(random, 8)}`,
    }),
  ];
  return Array.from({ length: count }, (_, index) => {
    const make = makers[index % makers.length];
    if (!make) throw new Error('no maker');
    return { ...make(), comment: index % 3 === 0 ? 'seen in a campaign' : '' };
  });
}

async function addEvent(instance: BenchInstance, attributes: readonly BenchAttribute[]): Promise<number> {
  const body = JSON.stringify({ Event: { info: `bench ${randomUUID()}`, distribution: 1, Attribute: attributes } });
  const started = performance.now();
  const answer = await fetch(`${instance.url}/events/add`, {
    method: 'POST',
    headers: {
      authorization: instance.key,
      'content-type': 'application/json',
      accept: 'application/json',
      // The baseline does not compress either.
      'accept-encoding': 'identity',
    },
    body,
  });
  const text = await answer.text();
  const took = performance.now() - started;
  const count = JSON.parse(text).Event?.attribute_count;
  if (answer.status !== 200 || Number(count) !== attributes.length)
    throw new Error(`${answer.status}: ${text.slice(0, 300)}`);
  return took;
}

/** The same rows by one prepared statement in batches of 5,000, in one transaction. */
async function bareInsert(client: pg.Client, attributes: readonly BenchAttribute[]): Promise<number> {
  const started = performance.now();
  await client.query('begin');
  const event = await client.query(
    `insert into events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, timestamp, audience_id)
     values ($1, 1, 1, 1, 'bare', '2024-01-01', 4, 0, 1, 1700000000, 0) returning id`,
    [randomUUID()],
  );
  for (let start = 0; start < attributes.length; start += BATCH) {
    const batch = attributes.slice(start, start + BATCH);
    await client.query({
      name: 'bare',
      text: `insert into attributes (uuid, event_id, category, type, value1, to_ids, timestamp, distribution, comment, audience_id, h1, correlates)
        select uuid, $1, category, type, value1, true, 1700000000, 5, comment, 0, h1, correlates
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::smallint[])
          as i (uuid, category, type, value1, comment, h1, correlates) returning id`,
      values: [
        event.rows[0].id,
        batch.map(() => randomUUID()),
        batch.map((attribute) => attribute.category),
        batch.map((attribute) => attribute.type),
        batch.map((attribute) => attribute.value),
        batch.map((attribute) => attribute.comment),
        batch.map((attribute) => valueDigest(attribute.value)),
        batch.map((attribute) =>
          correlationMode({
            type: attribute.type,
            value2: '',
            deleted: false,
            disableCorrelation: false,
            eventDisablesCorrelation: false,
          }),
        ),
      ],
    });
  }
  await client.query('commit');
  return performance.now() - started;
}

async function compareTimes(instance: BenchInstance): Promise<void> {
  const client = new pg.Client(instance.connection);
  await client.connect();
  const magpie: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const bareTook = await bareInsert(client, makeAttributes(10_000, 2 * round));
    const took = await addEvent(instance, makeAttributes(10_000, 2 * round + 1));
    if (round < WARM_UP) continue;
    bare.push(bareTook);
    magpie.push(took);
  }
  await client.end();
  const ratio = median(magpie) / median(bare);
  console.log(`events/add, 10,000 attributes: ${median(magpie).toFixed(0)} ms (median of ${ROUNDS})`);
  console.log(`bare batched insert:           ${median(bare).toFixed(0)} ms; ratio ${ratio.toFixed(2)} (bar: 2)`);
}

async function measureMemory(): Promise<void> {
  const instance = await startInstance();
  try {
    const idle = await instance.memory();
    const took = await addEvent(instance, makeAttributes(100_000, 99));
    const { peak } = await instance.memory();
    const mega = (bytes: number) => (bytes / 1e6).toFixed(0);
    console.log(
      `events/add, 100,000 attributes: ${(took / 1000).toFixed(1)} s, peak ${mega(peak)} MB (idle ${mega(idle.now)} MB; bar: 512 MB)`,
    );
  } finally {
    await instance.stop();
  }
}

const instance = await startInstance();
try {
  await compareTimes(instance);
} finally {
  await instance.stop();
}
await measureMemory();
