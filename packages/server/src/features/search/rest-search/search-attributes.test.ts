import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { createSearchWorld, type SearchWorld, type StoredEvent } from '../testing/search-world.ts';
import { readHeld } from './held-transaction.ts';
import { searchParametersOf } from './parameters.ts';
import { searchAttributes } from './search-attributes.ts';

let world: SearchWorld;
let rich: StoredEvent;
let plain: StoredEvent;

beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta } = world.organisations;
  rich = await world.store({
    info: 'Rich event',
    owner: alpha,
    date: '2024-01-02',
    published: true,
    publishTimestamp: 1_700_000_500,
    threatLevel: 1,
    tags: ['tlp:green'],
    objects: [{ name: 'file' }],
    attributes: [
      { type: 'ip-dst', value: '203.0.113.5', toIds: true, category: 'Network activity', tags: ['tlp:amber'] },
      { type: 'domain', value: 'Evil.example.com', comment: 'seen in mail' },
      { type: 'filename|md5', value: 'a.exe|d41d8cd98f00b204e9800998ecf8427e', toIds: true },
      { type: 'md5', value: 'abcdefabcdefabcdefabcdefabcdefab' },
      { type: 'text', value: 'gone', deleted: true },
      { type: 'filename', value: 'dropper.dll', object: 0, relation: 'filename' },
      { type: 'text', value: 'own only', distribution: 0 },
      { type: 'text', value: 'tab\tline\nback\\slash "quoted" \\N ünï 🐦', firstSeen: 1_704_067_200_123_456 },
    ],
  });
  plain = await world.store({
    info: 'Other',
    owner: beta,
    distribution: 4,
    sharingGroupId: world.groups.alphaBeta,
    attributes: [
      { type: 'ip-src', value: '203.0.113.5' },
      { type: 'ip-dst', value: '2001:db8::1', timestamp: 1_600_000_000 },
    ],
  });
});
afterAll(() => world.close());

interface Found {
  values: string[];
  rows: Record<string, unknown>[];
  total: number | null;
  hasMore: boolean | null;
}

async function find(parameters: Record<string, unknown>, viewer: Viewer = world.siteAdmin()): Promise<Found> {
  const { head, body } = await readHeld(world.magpie.database, viewer, (tx) =>
    searchAttributes(world.magpie, tx, searchParametersOf('attributes', parameters)),
  );
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body) text += piece;
  const rows: Record<string, unknown>[] = JSON.parse(text).response.Attribute;
  return { rows, values: rows.map((row) => String(row.value)), ...head };
}

describe('attribute search', () => {
  it('finds a value in any case, in either half, whole or as a list', async () => {
    expect((await find({ value: 'EVIL.example.com' })).values).toEqual(['Evil.example.com']);
    expect((await find({ value: 'D41D8CD98F00B204E9800998ECF8427E' })).rows).toHaveLength(1);
    expect((await find({ value: 'a.exe|d41d8cd98f00b204e9800998ecf8427e' })).rows).toHaveLength(1);
    expect((await find({ value: ['203.0.113.5', 'nothing'] })).rows).toHaveLength(2);
    expect((await find({ value: '203.0.113.5&&evil.example.com' })).rows).toHaveLength(3);
    expect((await find({ value1: 'a.exe', value2: 'd41d8cd98f00b204e9800998ecf8427e' })).rows).toHaveLength(1);
    expect((await find({ value1: 'd41d8cd98f00b204e9800998ecf8427e' })).rows).toHaveLength(0);
  });

  it('finds an address in any notation', async () => {
    expect((await find({ value: '2001:0DB8:0:0:0:0:0:1' })).values).toEqual(['2001:db8::1']);
  });

  it('takes wild cards at the ends only', async () => {
    expect((await find({ value: '203.0.%' })).rows).toHaveLength(2);
    expect((await find({ value: '%VIL.ex%' })).values).toEqual(['Evil.example.com']);
    expect((await find({ value: 'evil%com' })).rows).toHaveLength(0);
    expect((await find({ value: 'evil%com%' })).rows).toHaveLength(1);
    expect((await find({ value: 'd41d8c%' })).rows).toHaveLength(1);
    expect((await find({ value: 'abcdef%' })).rows).toHaveLength(1);
    expect((await find({ value: '%a.exe|d41%' })).rows).toHaveLength(1);
    expect((await find({ value: 'evil_example%' })).rows).toHaveLength(0);
  });

  it('excludes values', async () => {
    const all = (await find({})).total ?? 0;
    expect((await find({ value: '!203.0.113.5' })).total).toBe(all - 2);
    expect((await find({ value: { OR: ['203.0.113.%'], NOT: ['203.0.113.5'] } })).total).toBe(0);
  });

  it('filters by type with wild cards, category, relation, comment and flag', async () => {
    expect((await find({ type: ['FILENAME%', 'md5'] })).rows).toHaveLength(3);
    expect((await find({ type: '!text', eventid: rich.id })).rows).toHaveLength(5);
    expect((await find({ type: 'no-such-type' })).rows).toHaveLength(0);
    expect((await find({ category: 'Network activity' })).rows).toHaveLength(1);
    expect((await find({ category: 'network activity' })).rows).toHaveLength(0);
    expect((await find({ object_relation: 'filename' })).values).toEqual(['dropper.dll']);
    expect((await find({ comment: '%in mail' })).rows).toHaveLength(1);
    expect((await find({ to_ids: 1 })).rows).toHaveLength(2);
    expect((await find({ to_ids: 'exclude', eventid: rich.id })).rows).toHaveLength(5);
    expect((await find({ to_ids: [0, 1], eventid: rich.id })).rows).toHaveLength(7);
  });

  it('takes empty parameters as not given', async () => {
    const all = (await find({})).total;
    for (const empty of [[], '', {}, { OR: [] }, null, false]) {
      expect((await find({ value: empty, type: empty, tags: empty, eventid: empty, org: empty })).total).toBe(all);
    }
  });

  it('filters by tags of the attribute or its event', async () => {
    expect((await find({ tags: 'tlp:amber' })).rows).toHaveLength(1);
    expect((await find({ tags: 'tlp:green' })).rows).toHaveLength(7);
    expect((await find({ tags: 'tlp:%' })).rows).toHaveLength(7);
    expect((await find({ tags: 'tlp:%mber' })).rows).toHaveLength(1);
    expect((await find({ tags: { AND: ['tlp:green', 'tlp:amber'] } })).rows).toHaveLength(1);
    expect((await find({ tags: { AND: ['tlp:green', 'unknown'] } })).rows).toHaveLength(0);
    expect((await find({ tags: '!tlp:green' })).rows).toHaveLength(2);
    expect((await find({ tags: '!unknown' })).total).toBe((await find({})).total);
    expect((await find({ tags: 'unknown' })).rows).toHaveLength(0);
    expect((await find({ tags: 'TLP:green' })).rows).toHaveLength(0);
    expect((await find({ event_tags: 'tlp:amber' })).rows).toHaveLength(0);
  });

  it('filters by the event', async () => {
    expect((await find({ eventid: rich.id })).rows).toHaveLength(7);
    expect((await find({ eventid: [rich.uuid, plain.id] })).rows).toHaveLength(9);
    expect((await find({ eventid: `!${rich.id}` })).rows).toHaveLength(2);
    expect((await find({ eventid: -1 })).rows).toHaveLength(0);
    expect((await find({ uuid: plain.uuid })).rows).toHaveLength(2);
    expect((await find({ uuid: rich.attributes[0]?.uuid })).rows).toHaveLength(1);
    expect((await find({ org: 'Beta' })).rows).toHaveLength(2);
    expect((await find({ org: String(world.organisations.alpha) })).rows).toHaveLength(7);
    expect((await find({ org: 'Nobody' })).rows).toHaveLength(0);
    expect((await find({ org: '!Nobody' })).rows).toHaveLength(9);
    expect((await find({ eventinfo: 'Rich%' })).rows).toHaveLength(7);
    expect((await find({ eventinfo: 'rich%' })).rows).toHaveLength(0);
    expect((await find({ published: 1 })).rows).toHaveLength(7);
    expect((await find({ published: false })).rows).toHaveLength(2);
    expect((await find({ threat_level_id: [1, 2] })).rows).toHaveLength(7);
    expect((await find({ from: '2024-01-01', to: '2024-01-31' })).rows).toHaveLength(7);
    expect((await find({ from: '30d' })).rows).toHaveLength(9);
    expect((await find({ sharinggroup: world.groups.alphaBeta })).rows).toHaveLength(2);
    expect((await find({ last: 1_700_000_400 })).rows).toHaveLength(7);
  });

  it('filters by times, and by deletion', async () => {
    expect((await find({ timestamp: [1_500_000_000, 1_650_000_000] })).values).toEqual(['2001:db8::1']);
    expect((await find({ timestamp: 'rubbish' })).rows).toHaveLength(0);
    expect((await find({ first_seen: '2024-01-01' })).rows).toHaveLength(1);
    expect((await find({ deleted: 1 })).values).toEqual(['gone']);
    expect((await find({ deleted: 'only' })).values).toEqual(['gone']);
    expect((await find({ deleted: [0, 1], eventid: rich.id })).rows).toHaveLength(8);
  });

  it('refuses what it cannot understand', async () => {
    await expect(find({ timestamp: ['1d'] })).rejects.toThrow(/timestamp/);
    await expect(find({ limit: 'abc' })).rejects.toThrow(/limit/);
    await expect(find({ value: [['nested']] })).rejects.toThrow(/value/);
    await expect(find({ to_ids: 'maybe' })).rejects.toThrow(/to_ids/);
    await expect(find({ eventid: 'x'.repeat(100) })).resolves.toMatchObject({ total: 0 });
  });

  it('pages, orders and counts', async () => {
    const page = await find({ limit: 3, page: 2 });
    expect(page.rows).toHaveLength(3);
    expect(page.total).toBe(9);
    expect((await find({ limit: 3, page: 9 })).total).toBe(9);
    expect((await find({ limit: 0 })).rows).toHaveLength(9);
    const descending = await find({ order: 'Attribute.id desc', limit: 100 });
    expect(descending.rows.map((row) => Number(row.id))).toEqual(
      descending.rows.map((row) => Number(row.id)).sort((a, b) => b - a),
    );
    expect((await find({ order: ['type desc', 'nosuch asc'] })).rows[0]?.type).toBe('text');
    const first = await find({ after_id: 0, limit: 4 });
    expect(first).toMatchObject({ total: null, hasMore: true });
    const second = await find({ after_id: first.rows.at(-1)?.id, limit: 5 });
    expect(second).toMatchObject({ hasMore: false });
    expect(second.rows).toHaveLength(5);
  });

  it('keeps every character of a value', async () => {
    const { rows } = await find({ first_seen: '2024-01-01' });
    expect(rows[0]).toMatchObject({
      value: 'tab\tline\nback\\slash "quoted" \\N ünï 🐦',
      first_seen: '2024-01-01T00:00:00.123456+00:00',
    });
  });

  it('adds what is asked for', async () => {
    const [bare] = (await find({ value: '203.0.113.5', eventid: rich.id })).rows;
    expect(bare).toMatchObject({ Event: { info: 'Rich event' }, Tag: [{ name: 'tlp:amber', local: false }] });
    const [full] = (
      await find({
        value: '203.0.113.5',
        eventid: rich.id,
        includeEventTags: 1,
        includeContext: 1,
        includeEventUuid: 1,
        includeCorrelations: 1,
        includeSightings: 1,
      })
    ).rows;
    expect(full).toMatchObject({
      event_uuid: rich.uuid,
      Event: { date: '2024-01-02', published: true, Orgc: { name: 'Alpha' }, Tag: [{ name: 'tlp:green' }] },
      Tag: [{ name: 'tlp:amber' }, { name: 'tlp:green', inherited: 1 }],
      RelatedAttribute: [{ type: 'ip-src', Event: { id: String(plain.id) } }],
      Sighting: [],
    });
  });

  it('shows, counts and matches nothing that the viewer may not see', async () => {
    const gamma = world.viewer(world.organisations.gamma);
    const all = await find({}, gamma);
    expect(all.values).not.toContain('own only');
    expect(all.total).toBe(6);
    expect((await find({ value: 'own only' }, gamma)).total).toBe(0);
    expect((await find({ eventid: plain.id }, gamma)).total).toBe(0);
    expect((await find({ uuid: plain.uuid }, gamma)).total).toBe(0);
    expect((await find({ limit: 2 }, gamma)).total).toBe(6);
    const [related] = (await find({ value: '203.0.113.5', includeCorrelations: 1 }, gamma)).rows;
    expect(related?.RelatedAttribute).toEqual([]);
  });

  it('finds nothing by a tag that is reserved for others', async () => {
    await world.tag('beta:only', { org_id: world.organisations.beta });
    await world.store({
      owner: world.organisations.alpha,
      tags: ['beta:only'],
      attributes: [{ type: 'text', value: 'reserved' }],
    });
    expect((await find({ tags: 'beta:only' }, world.viewer(world.organisations.gamma))).total).toBe(0);
    expect((await find({ tags: 'beta:only' }, world.viewer(world.organisations.beta))).total).toBe(1);
    await world.magpie.database.asSystem('test', (tx) =>
      tx.execute(`delete from attributes where value1 = 'reserved'`),
    );
  });
});
