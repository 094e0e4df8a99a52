import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { type ApiClient, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { expect } from 'vitest';

/** The events that the tests' MISP feed has. */
export const EVENT = 'aaaaaaaa-0000-4000-8000-000000000001';

/** The uuid of an event that is not the feed's first. */
export const OTHER = 'aaaaaaaa-0000-4000-8000-000000000002';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A Magpie and a web server that feeds are read from. */
export interface FeedWorld {
  readonly magpie: TestMagpie;
  /** Address of the web server, without a slash at the end. */
  readonly base: string;
  /** A user of the first organisation, with role 3. */
  readonly user: ApiClient;
  /** What the web server has, by path. */
  readonly files: Map<string, string | Uint8Array>;
  /** The headers of each request to the web server. */
  readonly heard: Record<string, string | string[] | undefined>[];
  /** Adds a feed, switched on and cached unless said otherwise, and gives its id. */
  addFeed(fields: Record<string, unknown>): Promise<string>;
  /** Writes a MISP feed of these events below `/misp`. */
  publishMispFeed(events: Record<string, Record<string, unknown>>): void;
  /** Posts as administrator and waits until the work it started is done. */
  run(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** One event as a MISP feed has it. */
function eventFile(uuid: string, fields: Record<string, unknown> = {}) {
  return {
    Event: {
      uuid,
      info: 'From a feed',
      date: '2026-01-02',
      analysis: '2',
      threat_level_id: '3',
      timestamp: '1700000000',
      published: false,
      Orgc: { name: 'Publisher', uuid: 'bbbbbbbb-0000-4000-8000-000000000001' },
      Tag: [{ name: 'tlp:white' }],
      Attribute: [
        {
          uuid: uuid.replace('aaaaaaaa', 'cccccccc'),
          type: 'domain',
          category: 'Network activity',
          value: 'Feed.test',
          to_ids: true,
        },
      ],
      ...fields,
    },
  };
}

/** Starts both. Stop it after the tests. */
export async function startFeedWorld(): Promise<FeedWorld> {
  const magpie = await startTestMagpie();
  const files: FeedWorld['files'] = new Map();
  const heard: FeedWorld['heard'] = [];
  const source = createServer((request, response) => {
    heard.push(request.headers);
    const body = files.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  const address = source.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const user = magpie.client((await makeUser(magpie.admin, { role_id: '3' })).key);

  async function addFeed(fields: Record<string, unknown>): Promise<string> {
    const { status, body } = await magpie.admin.post('/feeds/add', {
      name: 'Feed',
      provider: 'test',
      enabled: true,
      caching_enabled: true,
      ...fields,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    return String(member(body, 'Feed', 'id'));
  }

  function publishMispFeed(events: Record<string, Record<string, unknown>>): void {
    const manifest = Object.fromEntries(
      Object.entries(events).map(([uuid, fields]) => {
        const { Event } = eventFile(uuid, fields);
        files.set(`/misp/${uuid}.json`, JSON.stringify({ Event }));
        return [uuid, { Orgc: Event.Orgc, Tag: Event.Tag, info: Event.info, timestamp: Event.timestamp }];
      }),
    );
    files.set('/misp/manifest.json', JSON.stringify(manifest));
    files.set(
      '/misp/hashes.csv',
      Object.keys(events)
        .map((uuid) => `${md5('feed.test')},${uuid}\n`)
        .join(''),
    );
  }

  async function run(path: string): Promise<unknown> {
    const answer = await magpie.admin.post(path, {});
    expect(answer.status).toBe(200);
    await magpie.magpie.jobs.settled();
    return answer.body;
  }

  return {
    magpie,
    base,
    user,
    files,
    heard,
    addFeed,
    publishMispFeed,
    run,
    async stop() {
      await magpie.stop();
      source.closeAllConnections();
      await new Promise((resolve) => source.close(resolve));
    },
  };
}
