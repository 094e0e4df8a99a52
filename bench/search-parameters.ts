/**
 * Every search parameter and list filter among 5,000,000 attributes, one after the other, as a site administrator and
 * as a user of another organisation: what takes long stands out.
 *
 *   node bench/search-parameters.ts
 *   options: --attributes N --keep FOLDER (data folder to make or use again) --only TEXT (of path and body)
 *            --over MS (only what took longer is printed) --rounds N
 *
 * Totals that were counted are not taken again from memory: before each request the log of changes grows by a row, as it
 * does on an instance that is written to.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { median } from './lib/random.ts';
import { type SearchCase, searchCases } from './search-parameter-cases.ts';
import { seedAttributes } from './seed.ts';

/** What a search may take. */
const BAR_MS = 400;
const GIVE_UP_MS = 60_000;
const RECENT_SIGHTING = 1_760_000_000;

const { values: options } = parseArgs({
  options: {
    attributes: { type: 'string', default: '5000000' },
    keep: { type: 'string' },
    only: { type: 'string', default: '' },
    over: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '3' },
  },
});
const isKept = options.keep !== undefined && existsSync(join(options.keep, 'postgres'));
const instance = await startInstance(options.keep);
const client = new pg.Client(instance.connection);
await client.connect();
try {
  if (!isKept) await seedAttributes(instance.connection, Number(options.attributes));
  await seedParts(client);
  const keys = { admin: instance.key, reader: await makeReader(instance, client) };
  let slow = 0;
  let asked = 0;
  for (const one of searchCases) {
    const title = `${one.path} ${one.body ? JSON.stringify(one.body) : ''}`;
    if (!title.includes(options.only)) continue;
    const admin = await measure(one, keys.admin);
    const reader = await measure(one, keys.reader);
    asked += 1;
    const worst = Math.max(admin.ms, reader.ms);
    if (worst > BAR_MS) slow += 1;
    if (worst < Number(options.over)) continue;
    console.log(
      [
        admin.ms.toFixed(0).padStart(6),
        reader.ms.toFixed(0).padStart(6),
        admin.told.padStart(9),
        reader.told.padStart(9),
        title,
      ].join(' '),
    );
  }
  console.log(`${asked} searches, ${slow} over ${BAR_MS} ms`);
} finally {
  await client.end();
  await instance.stop();
}

/** Median of the rounds after one that does not count; and the status, or the total that was told. */
async function measure({ path, body }: SearchCase, key: string): Promise<{ ms: number; told: string }> {
  const times: number[] = [];
  let told = '';
  for (let round = 0; round <= Number(options.rounds); round += 1) {
    await client.query(`insert into changes (model, action, title) values ('Bench', 'edit', 'one more')`);
    const started = performance.now();
    const answer = await fetch(instance.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: key, 'content-type': 'application/json', accept: 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    }).catch(() => null);
    await answer?.text();
    const ms = performance.now() - started;
    if (round > 0 || ms > 10_000) times.push(ms);
    if (answer === null) return { ms, told: 'given up' };
    told = answer.ok ? (answer.headers.get('x-result-count') ?? '') : `(${answer.status})`;
    // One look is enough at what is far off.
    if (ms > 10_000) break;
  }
  return { ms: median(times), told };
}

/** A user of an organisation of the seed, who sees four fifths of it, and his key. */
async function makeReader({ url, key }: BenchInstance, database: pg.Client): Promise<string> {
  const send = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization: key, 'content-type': 'application/json', accept: 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const find = () => database.query<{ id: string }>(`select id from users where email = 'searcher@bench.test'`);
  if ((await find()).rows.length === 0) {
    const { rows } = await database.query<{ id: string }>(`select id from organisations where name = 'Bench 1'`);
    const [role] = (
      await database.query<{ id: string }>(
        `select id from roles where 'perm_audit' = any (flags) and not 'perm_site_admin' = any (flags) order by id limit 1`,
      )
    ).rows;
    await send('/admin/users/add', { email: 'searcher@bench.test', org_id: rows[0]?.id, role_id: role?.id ?? 3 });
  }
  const made = (await send(`/auth_keys/add/${(await find()).rows[0]?.id}`, {})) as { AuthKey: { authkey_raw: string } };
  return made.AuthKey.authkey_raw;
}

/** Objects around every tenth attribute, sightings, event reports, proposals, notes and a log, once. */
async function seedParts(database: pg.Client): Promise<void> {
  const { rows } = await database.query('select from objects limit 1');
  if (rows.length > 0) return;
  const events = 'select max(id) from events';
  const statements = [
    `insert into objects (uuid, event_id, name, meta_category, template_uuid, timestamp, distribution, audience_id, first_seen)
     select gen_random_uuid(), e.id, case n % 50 when 0 then 'domain-ip' else 'file' end, 'file',
       case n % 50 when 0 then '43b3b146-77eb-4931-b4cc-b66c60f28734' else '688c46fb-5edb-40a3-8273-1af7923e2215' end,
       e.timestamp, 5, e.audience_id, case n % 10 when 0 then 1700000000000000 + n end
     from events e, generate_series(1, 12) n order by e.id`,
    `update attributes a set object_id = o.id, object_relation = case when a.type = 'filename|md5' then 'filename' else a.type end,
       first_seen = case when a.id % 25 = 2 then 1700000000000000 + a.id end,
       last_seen = case when a.id % 25 = 2 then 1710000000000000 + a.id end
     from (select id, event_id, row_number() over (partition by event_id order by id) as n from objects) o
     where a.event_id = o.event_id and (a.id % 250) between 2 * o.n and 2 * o.n + 1`,
    `update attributes set deleted = true, correlates = 0 where id % 5000 = 77`,
    `insert into sightings (uuid, attribute_id, event_id, org_id, date_sighting, type, source, audience_id, event_owner_id)
     select gen_random_uuid(), a.id, a.event_id, 2 + n % 20, ${RECENT_SIGHTING} - n, case n % 50 when 0 then 1 else 0 end,
       case n % 1000 when 0 then 'honeypot' else '' end, a.audience_id, e.org_id
     from (select n, 1 + n * 7 as id from generate_series(1, 500000) n) n join attributes a using (id)
       join events e on e.id = a.event_id`,
    `insert into event_reports (uuid, event_id, name, content, timestamp, distribution, audience_id)
     select gen_random_uuid(), e.id, 'Report ' || e.id, 'text', e.timestamp, 5, e.audience_id from events e`,
    `insert into proposals (uuid, event_id, attribute_id, category, type, value1, org_id, timestamp, audience_id)
     select gen_random_uuid(), a.event_id, a.id, 'Other', 'text', md5(n::text), 2 + n % 20, 1700000000 + n, a.audience_id
     from (select n, 1 + n * 11 as id from generate_series(1, 20000) n) n join attributes a using (id)`,
    `insert into analyst_data (uuid, kind, object_uuid, object_type, org_id, orgc_id, created, modified, distribution, note, audience_id)
     select gen_random_uuid(), 'Note', e.uuid, 'Event', e.orgc_id, e.orgc_id, now(), now(), 3, 'text', e.audience_id from events e`,
    `insert into changes (at, user_id, org_id, model, model_id, event_id, action, title)
     select timestamptz '2025-01-01' + n * interval '10 seconds', 1, 2 + n % 20, 'MispAttribute', n, 1 + n % (${events}),
       'edit', 'text' from generate_series(1, 1000000) n`,
  ];
  await database.query(`set session_replication_role = replica; set work_mem = '256MB'`);
  for (const statement of statements) await database.query(statement);
  await database.query(`set session_replication_role = origin`);
  await database.query(
    `truncate event_attribute_counts; insert into event_attribute_counts (event_id, audience_id, type, category, to_ids, live)
     select event_id, audience_id, type, category, to_ids, count(*) from attributes where not deleted group by 1, 2, 3, 4, 5;
     truncate attribute_uses; insert into attribute_uses
     select type, category, audience_id, count(*) from attributes where not deleted group by 1, 2, 3;
     truncate attribute_blocks; insert into attribute_blocks
     select id >> 12, audience_id, type, category, to_ids, count(*) from attributes where not deleted group by 1, 2, 3, 4, 5`,
  );
  for (const table of [
    'attributes',
    'objects',
    'sightings',
    'event_reports',
    'proposals',
    'analyst_data',
    'changes',
    'event_attribute_counts',
  ])
    await database.query(`vacuum (analyze) ${table}`);
}
