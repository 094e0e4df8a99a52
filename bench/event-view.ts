/**
 * GET /events/view of an event with 10,000 attributes, tags, objects and correlations, against reading its plain rows
 * plus the bare correlation query on one connection.
 *
 *   node bench/event-view.ts
 */
import pg from 'pg';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { median, randomHex, seededRandom } from './lib/random.ts';

const ROUNDS = 15;
const OTHER_EVENTS = 50;

const random = seededRandom(7);
const shared = Array.from({ length: 500 }, () => `${randomHex(random, 12)}.shared.example`);

function attribute(index: number) {
  const value = index % 20 === 0 ? shared[index % shared.length] : `${randomHex(random, 14)}.example.com`;
  const tags = index % 5 === 0 ? { Tag: [{ name: `bench:tag="${index % 40}"` }] } : {};
  return { type: 'domain', value, comment: index % 3 === 0 ? 'seen in a campaign' : '', ...tags };
}

/** 5,000 attributes of the event and 1,000 objects of five: 10,000 together. */
function bigEvent() {
  return {
    info: 'bench view',
    distribution: 1,
    Tag: [{ name: 'tlp:green' }],
    Attribute: Array.from({ length: 5000 }, (_, index) => attribute(index)),
    Object: Array.from({ length: 1000 }, (_, object) => ({
      name: 'domain-ip',
      'meta-category': 'network',
      distribution: 5,
      Attribute: Array.from({ length: 5 }, (_, index) => ({
        ...attribute(object * 5 + index),
        object_relation: 'domain',
      })),
    })),
  };
}

async function post(instance: BenchInstance, path: string, body: unknown): Promise<{ Event: { id: string } }> {
  const headers = { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' };
  const answer = await fetch(instance.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json() as Promise<{ Event: { id: string } }>;
}

async function view(instance: BenchInstance, id: string): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${instance.url}/events/view/${id}`, {
    headers: { authorization: instance.key, accept: 'application/json', 'accept-encoding': 'identity' },
  });
  await answer.arrayBuffer();
  return performance.now() - started;
}

const CORRELATION = `select distinct a.event_id from attributes own
  join attributes a on a.h1 = own.h1 and a.event_id <> own.event_id and a.correlates > 0
  where own.event_id = $1 and own.correlates > 0`;

async function readPlainly(client: pg.Client, id: string): Promise<number> {
  const started = performance.now();
  for (const table of [
    'events where id',
    'attributes where event_id',
    'objects where event_id',
    'event_tags where event_id',
    'attribute_tags where event_id',
  ]) {
    await client.query({ name: table, text: `select * from ${table} = $1`, values: [id] });
  }
  await client.query({ name: 'correlation', text: CORRELATION, values: [id] });
  return performance.now() - started;
}

const instance = await startInstance();
try {
  for (let event = 0; event < OTHER_EVENTS; event += 1) {
    await post(instance, '/events/add', {
      info: `other ${event}`,
      distribution: 1,
      Attribute: shared
        .filter((_, index) => index % OTHER_EVENTS === event || index % 25 === event % 25)
        .map((value) => ({ type: 'domain', value })),
    });
  }
  const { Event } = await post(instance, '/events/add', bigEvent());
  const client = new pg.Client(instance.connection);
  await client.connect();
  await client.query('vacuum analyze');
  const views: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(await readPlainly(client, Event.id));
    views.push(await view(instance, Event.id));
  }
  await client.end();
  const ratio = median(views) / median(plain);
  console.log(`events/view, 10,000 attributes: ${median(views).toFixed(0)} ms (median of ${ROUNDS}; bar: 250 ms)`);
  console.log(`plain rows and correlation:     ${median(plain).toFixed(0)} ms; ratio ${ratio.toFixed(2)} (bar: 4)`);
} finally {
  await instance.stop();
}
