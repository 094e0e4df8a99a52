import { randomBytes } from 'node:crypto';
import {
  type ApiClient,
  databaseDigest,
  makeAttribute,
  makeEvent,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let admin: ApiClient;
let eventId: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  eventId = (await makeEvent(admin)).id;
});

afterAll(() => magpie.stop());

const addAttribute = (fields: object) => admin.post(`/attributes/add/${eventId}`, { type: 'text', ...fields });
const stored = async (value: string, fields: object = {}) =>
  member((await addAttribute({ value, ...fields })).body, 'Attribute', 'value');

/** Sends bytes as they are, as JSON unless another type is named. */
async function sendRaw(path: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) {
  const answer = await fetch(magpie.url + path, {
    method: 'POST',
    headers: {
      authorization: magpie.adminKey,
      accept: 'application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = await databaseDigest(magpie.magpie.database);
  await work();
  expect(await databaseDigest(magpie.magpie.database)).toEqual(before);
}

describe('a text', () => {
  it.each([
    ['emoji beyond the basic plane', 'a 💥👩‍👩‍👧‍👦 b'],
    ['a byte order mark', '\ufeffx'],
    ['right-to-left overrides', 'a\u202egpj.exe'],
    ['line ends inside', 'a\r\nb\nc'],
    ['markup', '<script>alert(1)</script>"\'><svg onload=x>'],
    ['a formula', "=cmd|' /C calc'!A0"],
    ['SQL', "'; drop table events; --"],
    ['line separators', 'a\u2028b\u2029c'],
    ['ANSI codes', 'a\u001b[31mred'],
    ['wildcards', '100%_\\'],
    ['non-characters', 'a\uffff\ufdd0b'],
    ['combining marks by the hundred', `e${'\u0301'.repeat(500)}`],
    ['60 KB', 'x'.repeat(60_000)],
  ])('with %s comes back as it was sent', async (_what, text) => {
    expect(await stored(text)).toBe(text);
    const comment = await makeAttribute(admin, eventId, { comment: text.slice(0, 1000) });
    expect(member(comment.body, 'Attribute', 'comment')).toBe(text.slice(0, 1000));
    const event = await makeEvent(admin, { info: text });
    expect(member((await admin.get(`/events/view/${event.id}`)).body, 'Event', 'info')).toBe(text);
    const found = await admin.post('/attributes/restSearch', { returnFormat: 'json', value: text });
    expect(JSON.stringify(found.body)).toContain(JSON.stringify(text).slice(1, 50));
  });

  it.each([
    ['a NUL', '{"type":"text","value":"a\\u0000b"}'],
    ['a lone high surrogate', '{"type":"text","value":"a\\ud800"}'],
    ['a lone low surrogate', '{"type":"text","comment":"\\udc00","value":"a"}'],
    ['a NUL in a name', '{"type":"text","val\\u0000ue":"a","value":"a"}'],
  ])('with %s is refused, and nothing is stored', (_what, body) =>
    changesNothing(async () => {
      for (const path of [`/attributes/add/${eventId}`, '/events/add', '/attributes/restSearch', '/tags/add']) {
        expect(await sendRaw(path, body)).toMatchObject({ status: 400, text: expect.stringContaining('message') });
      }
    }),
  );

  it.each([
    ['UTF-16', Buffer.from('{"type":"text","value":"a"}', 'utf16le')],
    ['latin-1', Buffer.from('{"type":"text","value":"\xe9"}', 'latin1')],
    ['cut UTF-8', Buffer.from([...Buffer.from('{"type":"text","value":"'), 0xf0, 0x9f, ...Buffer.from('"}')])],
    ['overlong UTF-8', Buffer.from([...Buffer.from('{"type":"text","value":"'), 0xc0, 0x80, ...Buffer.from('"}')])],
    ['surrogates in UTF-8', Buffer.from([...Buffer.from('{"value":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
  ])('in %s is refused, and nothing is stored', (_what, bytes) =>
    changesNothing(async () => {
      const { status } = await sendRaw(`/attributes/add/${eventId}`, new Uint8Array(bytes));
      expect([400, 405]).toContain(status);
    }),
  );

  it('with a byte order mark before the JSON is read', async () => {
    const { status } = await sendRaw(`/attributes/add/${eventId}`, `\ufeff{"type":"text","value":"behind a mark"}`);
    expect(status).toBe(200);
  });
});

// Such as PostgreSQL cannot make small, beyond what an entry of an index holds.
const long = randomBytes(30_000).toString('base64url');

describe('a name longer than an index holds', () => {
  it.each([
    ['/admin/organisations/add', { name: long }],
    ['/feeds/add', { name: 'long', provider: 'x', url: `https://feeds.example.com/${long}` }],
    [
      '/servers/add',
      { name: 'long', url: `https://misp.example.com/${long}`, authkey: 'k'.repeat(40), remote_org_id: 1 },
    ],
    ['/galaxies/add', { name: long, namespace: long, description: 'x' }],
    ['/tags/add', { name: long, colour: '#ff0000' }],
  ])('is refused or cut by %s', async (path, body) => {
    expect((await admin.post(path, body)).status).toBeLessThan(500);
  });

  it('is refused for a cluster, and nothing is stored', async () => {
    const galaxy = await admin.post('/galaxies/add', { name: 'Own', namespace: 'own', description: 'x' });
    const path = `/galaxy_clusters/add/${member(galaxy.body, 'Galaxy', 'id')}`;
    await changesNothing(async () => {
      const answer = await admin.post(path, { value: 'x'.repeat(256), description: 'x' });
      expect(answer).toMatchObject({ status: 403, body: { errors: { value: [expect.stringContaining('255')] } } });
    });
    expect((await admin.post(path, { value: 'x'.repeat(255), description: 'x' })).status).toBe(200);
  });

  it.each([
    [
      'an object',
      { name: long, 'meta-category': 'misc', Attribute: [{ type: 'text', object_relation: long, value: 'a' }] },
    ],
    ['a relation', { name: 'x', Attribute: [{ type: 'text', object_relation: long, value: 'a' }] }],
  ])('is refused or cut in %s', async (_what, body) => {
    expect((await admin.post(`/objects/add/${eventId}`, body)).status).toBeLessThan(500);
  });
});

describe('a body', () => {
  it.each([
    ['10,000 lists deep', `{"value":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['10,000 objects deep', `${'{"Event":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['opened 100,000 times and never closed', '['.repeat(100_000)],
  ])('%s is refused as too large', (_what, body) =>
    changesNothing(async () => {
      for (const path of ['/events/add', '/attributes/restSearch'])
        expect((await sendRaw(path, body)).status).toBe(413);
    }),
  );

  it('of more than a megabyte is checked as a small one is', () =>
    changesNothing(async () => {
      const padding = JSON.stringify('x'.repeat(2_000_000));
      expect((await sendRaw('/events/add', `{"pad":${padding},"info":"a\\u0000"}`)).status).toBe(400);
      expect((await sendRaw('/events/add', `{"pad":${padding},"info":"\\ud800"}`)).status).toBe(400);
      expect(
        (await sendRaw('/events/add', `{"pad":${padding},"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).status,
      ).toBe(413);
      expect((await sendRaw('/events/add', `{"pad":${padding},"info":"x"`)).status).toBe(405);
    }));

  it('with 200,000 unknown keys is read, and they are ignored', async () => {
    const keys = Array.from({ length: 200_000 }, (_none, index) => `"k${index}":${index}`).join(',');
    const { status } = await sendRaw(`/attributes/add/${eventId}`, `{${keys},"type":"text","value":"among many"}`);
    expect(status).toBe(200);
  });

  it('cannot reach the prototypes of the program', async () => {
    const forged = '"__proto__":{"perm_site_admin":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}';
    for (const path of [
      '/events/add',
      `/attributes/add/${eventId}`,
      '/attributes/restSearch',
      '/tags/add',
      '/admin/users/add',
    ]) {
      await sendRaw(path, `{${forged},"info":"x","type":"text","value":"${path}","name":"x"}`);
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get({}, 'perm_site_admin')).toBeUndefined();
  });

  it('takes the last of duplicate keys', async () => {
    const { text } = await sendRaw(
      `/attributes/add/${eventId}`,
      '{"type":"text","value":"first","value":"last of two"}',
    );
    expect(text).toContain('last of two');
  });

  it.each(['', ' ', 'null', '[]', '5', '"text"', '{', '{"a":}', "{'a':1}", '{"a":1}}', '\u0000'])(
    'that is %j stores no event',
    (body) =>
      changesNothing(async () => {
        const { status } = await sendRaw('/events/add', body);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
  );

  it('that unpacks to more than the server takes is refused', async () => {
    const { gzipSync } = await import('node:zlib');
    const small = await startTestMagpie({ environment: { MAGPIE_BODY_LIMIT: '1MB' } });
    try {
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(50 * 2 ** 20, 0x20)));
      const answer = await fetch(`${small.url}/events/add`, {
        method: 'POST',
        headers: { authorization: small.adminKey, 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: bomb,
      });
      expect(answer.status).toBe(413);
      expect((await small.admin.get('/events/index')).status).toBe(200);
    } finally {
      await small.stop();
    }
  });
});

describe('a value', () => {
  it('longer than MISP stores is refused with a message for its field, and nothing is stored', () =>
    changesNothing(async () => {
      for (const length of [70_000, 10_000_000]) {
        const answer = await addAttribute({ value: 'x'.repeat(length) });
        expect(answer).toMatchObject({ status: 403, body: { errors: { value: expect.anything() } } });
      }
    }));

  it.each([
    ['a list of objects', [{ $gt: 1 }]],
    ['an object', { $gt: 1 }],
    ['nested lists', [[['x']]]],
    ['nothing', null],
    ['an empty text', ''],
  ])('that is %s is refused, and nothing is stored', (_what, value) =>
    changesNothing(async () => {
      expect((await addAttribute({ value })).status).toBe(403);
    }),
  );

  it.each([
    ['type', 'no such type'],
    ['type', 'constructor'],
    ['category', '__proto__'],
    ['distribution', '9'],
    ['distribution', [3]],
    ['uuid', 'x'],
    ['uuid', 'D0000000-0000-7000-8000-000000000001'],
    ['uuid', '{d0000000-0000-4000-8000-000000000001}'],
    ['uuid', 'urn:uuid:d0000000-0000-4000-8000-000000000001'],
    ['first_seen', 'yesterday-ish'],
    ['first_seen', '99999-01-01'],
    ['timestamp', '99999999999999'],
  ])('with the %s %j is refused or cleaned, never a failure', async (field, odd) => {
    const answer = await addAttribute({ value: crypto.randomUUID(), [field]: odd });
    expect([200, 403]).toContain(answer.status);
    if (answer.status === 200) expect(String(member(answer.body, 'Attribute', field))).not.toBe(String(odd));
  });

  it('seen last before it was seen first is refused', () =>
    changesNothing(async () => {
      const answer = await addAttribute({ value: 'x', first_seen: '2024-02-01', last_seen: '2024-01-01' });
      expect(answer.status).toBe(403);
    }));

  it('keeps its uuid in lower case', async () => {
    const uuid = crypto.randomUUID();
    const answer = await addAttribute({ value: 'upper', uuid: uuid.toUpperCase() });
    expect(member(answer.body, 'Attribute', 'uuid')).toBe(uuid);
    const again = await addAttribute({ value: 'upper again', uuid });
    expect(again).toMatchObject({ status: 403, body: { errors: { uuid: expect.anything() } } });
  });
});

describe('times', () => {
  it('of the far future cannot block later edits', async () => {
    const inTenYears = String(Math.floor(Date.now() / 1000) + 10 * 365 * 86_400);
    const event = await makeEvent(admin, { timestamp: inTenYears });
    expect((await admin.post(`/events/edit/${event.id}`, { info: 'still editable' })).status).toBe(200);
    for (const timestamp of ['99999999999999999999', '1e12', '-5', 'tomorrow', [1], 9_999_999_999_999]) {
      const answer = await admin.post('/events/add', { info: 'x', timestamp });
      expect(answer.status).toBe(403);
    }
  });

  it.each(['2024-02-30', '99999-01-01', '2024-13-01', '01/02/2024', '0000-00-00', ['2024-01-01'], { $gt: '' }])(
    'like %j are no event date',
    (date) =>
      changesNothing(async () => {
        expect((await admin.post('/events/add', { info: 'x', date })).status).toBe(403);
      }),
  );
});

describe('a search', () => {
  it.each(['%', '_', '\\', '|', '&', '!', ';', ':', '*', "'", '"', '$1', '%00', '(', '[a-z]+'])(
    'for %j finds only what contains it',
    async (special) => {
      const value = `a${special}b-${crypto.randomUUID()}`;
      await makeAttribute(admin, eventId, { value });
      await makeAttribute(admin, eventId, { value: value.replace(special, 'X') });
      const answer = await admin.post('/attributes/restSearch', { returnFormat: 'json', value });
      const found = member(answer.body, 'response', 'Attribute') as { value: string }[];
      expect(found.map((row) => row.value)).toEqual(special === '%' ? expect.arrayContaining([value]) : [value]);
    },
  );

  it.each([
    { order: 'Event.id; drop table events' },
    { order: "Attribute.timestamp' desc --" },
    { order: ['Attribute.id', { x: 1 }] },
    { sort: '(select pg_sleep(60))', direction: 'desc; select 1' },
    { group: 'x', fields: ['password_hash from users --'] },
    { limit: '1; select 1', page: '0x10' },
    { limit: -1, page: -1 },
    { limit: 2 ** 63, page: 2 ** 63 },
    { timestamp: ["1' or '1'='1", '5d'] },
    { tags: { AND: [{ OR: ['x'] }] } },
    { value: { $ne: null } },
  ])('with %j runs nothing but itself', async (filter) => {
    // What sleeps in the database outlasts the test.
    const answer = await admin.post('/attributes/restSearch', { returnFormat: 'json', limit: 5, ...filter });
    // Formats that this version does not write yet are 501.
    expect([200, 400, 403, 404, 501]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).not.toMatch(/password_hash|argon2|syntax error|relation "|select /i);
  });

  it('gives an empty column for a name that is none of an attribute', async () => {
    const answer = await admin.post('/attributes/restSearch', {
      returnFormat: 'csv',
      requested_attributes: ['password_hash'],
      limit: 5,
    });
    expect(answer.status).toBe(200);
    const [head, ...rows] = String(answer.body).trimEnd().split('\n');
    expect(head).toBe('password_hash');
    expect(rows.join('').replaceAll('"', '')).toBe('');
  });
});
