import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeTag,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const TLSH = 'C0027C8CFE21225E78E51AC54CDB67BC05D03620BF6454224CBCA5128F298FEB5F756E';
const NEAR = 'C1027C8CFE21225E78E51AC54CDB67BC05D03620BF6454224CBCA5128F298FEB5F756E';

let magpie: TestMagpie;
let ann: ApiClient;
let stranger: ApiClient;
const events: Record<string, Made> = {};

beforeAll(async () => {
  magpie = await startTestMagpie();
  const user = () => magpie.user();
  [ann, stranger] = [await user(), await user()];
  const event = async (
    name: string,
    distribution: string,
    attributes: [type: string, value: string][],
    tags: string[] = [],
  ) => {
    events[name] = await makeEvent(ann, {
      info: name,
      distribution,
      Tag: tags.map((tag) => ({ name: tag })),
      Attribute: attributes.map(([type, value]) => ({ type, value })),
    });
  };
  await makeTag(magpie.admin, { name: 'seen:by="us"' });
  await event(
    'first',
    '3',
    [
      ['domain', 'mail.evil.co.uk'],
      ['ip-dst', '198.51.100.7'],
      ['md5', 'd41d8cd98f00b204e9800998ecf8427e'],
    ],
    ['seen:by="us"'],
  );
  await event(
    'second',
    '3',
    [
      ['ip-dst', '198.51.100.0/24'],
      ['domain', 'evil.co.uk'],
      ['md5', 'd41d8cd98f00b204e9800998ecf8427e'],
      ['domain', 'bridge.example'],
    ],
    ['seen:by="us"'],
  );
  await event('third', '3', [
    ['domain', 'bridge.example'],
    ['url', 'https://www.evil.co.uk/x'],
    ['tlsh', TLSH],
    ['ip-src', '198.51.100.200'],
  ]);
  await event('hidden', '0', [
    ['domain', 'bridge.example'],
    ['tlsh', NEAR],
    ['domain', 'other.evil.co.uk'],
    ['ip-src', '198.51.100.9'],
    ['domain', 'only-hidden.example'],
  ]);
  await event('behind', '3', [
    ['domain', 'only-hidden.example'],
    ['domain', 'notevil.co.uk'],
  ]);
});

afterAll(() => magpie.stop());

async function values(client: ApiClient, from: unknown, kind: string): Promise<unknown[]> {
  const { status, body } = await client.post('/pivots/neighbours', { from, kind });
  expect(status).toBe(200);
  return (member(body, 'neighbours') as Record<string, unknown>[]).map((one) => one.value ?? one.info ?? one.name);
}

describe('neighbours', () => {
  it.each([
    ['networks', '198.51.100.7', ['198.51.100.0/24'], ['198.51.100.0/24']],
    [
      'addresses',
      '198.51.100.0/24',
      ['198.51.100.7', '198.51.100.9', '198.51.100.200'],
      ['198.51.100.7', '198.51.100.200'],
    ],
    [
      'neighbouring-addresses',
      '198.51.100.1',
      ['198.51.100.7', '198.51.100.9', '198.51.100.200'],
      ['198.51.100.7', '198.51.100.200'],
    ],
    ['similar-tlsh', TLSH, [TLSH.toLowerCase(), NEAR.toLowerCase()], [TLSH.toLowerCase()]],
    [
      'registered-domain',
      'x.evil.co.uk',
      ['mail.evil.co.uk', 'evil.co.uk', 'https://www.evil.co.uk/x', 'other.evil.co.uk'],
      ['mail.evil.co.uk', 'evil.co.uk', 'https://www.evil.co.uk/x'],
    ],
    ['parent-domains', 'mail.evil.co.uk', ['evil.co.uk'], ['evil.co.uk']],
    ['events', 'bridge.example', ['second', 'third', 'hidden'], ['second', 'third']],
    [
      'attributes',
      'BRIDGE.example',
      ['bridge.example', 'bridge.example', 'bridge.example'],
      ['bridge.example', 'bridge.example'],
    ],
  ])('as %s of %s are those that the reader may see', async (kind, value, own, others) => {
    const lower = (list: unknown[]) => list.map((one) => (kind === 'similar-tlsh' ? String(one).toLowerCase() : one));
    expect(lower(await values(ann, { value }, kind))).toEqual(own);
    expect(lower(await values(stranger, { value }, kind))).toEqual(others);
  });

  it('of a file are those built alike, by the digests of its objects', async () => {
    const md5 = (digit: string) => digit.repeat(32);
    const file = (hash: string, prints: Record<string, string>) => ({
      name: 'file',
      'meta-category': 'file',
      template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
      template_version: '24',
      distribution: '5',
      Attribute: [
        { type: 'md5', object_relation: 'md5', value: hash },
        ...Object.entries(prints).map(([type, value]) => ({ type, object_relation: type, value })),
      ],
    });
    const alike = { imphash: md5('a'), vhash: '015056655d15556az7:z' };
    await makeEvent(ann, { distribution: '3', Object: [file(md5('1'), alike)] });
    await makeEvent(ann, { distribution: '3', Object: [file(md5('2'), { imphash: md5('a') })] });
    await makeEvent(ann, {
      distribution: '0',
      Object: [file(md5('3'), alike)],
      Attribute: [{ type: 'filename|imphash', value: `a.exe|${md5('a')}` }],
    });
    // The same text of another type is no fingerprint, and a file that only a hidden object describes leads nowhere.
    await makeEvent(ann, { distribution: '3', Attribute: [{ type: 'md5', value: md5('a') }] });
    const [print, named] = [md5('a'), `a.exe|${md5('a')}`];
    expect((await values(ann, { value: md5('1') }, 'same-imphash')).sort()).toEqual([named, print, print, print]);
    expect(await values(stranger, { value: md5('1') }, 'same-imphash')).toEqual([print, print]);
    expect(await values(stranger, { value: print }, 'same-imphash')).toEqual([print, print]);
    expect(await values(ann, { value: md5('3') }, 'same-vhash')).toHaveLength(2);
    expect(await values(stranger, { value: md5('1') }, 'same-vhash')).toHaveLength(1);
    expect(await values(stranger, { value: md5('3') }, 'same-imphash')).toEqual([]);
    expect(await values(ann, { value: md5('1') }, 'same-structure')).toEqual([]);
    const toggle = (value: boolean) =>
      magpie.admin.post('/servers/serverSettingsEdit/Magpie.pivot_fingerprints', { value });
    await toggle(false);
    expect(await values(ann, { value: md5('1') }, 'same-imphash')).toEqual([]);
    await toggle(true);
  });

  it('of events and tags are what they share', async () => {
    expect(await values(ann, { event: events.second?.id }, 'events')).toEqual(['first', 'third', 'hidden']);
    expect(await values(stranger, { event: events.second?.uuid }, 'events')).toEqual(['first', 'third']);
    expect(await values(stranger, { event: events.second?.id }, 'values')).toEqual([
      'd41d8cd98f00b204e9800998ecf8427e',
      'bridge.example',
    ]);
    expect(await values(stranger, { tag: 'seen:by="us"' }, 'events')).toEqual(['first', 'second']);
    expect(await values(stranger, { event: events.first?.id }, 'tags')).toEqual(['seen:by="us"']);
  });

  it('are counted by kind before they are shown', async () => {
    const { body } = await stranger.post('/pivots/counts', { from: { value: 'bridge.example' } });
    expect(member(body, 'kinds')).toContainEqual(expect.objectContaining({ kind: 'events', count: 2, more: false }));
    expect(member(body, 'kinds')).toContainEqual(expect.objectContaining({ kind: 'networks', count: 0 }));
  });

  it('of a pair are those of its halves', async () => {
    const pairs: [type: string, value: string][] = [
      ['hostname|port', 'www.pair.example|443'],
      ['domain|ip', 'mail.pair.example|192.0.2.9'],
      ['domain', 'pair.example'],
      ['ip-dst', '192.0.2.0/24'],
      ['ip-src', '192.0.2.77'],
    ];
    const made = await makeEvent(ann, { Attribute: pairs.map(([type, value]) => ({ type, value })) });
    const [withPort, withAddress] = [0, 1].map((n) => ({
      attribute: member(made.body, 'Event', 'Attribute', n, 'id'),
    }));
    const under = ['www.pair.example|443', 'mail.pair.example|192.0.2.9', 'pair.example'];
    for (const from of [withPort, { value: 'mail.pair.example|192.0.2.9' }]) {
      const { body } = await ann.post('/pivots/neighbours', { from, kind: 'registered-domain' });
      expect((member(body, 'neighbours') as Record<string, unknown>[]).map(({ value }) => value)).toEqual(under);
    }
    const listed = async (from: unknown, kind: string) =>
      (member((await ann.post('/pivots/neighbours', { from, kind })).body, 'neighbours') as { value: string }[]).map(
        ({ value }) => value,
      );
    expect(await listed(withPort, 'parent-domains')).toEqual(['pair.example']);
    expect(await listed(withAddress, 'networks')).toEqual(['192.0.2.0/24']);
    expect(await listed(withAddress, 'neighbouring-addresses')).toEqual(['192.0.2.77']);
    expect(await listed({ value: '192.0.2.0/24|80' }, 'networks')).toEqual([]);
  });

  it('under a domain are found in any spelling of it, and not where it is a part of another', async () => {
    const written = [
      'https://bücher.example/neu',
      'https://www.BÜCHER.example:8080/',
      'https://shop.xn--bcher-kva.example/',
    ];
    const others = [
      'https://xbücher.example/',
      'https://bücher.example.org/',
      'https://other.example/?q=bücher.example',
    ];
    await makeEvent(ann, {
      Attribute: [
        { type: 'domain', value: 'bücher.example' },
        ...[...written, ...others].map((value) => ({ type: 'url', value })),
      ],
    });
    for (const value of ['bücher.example', 'mail.xn--bcher-kva.example', 'HTTPS://Bücher.example./x']) {
      expect(await values(ann, { value }, 'registered-domain')).toEqual(['xn--bcher-kva.example', ...written]);
    }
    expect(await values(ann, { value: 'mail.bücher.example' }, 'parent-domains')).toEqual(['xn--bcher-kva.example']);
  });

  it('of a tag are as many as are counted, whatever was deleted', async () => {
    const tag = 'seen:by="them"';
    await makeTag(magpie.admin, { name: tag });
    const made = await makeEvent(ann, {
      Attribute: ['one', 'two', 'three'].map((value) => ({ type: 'text', value, Tag: [{ name: tag }] })),
    });
    await ann.post(`/attributes/delete/${member(made.body, 'Event', 'Attribute', 0, 'id')}`);
    const { body } = await ann.post('/pivots/neighbours', { from: { tag }, kind: 'attributes', limit: 1 });
    expect(body).toMatchObject({ more: true, neighbours: [{ value: 'two' }] });
    const counts = await ann.post('/pivots/counts', { from: { tag }, kinds: ['attributes'] });
    expect(counts.body).toMatchObject({ kinds: [{ count: 2, more: false }] });
    await ann.post(`/attributes/delete/${member(made.body, 'Event', 'Attribute', 1, 'id')}`);
    await ann.post(`/attributes/delete/${member(made.body, 'Event', 'Attribute', 2, 'id')}`);
    expect(await values(ann, { event: made.id }, 'tags')).toEqual([]);
  });

  it('come in pages', async () => {
    const page = async (number: number) =>
      (
        await ann.post('/pivots/neighbours', {
          from: { value: 'bridge.example' },
          kind: 'events',
          limit: 2,
          page: number,
        })
      ).body;
    expect(await page(1)).toMatchObject({ more: true, neighbours: [{ info: 'second' }, { info: 'third' }] });
    expect(await page(2)).toMatchObject({ more: false, neighbours: [{ info: 'hidden' }] });
  });

  it('of domains and TLSH digests can be switched off', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/Magpie.pivot_domains', { value: false });
    expect(await values(ann, { value: 'mail.evil.co.uk' }, 'parent-domains')).toEqual([]);
    await magpie.admin.post('/servers/serverSettingsEdit/Magpie.pivot_domains', { value: true });
    expect(await values(ann, { value: 'mail.evil.co.uk' }, 'parent-domains')).toEqual(['evil.co.uk']);
  });

  it.each([
    [{}, 400],
    [{ from: {} }, 400],
    [{ from: { value: '', event: 1 } }, 400],
    [{ from: { value: 'a\0b' }, kind: 'events' }, 400],
    [{ from: { value: 'x' }, kind: 'nothing' }, 400],
    [{ from: { value: 'x' }, kind: 'events', limit: 1e9 }, 400],
    [{ from: { event: '0x1A' }, kind: 'events' }, 404],
    [{ from: { attribute: 'none' }, kind: 'events' }, 404],
    [{ from: { cluster: '9223372036854775808' }, kind: 'events' }, 404],
    [{ from: { tag: 'none' }, kind: 'events' }, 404],
  ])('are refused for %j', async (body, status) => {
    expect((await ann.post('/pivots/neighbours', body)).status).toBe(status);
  });

  it('tell nothing about what the reader may not see', async () => {
    expect(
      (await stranger.post('/pivots/neighbours', { from: { event: events.hidden?.id }, kind: 'events' })).status,
    ).toBe(404);
    const attribute = String(member(events.hidden?.body, 'Event', 'Attribute', 0, 'uuid'));
    expect((await stranger.post('/pivots/neighbours', { from: { attribute }, kind: 'events' })).status).toBe(404);
  });
});

describe('paths', () => {
  const paths = async (client: ApiClient, from: unknown, to: unknown, hops = 4) => {
    const { body } = await client.post('/pivots/paths', { from, to, hops });
    return (member(body, 'paths') as Record<string, unknown>[][]).map((path) =>
      path.map((step) => step.value ?? step.info ?? step.name),
    );
  };

  it('lead over shared values', async () => {
    const [first, third] = [{ event: events.first?.id }, { event: events.third?.id }];
    const way = ['first', 'd41d8cd98f00b204e9800998ecf8427e', 'second', 'bridge.example', 'third'];
    expect(await paths(stranger, first, third)).toEqual([way]);
    expect(await paths(stranger, first, third, 2)).toEqual([]);
    expect(await paths(stranger, { value: '198.51.100.7' }, { value: 'evil.co.uk' })).toEqual([
      ['198.51.100.7', 'first', 'd41d8cd98f00b204e9800998ecf8427e', 'second', 'evil.co.uk'],
    ]);
  });

  it('do not lead over what they come from or go to', async () => {
    const event = (...list: string[]) =>
      makeEvent(ann, { info: list.join(), Attribute: list.map((value) => ({ type: 'text', value })) });
    await event('start of ways');
    await event('start of ways', 'end of ways');
    await event('end of ways');
    expect(await paths(ann, { value: 'start of ways' }, { value: 'end of ways' })).toEqual([
      ['start of ways', 'start of ways,end of ways', 'end of ways'],
    ]);
  });

  it('do not lead over what the reader may not see', async () => {
    const [second, behind] = [{ event: events.second?.id }, { event: events.behind?.id }];
    expect(await paths(ann, second, behind)).toEqual([
      ['second', 'bridge.example', 'hidden', 'only-hidden.example', 'behind'],
    ]);
    expect(await paths(stranger, second, behind)).toEqual([]);
  });
});

describe('a look-up whose client goes away', () => {
  it('is stopped in PostgreSQL', async () => {
    const locker = new pg.Client(magpie.databaseUrl);
    await locker.connect();
    try {
      // Whoever reads attributes waits.
      await locker.query('begin; lock table attributes in access exclusive mode');
      const waiting = () =>
        magpie.magpie.database.asSystem('look', (tx) =>
          tx.query(`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`),
        );
      for (const path of ['/pivots/counts', '/pivots/neighbours', `/correlations/graph/${events.second?.id}`]) {
        const client = new AbortController();
        const asking = fetch(magpie.url + path, {
          method: 'POST',
          headers: { authorization: magpie.adminKey, 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ from: { value: 'bridge.example' }, kind: 'attributes' }),
          signal: client.signal,
        });
        asking.catch(() => {});
        await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), 10_000);
        client.abort();
        await expect(asking).rejects.toThrow();
        await vi.waitFor(async () => expect(await waiting()).toEqual([]), 5000);
      }
    } finally {
      await locker.end();
    }
  });
});

describe('the pictures of an event', () => {
  it('show how it correlates, as far as the reader sees', async () => {
    const graph = await stranger.get(`/correlations/graph/${events.second?.id}`);
    expect((member(graph.body, 'nodes') as { info?: string }[]).flatMap(({ info }) => info ?? [])).toEqual([
      'second',
      'first',
      'third',
    ]);
    expect(member(graph.body, 'nodes', 2, 'orgc')).not.toBe('');
    expect(member(graph.body, 'next')).toBeNull();
    const timeline = await stranger.get(`/correlations/timeline/${events.second?.id}/limit:1`);
    expect(timeline.body).toMatchObject({ total: 2, events: [{ info: 'first' }] });
    for (const picture of ['graph', 'timeline']) {
      expect((await stranger.get(`/correlations/${picture}/${events.hidden?.id}`)).status).toBe(404);
    }
  });

  it('count related events, anew after each change', async () => {
    const ids = [events.first?.id, events.second?.id, events.hidden?.id, '999999', 'x'];
    const counts = async (client: ApiClient) =>
      member((await client.post('/correlations/eventCounts', { ids })).body, 'counts');
    const [first = '', second = '', hidden = ''] = ids;
    expect(await counts(ann)).toEqual({ [first]: 1, [second]: 3, [hidden]: 3 });
    expect(await counts(stranger)).toEqual({ [first]: 1, [second]: 2 });
    expect(await counts(stranger)).toEqual({ [first]: 1, [second]: 2 });
    const made = await makeEvent(ann, { distribution: '3' });
    await makeAttribute(ann, made.id, { type: 'domain', value: 'evil.co.uk' });
    expect(await counts(stranger)).toEqual({ [first]: 1, [second]: 3 });
    expect((await ann.post('/correlations/eventCounts', { ids: Array(501).fill(1) })).status).toBe(400);
    const hideUnpublished = async (value: boolean, seen: Record<string, number>) => {
      await magpie.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value });
      await vi.waitFor(async () => expect(await counts(stranger)).toEqual(seen), 5000);
    };
    await hideUnpublished(true, {});
    await hideUnpublished(false, { [first]: 1, [second]: 3 });
  });
});
