import { type ApiClient, makeEvent, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { explainEverything, type PlanRecorder, recordPlans } from './plan-recorder.ts';

/** Tables that grow with the data: no request may read one from beginning to end. */
export const largeTables: ReadonlySet<string> = new Set([
  'events',
  'attributes',
  'objects',
  'object_references',
  'event_reports',
  'attribute_tags',
  'event_tags',
  'event_attribute_counts',
  'attachments',
  'proposals',
  'sightings',
  'analyst_data',
  'changes',
  'changes_rest',
]);

/** An instance with enough in it that PostgreSQL would not read whole tables unless it had to. */
export interface LargeWorld {
  readonly magpie: TestMagpie;
  /** Of the seed's first organisation, which sees four fifths of the events and some of its own. */
  readonly user: ApiClient;
  readonly recorder: PlanRecorder;
  /** EVENT and ATTRIBUTE: uuids of event 4 and attribute 801; OWN and OWNATTRIBUTE: ids of an event of the user. */
  readonly names: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** The benchmarks' seed; it is no part of this package, so it is found when it is run. */
const seed: { seedAttributes(url: string, attributes: number): Promise<void> } = await import(
  new URL('../../../../../../bench/seed.ts', import.meta.url).href
);

const ATTRIBUTES = 100_000;
const BARE_EVENTS = 40_000;

/** Starts the instance; it takes a while. */
export async function makeLargeWorld(): Promise<LargeWorld> {
  const recorder = recordPlans();
  const magpie = await startTestMagpie();
  await seed.seedAttributes(magpie.databaseUrl, ATTRIBUTES);
  await seedTheRest(magpie);
  const user = await makeUser(magpie.admin, { org_id: '2', role_id: '3' });
  const own = await makeEvent(magpie.client(user.key), { Attribute: [{ type: 'domain', value: 'own.example' }] });
  await explainEverything(magpie.databaseUrl);
  const uuids = await whenReconnected(() =>
    magpie.magpie.database.asSystem('uuids of the test', (tx) =>
      tx.first<{ event: string; attribute: string }>(
        `select (select uuid from events where id = 4) as event, (select uuid from attributes where id = 801) as attribute`,
      ),
    ),
  );
  return {
    magpie,
    user: magpie.client(user.key),
    recorder,
    names: {
      EVENT: uuids?.event ?? '',
      ATTRIBUTE: uuids?.attribute ?? '',
      OWN: own.id,
      OWNATTRIBUTE: String(member(own.body, 'Event', 'Attribute', 0, 'id')),
    },
    async stop() {
      recorder.stop();
      await magpie.stop();
    },
  };
}

/** The pool may hand out connections of which it has not noticed yet that they were ended. */
async function whenReconnected<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resume) => setTimeout(resume, 50));
    }
  }
}

async function seedTheRest({ magpie }: TestMagpie): Promise<void> {
  await magpie.database.asSystem('rows of the test', async (tx) => {
    const events = (await tx.first<{ n: number }>('select max(id) as n from events'))?.n ?? 0;
    await tx.execute(
      `insert into events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution,
         published, timestamp, publish_timestamp, audience_id)
       select gen_random_uuid(), 2 + n % 20, 2 + n % 20, 1, 'Bare event ' || md5(n::text), date '2015-01-01' + n % 3000,
         1 + n % 4, n % 3, 3, n % 2 = 0, 1500000000 + n, 1500000000 + n, 0
       from generate_series(1, $1::int) n`,
      [BARE_EVENTS],
    );
    const some = [events, ATTRIBUTES];
    await tx.execute(
      `insert into objects (uuid, event_id, name, meta_category, timestamp, distribution, audience_id)
       select gen_random_uuid(), 1 + n % $1, case when n % 50 = 0 then 'domain-ip' else 'file' end, 'file',
         1700000000 + n, 5, 0 from generate_series(1, 40000) n`,
      [events],
    );
    await tx.execute(
      `insert into event_reports (uuid, event_id, name, content, timestamp, distribution, audience_id)
       select gen_random_uuid(), 1 + n % $1, 'Report ' || n, 'text', 1700000000 + n, 5, 0
       from generate_series(1, 20000) n`,
      [events],
    );
    await tx.execute(
      `insert into sightings (uuid, attribute_id, event_id, org_id, date_sighting, audience_id)
       select gen_random_uuid(), a.id, a.event_id, 2 + n % 20, 1700000000 + n, 0
       from (select n, 1 + n * 7 % $2 as id from generate_series(1, 40000) n) n join attributes a using (id)
       where $1::bigint > 0`,
      some,
    );
    await tx.execute(
      `insert into proposals (uuid, event_id, attribute_id, category, type, value1, org_id, timestamp, audience_id)
       select gen_random_uuid(), a.event_id, a.id, 'Other', 'text', md5(n::text), 2 + n % 20, 1700000000 + n, 0
       from (select n, 1 + n * 11 % $2 as id from generate_series(1, 20000) n) n join attributes a using (id)
       where $1::bigint > 0`,
      some,
    );
    await tx.execute(
      `insert into object_references (uuid, event_id, object_id, source_uuid, referenced_uuid, relationship_type,
         timestamp, audience_id)
       select gen_random_uuid(), event_id, id, uuid, uuid, 'related-to', timestamp, audience_id from objects`,
    );
    await tx.execute(
      `insert into attachments (attribute_id, event_id, sha256, size, audience_id)
       select id, event_id, sha256(uuid::text::bytea), 10, audience_id from attributes where id % 5 = 1`,
    );
    // Of one organisation that is not the reader's: he sees none of them.
    await tx.execute(
      `insert into analyst_data (uuid, kind, object_uuid, object_type, org_id, orgc_id, created, modified, distribution,
         note, audience_id)
       select gen_random_uuid(), 'Note', gen_random_uuid(), 'Event', o.id, o.id, now(), now(), 0, 'text', a.id
       from organisations o join audiences a on a.org_id = o.id and a.kind = 'organisation', generate_series(1, 20000) n
       where o.name = 'Bench 9'`,
    );
    await tx.execute(
      `insert into changes (at, user_id, org_id, model, model_id, event_id, action, title)
       select timestamptz '2025-01-01' + n * interval '1 second', 1, 2 + n % 20, 'MispAttribute', n % $2, 1 + n % $1,
         'edit', 'text' from generate_series(1, 100000) n`,
      some,
    );
  });
  for (const table of largeTables) {
    if (table === 'changes') continue;
    await magpie.database.asSystem('statistics of the test', (tx) => tx.execute(`analyze ${table}`));
  }
}
