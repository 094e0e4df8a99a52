import { type MailSink, startMailSink } from '@magpie/server/mail/testing/mail-sink';
import { member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hide } from './unseen-secrets.ts';
import { makeUnseenWorld, SECRET, type UnseenWorld } from './unseen-world.ts';

/** What is hidden may show elsewhere than in the text of an answer: in tags of answers, mails, previews, counts. */
let sink: MailSink;
let magpie: TestMagpie;
let world: UnseenWorld;
let userMail: string;
let before: ReadonlyMap<string, Tagged>;
let mailBefore: string;

/** An answer with the tag by which it is known again. */
interface Tagged {
  readonly tag: string;
  readonly text: string;
}

interface Asking {
  readonly path: string;
  readonly body?: unknown;
}

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  world = await makeUnseenWorld(magpie);
  const { names } = world;
  const edited = await magpie.admin.post(`/admin/users/edit/${names.user}`, { autoalert: true });
  userMail = String(member(edited.body, 'User', 'email'));
  mailBefore = await alertMail();
  // The alert published the event anew: this is what the readers see from now on.
  const event = member((await world.keeper.get(`/events/view/${names.event}`)).body, 'Event');
  const stamps = {
    timestamp: Number(member(event, 'timestamp')),
    published: Number(member(event, 'publish_timestamp')),
  };
  world = { ...world, stamps };
  const shownCluster = await world.keeper.get(`/galaxy_clusters/view/${names.cluster}`);
  const version = String(member(shownCluster.body, 'GalaxyCluster', 'version'));
  const answers = new Map<string, Tagged>();
  for (const asking of tagged()) answers.set(JSON.stringify(asking), await answerTo(asking));
  before = answers;
  await hide(world);
  // What its owner relates a cluster to makes a new version of it: that much is for all who see it.
  await magpie.magpie.database.asSystem('version of the seen cluster', (tx) =>
    tx.execute('update galaxy_clusters set version = $2 where id = $1', [Number(names.cluster), version]),
  );
}, 400_000);
afterAll(async () => {
  await magpie?.stop();
  await sink?.stop();
});

const userKey = () => world.askers.user ?? '';

/** The text of the mail that the user gets when the seen event is alerted of. */
async function alertMail(): Promise<string> {
  sink.clear();
  await world.keeper.post(`/events/alert/${world.names.event}`);
  await magpie.magpie.jobs.settled();
  const mail = sink.mails.find(({ to }) => to.includes(userMail));
  return `${mail?.subject} ${mail?.text}`;
}

function tagged(): Asking[] {
  const { event, own, eventUuid, galaxy, cluster } = world.names;
  const view = `/events/view/${eventUuid}/deleted[]:0/deleted[]:1/excludeGalaxy:1`;
  const paths = [
    ...['/events/index', `/events/view/${event}`, `/events/view/${own}`, view, '/tags/index', '/event_reports/index'],
    ...['/shadow_attributes/index/all:1', '/analyst_data/index/Note', '/sharing_groups/index', '/feed/manifest.json'],
    ...[`/galaxies/view/${galaxy}`, `/galaxy_clusters/view/${cluster}`, `/sightings/index/${event}`],
  ];
  return [
    ...paths.map((path) => ({ path })),
    { path: '/events/index', body: { minimal: 1, published: 1 } },
    { path: '/events/restSearch', body: { returnFormat: 'json' } },
    { path: '/attributes/restSearch', body: { returnFormat: 'json', includeCorrelations: 1 } },
  ];
}

function ask(key: string, { path, body }: Asking, tag: string): Promise<Response> {
  const headers = { authorization: key, accept: 'application/json', 'content-type': 'application/json' };
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(magpie.url + path, { headers: { ...headers, 'if-none-match': tag }, ...post });
}

async function answerTo(asking: Asking): Promise<Tagged> {
  const answer = await ask(userKey(), asking, '"none"');
  return { text: await answer.text(), tag: `${answer.headers.get('etag')}` };
}

describe('tags of answers', () => {
  it('stay the same when others hide things, and never spare one reader what another has', async () => {
    const wrong: string[] = [];
    for (const asking of tagged()) {
      const name = JSON.stringify(asking);
      const { tag, text } = before.get(name) ?? { tag: '', text: '' };
      const [reader, keeper] = [await ask(userKey(), asking, tag), await ask(world.keeperKey, asking, tag)];
      const now = await reader.text();
      await keeper.arrayBuffer();
      if (reader.status !== 304) wrong.push(`${name}: ${difference(text, now)}`);
      if (keeper.status !== 200) wrong.push(`${name}: the keeper is answered ${keeper.status}`);
    }
    expect(wrong).toEqual([]);
  });
});

function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return `${one.slice(Math.max(0, at - 90), at + 60)} became ${other.slice(Math.max(0, at - 20), at + 60)}`;
}

describe('mails about a published event', () => {
  it('say to those who see less what they said before', async () => {
    expect(mailBefore).toContain('common[.]example');
    const mail = await alertMail();
    expect(mail).not.toContain(SECRET);
    expect(mail).toBe(mailBefore);
  });
});

describe('the preview of a file', () => {
  const preview = async (content: unknown) => {
    const headers = { authorization: userKey(), accept: 'application/json' };
    const body = JSON.stringify(content);
    const answer = await fetch(`${magpie.url}/ui/import-upload?name=a.json`, { method: 'POST', headers, body });
    return { status: answer.status, text: (await answer.text()).replaceAll(/"upload":\s*"[^"]*"/g, '') };
  };

  it('tells of hidden uuids what it tells of those that nobody has', async () => {
    const hidden = await hiddenUuids();
    const unknown = { event: crypto.randomUUID(), attribute: crypto.randomUUID(), cluster: crypto.randomUUID() };
    const plain = (text: string, uuids: typeof hidden) =>
      Object.entries(uuids).reduce((left, [name, uuid]) => left.replaceAll(uuid, name), text);
    const misp = ({ event, attribute, cluster }: typeof hidden) => ({
      Event: {
        ...{ uuid: event, info: 'mine', date: '2024-05-06', Tag: [{ name: `misp-galaxy:seen="${cluster}"` }] },
        Attribute: [{ uuid: attribute, type: 'domain', value: 'mine.example.org' }],
      },
    });
    const stix = ({ event, attribute, cluster }: typeof hidden) => ({
      type: 'bundle',
      id: `bundle--${event}`,
      objects: [
        {
          ...{ type: 'indicator', spec_version: '2.1', id: `indicator--${attribute}`, pattern_type: 'stix' },
          ...{ created: '2024-05-06T00:00:00Z', modified: '2024-05-06T00:00:00Z', valid_from: '2024-05-06T00:00:00Z' },
          pattern: "[domain-name:value = 'mine.example.org']",
        },
        {
          ...{ type: 'malware', spec_version: '2.1', id: `malware--${cluster}`, name: `${SECRET} cluster` },
          ...{ created: '2024-05-06T00:00:00Z', modified: '2024-05-06T00:00:00Z', is_family: false },
        },
      ],
    });
    for (const make of [misp, stix]) {
      const [of, ofUnknown] = [await preview(make(hidden)), await preview(make(unknown))];
      expect(of.status).toBe(200);
      expect(plain(of.text, hidden)).toBe(plain(ofUnknown.text, unknown));
    }
  });
});

/** Of the keeper's own event, an attribute in it, and a cluster. */
async function hiddenUuids() {
  const one = async (sql: string) => {
    const row = await magpie.magpie.database.asSystem('a hidden element', (tx) => tx.first<{ uuid: string }>(sql));
    return String(row?.uuid);
  };
  return {
    event: await one(`select uuid from events where info like '${SECRET}%' order by id limit 1`),
    attribute: await one(`select uuid from attributes where value1 like '${SECRET}%' order by id limit 1`),
    cluster: await one(`select uuid from galaxy_clusters where value like '${SECRET}%' order by id limit 1`),
  };
}

describe('sightings', () => {
  const set = (name: string, value: unknown) =>
    magpie.admin.post(`/servers/serverSettingsEdit/Plugin.Sightings_${name}`, { value });

  it.each([0, 1, 2, 3])('of what is hidden show under no policy: %i', async (policy) => {
    await set('policy', policy);
    const { hidden, seen } = await keeperSightings();
    expect(hidden.length).toBeGreaterThan(1);
    for (const key of [userKey(), world.askers.sync ?? '']) {
      const answers = await sightingAnswers(key);
      expect(hidden.filter((uuid) => answers.includes(uuid))).toEqual([]);
      expect(answers.includes(seen)).toBe(policy === 1 || policy === 2);
    }
    await set('policy', 0);
  });

  it('that are told without their organisation name it nowhere', async () => {
    await set('policy', 2);
    await set('anonymise', true);
    const { hidden, seen } = await keeperSightings();
    const answers = await sightingAnswers(userKey());
    expect(answers).toContain(seen);
    expect(hidden.filter((uuid) => answers.includes(uuid))).toEqual([]);
    expect(answers).not.toContain(world.keeperOrganisation.uuid);
    await set('anonymise', false);
    await set('policy', 0);
  });
});

/** Uuids of sightings by the keeper, of what the readers do not see and of the one attribute that they see. */
async function keeperSightings(): Promise<{ hidden: string[]; seen: string }> {
  const rows = await magpie.magpie.database.asSystem('sightings of the keeper', (tx) =>
    tx.query<{ uuid: string; attribute_id: number }>('select uuid, attribute_id from sightings where source = $1', [
      SECRET,
    ]),
  );
  const isSeen = ({ attribute_id }: { attribute_id: number }) => String(attribute_id) === world.names.attribute;
  return {
    hidden: rows.filter((row) => !isSeen(row)).map(({ uuid }) => uuid),
    seen: String(rows.find(isSeen)?.uuid),
  };
}

/** What every operation about sightings alone tells. */
async function sightingAnswers(key: string): Promise<string> {
  const client = magpie.client(key);
  const { event, attribute } = world.names;
  const answers = await Promise.all([
    client.get('/sightings/index'),
    client.get(`/sightings/index/${event}`),
    client.post('/sightings/listSightings', { context: 'event', id: event }),
    client.post('/sightings/listSightings', { context: 'attribute', id: attribute }),
    client.post('/sightings/restSearch', { last: '1d' }),
    client.post('/sightings/restSearch/event', { id: Number(event) }),
    client.post('/sightings/restSearch/attribute', { id: Number(attribute), includeAttribute: 1 }),
  ]);
  return JSON.stringify(answers.map(({ body }) => body));
}
