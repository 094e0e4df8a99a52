import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeTag,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Row {
  kind: string;
  id: string;
  value?: string;
  name?: string;
  parentObjectId?: string | null;
}
interface Page {
  rows: Row[];
  total: number | null;
  nextCursor: string | null;
}

const LOOSE = 2600;

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: ApiClient;
let event: Made;
let large: Made;

const file = (name: string, distribution = '5') => ({
  name: 'file',
  'meta-category': 'file',
  distribution,
  template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
  template_version: '24',
  comment: `comment on ${name}`,
  Attribute: [
    { type: 'filename', object_relation: 'filename', value: `${name}.exe`, distribution: '5', to_ids: false },
    { type: 'md5', object_relation: 'md5', value: '0123456789abcdef0123456789abcdef', distribution: '5', to_ids: true },
  ],
});

async function pageOf(client: ApiClient, id: string, query = ''): Promise<Page> {
  const { status, body } = await client.get(`/ui/eventRows/${id}?${query}`);
  expect(status).toBe(200);
  return JSON.parse(JSON.stringify(body));
}

const text = (value: string) => ({ type: 'text', category: 'Other', value, distribution: '5' });

/** What is seen of the rows, short. */
const shown = ({ rows }: Page) => rows.map((row) => (row.kind === 'object' ? `[${row.name}]` : row.value));

beforeAll(async () => {
  magpie = await startTestMagpie();
  const user = async () => {
    const organisation = await makeOrganisation(magpie.admin);
    return await magpie.user(organisation);
  };
  [owner, stranger] = [await user(), await user()];
  await makeTag(magpie.admin, { name: 'tagged here' });
  event = await makeEvent(owner, {
    info: 'Rows',
    distribution: '3',
    published: true,
    Tag: [],
    Attribute: [
      { type: 'ip-dst', value: '203.0.113.1', distribution: '5', Tag: [{ name: 'tagged here' }] },
      { type: 'domain', value: 'secret.example', distribution: '0', comment: '100%_sure' },
    ],
    Object: [file('first'), file('hidden', '0')],
  });
  large = await makeEvent(owner, {
    info: 'Large',
    distribution: '0',
    Attribute: Array.from({ length: LOOSE }, (_, n) => ({ type: 'text', category: 'Other', value: `row ${n}` })),
    Object: Array.from({ length: 60 }, (_, n) => file(`many ${n}`)),
  });
}, 60_000);
afterAll(() => magpie.stop());

describe('rows of an event', () => {
  it('are objects with their attributes, then attributes, the newest first', async () => {
    const page = await pageOf(owner, event.id);
    expect(shown(page)).toEqual([
      ...['[file]', 'hidden.exe', '0123456789abcdef0123456789abcdef'],
      ...['[file]', 'first.exe', '0123456789abcdef0123456789abcdef'],
      ...['secret.example', '203.0.113.1'],
    ]);
    expect(page.total).toBe(8);
    expect(page.rows[1]?.parentObjectId).toBe(page.rows[0]?.id);
  });

  it('leave out, and do not count or find, what the viewer may not see', async () => {
    const page = await pageOf(stranger, event.id);
    expect(shown(page)).toEqual(['[file]', 'first.exe', '0123456789abcdef0123456789abcdef', '203.0.113.1']);
    expect(page.total).toBe(4);
    expect(await pageOf(stranger, event.id, 'searchFor=secret')).toEqual({ rows: [], total: 0, nextCursor: null });
    expect(await pageOf(stranger, event.id, 'searchFor=hidden')).toEqual({ rows: [], total: 0, nextCursor: null });
    expect((await stranger.get(`/ui/eventRows/${large.id}`)).status).toBe(404);
  });

  it.each([
    ['a value', 'searchFor=203.0', ['203.0.113.1']],
    ['a tag', 'searchFor=Tagged', ['203.0.113.1']],
    ['a comment, its signs taken as they are', 'searchFor=100%25_S', ['secret.example']],
    ['an attribute of an object', 'searchFor=first.exe', ['[file]', 'first.exe']],
    ['the object itself', 'searchFor=comment+on+first', ['[file]', 'first.exe', '0123456789abcdef0123456789abcdef']],
    ['the detection flag', 'toIDS=1&searchFor=first', []],
    ['nothing that there is', 'searchFor=nothing+of+the+kind', []],
  ])('are found by %s', async (_title, query, expected) => {
    expect(shown(await pageOf(owner, event.id, query))).toEqual(expected);
  });

  it('come page by page, each once', async () => {
    const rows: Row[] = [];
    let total: number | null = null;
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await pageOf(owner, large.id, cursor === '' ? '' : `cursor=${cursor}`);
      total ??= page.total;
      pages += 1;
      rows.push(...page.rows);
      cursor = page.nextCursor;
    }
    expect(total).toBe(LOOSE + 180);
    expect(rows.length).toBe(total);
    expect(new Set(rows.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(total);
    expect(pages).toBeGreaterThan(2);
  });

  it.each(['cursor=x', 'cursor=a-1', 'cursor=a99999999999999999999', 'toIDS=7', 'deleted=yes'])(
    'refuse %s',
    async (query) => {
      expect((await owner.get(`/ui/eventRows/${event.id}?${query}`)).status).toBe(400);
    },
  );
});

describe('what is looked up about rows', () => {
  const VALUE = '198.51.100.77';
  const facts = async (client: ApiClient, of: string, ids: readonly string[]) => {
    const { status, body } = await client.post(`/ui/eventRowFacts/${of}`, { ids });
    return { status, body: JSON.parse(JSON.stringify(body)) };
  };
  const attributeIds = async (client: ApiClient, of: string) => (await pageOf(client, of)).rows.map((row) => row.id);

  it('tells of events that share a value, only of those that the viewer sees', async () => {
    const make = (info: string, distribution: string) =>
      makeEvent(owner, {
        info,
        distribution,
        published: true,
        Attribute: [{ type: 'ip-dst', value: VALUE, distribution: '5' }],
      });
    const open = await make('open one', '3');
    const other = await make('open two', '3');
    const hidden = await make('hidden', '0');
    const [id = ''] = await attributeIds(owner, open.id);
    const named = (answer: { body: Record<string, { correlations?: { count: number; events: { id: string }[] } }> }) =>
      answer.body[id]?.correlations?.events.map((entry) => entry.id).sort();
    expect(named(await facts(owner, open.id, [id]))).toEqual([other.id, hidden.id].sort());
    const theirs = await facts(stranger, open.id, [id]);
    expect(named(theirs)).toEqual([other.id]);
    expect(theirs.body[id].correlations.count).toBe(1);
    const [secret = ''] = await attributeIds(owner, hidden.id);
    expect((await facts(stranger, open.id, [secret])).body).toEqual({});
    expect((await facts(stranger, hidden.id, [secret])).status).toBe(404);
  });

  it('tells how many proposals wait, only to those who see the attribute', async () => {
    const made = await makeEvent(owner, {
      info: 'proposed to',
      distribution: '3',
      published: true,
      Attribute: [
        { type: 'domain', value: 'open.example', distribution: '5' },
        { type: 'domain', value: 'kept.example', distribution: '0' },
      ],
    });
    const { rows } = await pageOf(owner, made.id);
    const idOf = (value: string) => rows.find((row) => row.value === value)?.id ?? '';
    const [open, kept] = [idOf('open.example'), idOf('kept.example')];
    for (const [id, client] of [
      [open, stranger],
      [kept, owner],
    ] as const) {
      const { status } = await client.post(`/shadow_attributes/edit/${id}`, { ShadowAttribute: { comment: 'better' } });
      expect(status).toBe(200);
    }
    const counts = async (client: ApiClient) => {
      const { body } = await facts(client, made.id, [open, kept]);
      return [body[open]?.proposals, body[kept]?.proposals];
    };
    expect(await counts(owner)).toEqual([1, 1]);
    expect(await counts(stranger)).toEqual([1, undefined]);
    const { body } = await owner.get(`/shadow_attributes/index/${made.id}`);
    for (const { ShadowAttribute: proposal } of JSON.parse(JSON.stringify(body)))
      await owner.post(`/shadow_attributes/discard/${proposal.id}`, {});
    expect(await counts(owner)).toEqual([undefined, undefined]);
  });

  it('takes no more than 500 ids', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => String(n + 1));
    expect((await facts(owner, event.id, ids)).status).toBe(400);
  });
});

describe('the extended view', () => {
  it('adds the rows of the extensions that the viewer sees', async () => {
    const base = await makeEvent(owner, {
      info: 'base',
      distribution: '3',
      published: true,
      Attribute: [{ type: 'text', value: 'in base', distribution: '5' }],
    });
    for (const [value, distribution] of [
      ['in open', '3'],
      ['in hidden', '0'],
    ]) {
      await makeEvent(owner, {
        info: 'extension',
        distribution,
        published: true,
        extends_uuid: base.uuid,
        Attribute: [{ type: 'text', value, distribution: '5' }],
      });
    }
    expect(shown(await pageOf(owner, base.id))).toEqual(['in base']);
    expect(shown(await pageOf(owner, base.id, 'extended=1'))).toEqual(['in hidden', 'in open', 'in base']);
    const theirs = await pageOf(stranger, base.id, 'extended=1');
    expect(shown(theirs)).toEqual(['in open', 'in base']);
    expect(theirs.total).toBe(2);
  });

  it('shows deleted rows where they are the viewer’s own in all the events together', async () => {
    const base = await makeEvent(owner, { distribution: '3', published: true, Attribute: [text('base goes')] });
    const theirs = { distribution: '3', published: true, extends_uuid: base.uuid };
    const extension = await makeEvent(stranger, { ...theirs, Attribute: [text('theirs goes'), text('theirs stays')] });
    for (const [client, event] of [
      [owner, base],
      [stranger, extension],
    ] as const) {
      const { rows } = await pageOf(client, event.id);
      const gone = rows.find(({ value }) => value?.endsWith('goes'));
      expect((await client.post(`/attributes/delete/${gone?.id}`)).status).toBe(200);
      await client.post(`/events/publish/${event.id}`);
    }
    expect(shown(await pageOf(owner, base.id, 'deleted=1'))).toEqual(['base goes']);
    expect(shown(await pageOf(stranger, extension.id, 'deleted=1'))).toContain('theirs goes');
    for (const mode of ['1', '2']) {
      const { rows, total } = await pageOf(owner, base.id, `extended=1&deleted=${mode}`);
      expect(JSON.stringify(rows)).not.toContain('theirs goes');
      expect(total).toBe(1);
    }
  });
});
