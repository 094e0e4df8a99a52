/**
 * POST /events/add of 10,000 attributes with correlation on against off, among the attributes of bench/correlation.ts.
 *
 *   node bench/correlation-ingest.ts
 *   options: --attributes N (all else in proportion), --keep FOLDER (made by bench/correlation.ts; a copy of it is used)
 *
 * Off is the setting switched off, and the indexes that nothing else uses dropped. On and off take turns, twice each,
 * since the machine's own speed drifts.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { CORRELATION_INDEXES, readIntoMemory } from './lib/correlation-indexes.ts';
import { correlationWorld } from './lib/correlation-world.ts';
import { startInstance } from './lib/instance.ts';
import { median } from './lib/random.ts';
import { seedAttributes } from './seed.ts';

const { values: options } = parseArgs({ options: { attributes: { type: 'string' }, keep: { type: 'string' } } });
const attributes = Number(options.attributes ?? 5_000_000);
const world = correlationWorld(attributes);
const ADDED = 10_000;
const ROUNDS = 10;
const OWN_INDEXES = CORRELATION_INDEXES.filter((name) => name !== 'attributes_h1' && name !== 'attributes_h2');

const copy = options.keep === undefined ? undefined : await copyOf(options.keep);
const instance = await startInstance(copy);
const client = new pg.Client(instance.connection);
try {
  if (copy === undefined) await seedAttributes(instance.connection, attributes, world);
  await client.connect();
  await readIntoMemory(client);
  await measure();
} finally {
  await client.end();
  await instance.stop();
  if (copy !== undefined) await rm(copy, { recursive: true, force: true });
}

/** A copy beside the folder, with its owners: PostgreSQL refuses files of others. */
async function copyOf(folder: string): Promise<string> {
  if (!existsSync(folder)) throw new Error(`${folder}: make it by bench/correlation.ts --keep first`);
  const target = await mkdtemp(join(dirname(folder), 'magpie-bench-copy-'));
  await promisify(execFile)('cp', ['--archive', '--reflink=auto', `${folder}/.`, target]);
  return target;
}

async function measure(): Promise<void> {
  const { rows } = await client.query<{ indexdef: string }>(
    'select indexdef from pg_indexes where indexname = any ($1)',
    [OWN_INDEXES],
  );
  await client.query(`set maintenance_work_mem = '1GB'`);
  const on: number[] = [];
  const off: number[] = [];
  for (const salt of [1, 2]) {
    on.push(...(await addEvents(salt)));
    await switchOff(true);
    for (const name of OWN_INDEXES) await client.query(`drop index ${name}`);
    off.push(...(await addEvents(salt + 2)));
    for (const { indexdef } of rows) await client.query(indexdef);
    await client.query('vacuum (analyze) attributes');
    await switchOff(false);
  }
  const ratio = median(on) / median(off);
  console.log(
    `events/add of ${ADDED} attributes among ${attributes}: on ${median(on).toFixed(0)} ms, off ${median(off).toFixed(0)} ms, ratio ${ratio.toFixed(2)} (bar: 1.3)`,
  );
}

function switchOff(value: boolean): Promise<number> {
  return post('/servers/serverSettingsEdit/MISP.completely_disable_correlation', { value, force: 1 });
}

/** Milliseconds of each round; the first one warms up and is not counted. */
async function addEvents(salt: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ms = await post('/events/add', {
      Event: { info: `bench ${salt} ${round}`, distribution: 3, Attribute: makeAttributes(salt, round) },
    });
    if (round > 0) times.push(ms);
  }
  return times;
}

function makeAttributes(salt: number, round: number): unknown[] {
  const seen = new Set<string>();
  return Array.from({ length: ADDED }, (_, index) => world.value(salt * 1_000_000_007 + round * ADDED + index)).flatMap(
    ({ type, category, value1, value2 }) => {
      const value = value2 === '' ? value1 : `${value1}|${value2}`;
      if (seen.has(`${type} ${value}`)) return [];
      seen.add(`${type} ${value}`);
      return [{ type, category, value }];
    },
  );
}

/** Milliseconds from request to the whole answer. */
async function post(path: string, body: unknown): Promise<number> {
  const started = performance.now();
  const answer = await fetch(instance.url + path, {
    method: 'POST',
    headers: { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const ms = performance.now() - started;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  return ms;
}
