import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { readHeld } from '../rest-search/held-transaction.ts';
import { createSearchWorld, type SearchWorld, type StoredEvent } from '../testing/search-world.ts';
import { listEvents, pageOfEvents } from './list-events.ts';

let world: SearchWorld;
let rich: StoredEvent;
let shared: StoredEvent;
let own: StoredEvent;

beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta } = world.organisations;
  rich = await world.store({
    info: 'Rich loader wave',
    owner: alpha,
    date: '2024-01-02',
    published: true,
    timestamp: 1_700_000_300,
    publishTimestamp: 1_700_000_500,
    threatLevel: 1,
    analysis: 2,
    tags: ['tlp:green', 'misp-galaxy:x="y"'],
    attributes: [
      { type: 'domain', value: 'evil.example.com' },
      { type: 'md5', value: 'abcdefabcdefabcdefabcdefabcdefab', comment: 'from the mill' },
      { type: 'text', value: 'secret words', distribution: 0 },
    ],
  });
  shared = await world.store({
    info: 'Shared',
    owner: beta,
    distribution: 4,
    sharingGroupId: world.groups.alphaBeta,
    timestamp: 1_700_000_200,
    tags: ['tlp:red'],
  });
  own = await world.store({ info: 'Own C:\\Tools\\a.exe', owner: beta, distribution: 0, timestamp: 1_700_000_100 });
});
afterAll(() => world.close());

async function list(parameters: Record<string, unknown>, viewer: Viewer = world.siteAdmin()) {
  const { head, body } = await readHeld(world.magpie.database, viewer, (tx) =>
    listEvents(tx, viewer, new Map(Object.entries(parameters)), world.magpie.now()),
  );
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body) text += piece;
  const rows: Record<string, unknown>[] = JSON.parse(text);
  return { rows, ids: rows.map((row) => Number(row.id)), total: head.total };
}

function page(parameters: Record<string, unknown>, viewer: Viewer = world.siteAdmin()) {
  return world.magpie.database.as(viewer, (tx) =>
    pageOfEvents(tx, viewer, new Map(Object.entries(parameters)), world.magpie.now()),
  );
}

describe('the event list', () => {
  it('gives every visible event with its organisations, tags and visible attribute count', async () => {
    const { rows, total } = await list({});
    expect(total).toBe(3);
    expect(rows[0]).toMatchObject({
      id: String(rich.id),
      attribute_count: '3',
      published: true,
      Org: { name: 'Alpha' },
      Orgc: { name: 'Alpha' },
      EventTag: [{ Tag: { name: 'tlp:green' } }, { Tag: { name: 'misp-galaxy:x="y"' } }],
    });
    expect(rows[1]).toMatchObject({ SharingGroup: { name: 'Alpha and Beta' } });
  });

  it('shows, counts and matches nothing that the viewer may not see', async () => {
    const gamma = world.viewer(world.organisations.gamma);
    expect(await list({}, gamma)).toMatchObject({ ids: [rich.id], total: 1, rows: [{ attribute_count: '2' }] });
    expect((await list({ attribute: 'secret' }, gamma)).ids).toEqual([]);
    expect((await list({ all: 'secret' }, gamma)).ids).toEqual([]);
    expect((await list({ eventid: [own.id, shared.uuid] }, gamma)).ids).toEqual([]);
    expect((await page({}, gamma)).total).toBe(1);
    expect((await list({}, world.viewer(world.organisations.beta))).ids).toEqual([rich.id, shared.id, own.id]);
  });

  it('filters by each of its names', async () => {
    const cases: [Record<string, unknown>, StoredEvent[]][] = [
      [{ eventinfo: 'LOADER' }, [rich]],
      [{ eventinfo: 'loader|shared' }, [rich, shared]],
      [{ eventinfo: '!loader' }, [shared, own]],
      [{ eventinfo: 'c:\\tools\\a' }, [own]],
      // As clients of MISP write it.
      [{ eventinfo: 'c:\\\\tools\\\\a' }, [own]],
      [{ eventinfo: '!c:\\\\tools\\\\a' }, [rich, shared]],
      [{ tag: 'tlp:green' }, [rich]],
      [{ tag: 'tlp:green|tlp:red' }, [rich, shared]],
      [{ tag: 'tlp:green&misp-galaxy:x="y"' }, [rich]],
      [{ tag: '!tlp:green' }, [shared, own]],
      [{ tag: ['!tlp:green', '!tlp:red'] }, [own]],
      [{ tag: 'unknown' }, []],
      [{ org: 'Beta' }, [shared, own]],
      [{ org: '!Beta' }, [rich]],
      [{ org: 'Nobody' }, []],
      [{ datefrom: '2024-01-01', dateuntil: '2024-01-31' }, [rich]],
      [{ attribute: 'evil.example' }, [rich]],
      [{ attribute: '%EVIL%' }, [rich]],
      [{ attribute: 'abcdefabcdefabcdefabcdefabcdefab' }, [rich]],
      [{ attribute: '!evil.example.com' }, [shared, own]],
      [{ threatlevel: 1, analysis: 2, distribution: 3 }, [rich]],
      [{ threatlevel: '1|4' }, [rich, shared, own]],
      [{ sharinggroup: world.groups.alphaBeta }, [shared]],
      [{ published: 1 }, [rich]],
      [{ published: 0 }, [shared, own]],
      [{ published: 2 }, [rich, shared, own]],
      [{ timestamp: [1_700_000_150, 1_700_000_250] }, [shared]],
      [{ publishtimestamp: 1_700_000_400 }, [rich]],
      [{ eventid: `${rich.id}|${own.uuid}` }, [rich, own]],
      [{ all: 'mill' }, [rich]],
      [{ all: 'tlp:RED' }, [shared]],
      [{ all: 'beta' }, [shared, own]],
      [{ hasproposal: 1 }, []],
      [{ hasproposal: 2 }, [rich, shared, own]],
    ];
    for (const [parameters, expected] of cases) {
      expect({ parameters, ids: (await list(parameters)).ids }).toEqual({
        parameters,
        ids: expected.map(({ id }) => id),
      });
    }
  });

  it("lets others than site administrators ask only for their own events by the creator's address", async () => {
    const beta = world.viewer(world.organisations.beta);
    expect((await list({ email: 'someone@example.test' }, beta)).ids).toEqual([]);
    expect((await list({ email: beta.email.toUpperCase() }, { ...beta, userId: 1 })).ids).toEqual([
      rich.id,
      shared.id,
      own.id,
    ]);
  });

  it('sorts and pages', async () => {
    expect((await list({ sort: 'timestamp', direction: 'desc' })).ids).toEqual([rich.id, shared.id, own.id]);
    expect((await list({ sort: 'timestamp', direction: 'asc' })).ids).toEqual([own.id, shared.id, rich.id]);
    expect((await list({ sort: 'info' })).ids).toEqual([own.id, rich.id, shared.id]);
    expect((await list({ sort: 'attribute_count', direction: 'desc' })).ids[0]).toBe(rich.id);
    expect((await list({ sort: 'nosuch' })).ids).toEqual([rich.id, shared.id, own.id]);
    expect(await list({ limit: 2, page: 2 })).toMatchObject({ ids: [own.id], total: 3 });
    await expect(list({ limit: 'many' })).rejects.toThrow(/limit/);
  });

  it('gives the minimal form that synchronisation asks for', async () => {
    const { rows } = await list({ minimal: 1, published: 1 });
    expect(rows).toEqual([
      {
        id: String(rich.id),
        timestamp: '1700000300',
        sighting_timestamp: '0',
        published: true,
        uuid: rich.uuid,
        orgc_uuid: expect.any(String),
      },
    ]);
  });

  it('walks by cursor in every order without gaps or repetition', async () => {
    for (const sort of ['id', 'timestamp', 'date', 'info', 'published', 'attribute_count', 'orgc_id']) {
      for (const direction of ['asc', 'desc']) {
        const found: unknown[] = [];
        let cursor: string | null = '';
        for (let step = 0; step < 5 && cursor !== null; step += 1) {
          const next: Awaited<ReturnType<typeof page>> = await page({ sort, direction, limit: 1, cursor });
          expect(next.total).toBe(3);
          found.push(...next.events.map((event) => event.id));
          cursor = next.nextCursor;
        }
        expect(found).toEqual((await list({ sort, direction })).rows.map((row) => row.id));
      }
    }
  });

  it('refuses a cursor that is not its own', async () => {
    const { nextCursor } = await page({ sort: 'id', limit: 1 });
    await expect(page({ sort: 'info', cursor: nextCursor })).rejects.toThrow(/cursor/);
    await expect(page({ cursor: 'bm90IGpzb24' })).rejects.toThrow(/cursor/);
    const forged = Buffer.from(JSON.stringify(['timestamp', true, '1; drop', 1, 1])).toString('base64url');
    await expect(page({ cursor: forged })).rejects.toThrow(/cursor/);
  });
});
