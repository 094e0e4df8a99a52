import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { type ApiClient, makeAttribute, makeEvent, member } from '@magpie/testkit';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, startWorld, textAt, type World } from '../objects/testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.magpie.stop());

const sample = Buffer.from('MZ not really a program');
const md5 = createHash('md5').update(sample).digest('hex');
const sha256 = createHash('sha256').update(sample).digest('hex');
const upload = (client: ApiClient, body: object, event = '') =>
  client.post(`/events/upload_sample${event}`, { request: body });
const files = [{ filename: 'C:\\temp\\..\\up.exe', data: sample.toString('base64') }];

async function download(client: 'owner' | 'stranger', path: string) {
  const key = client === 'owner' ? world.owner : world.stranger;
  return key.get(path);
}

/** The bytes of a download, which the testkit's client would decode as text. */
async function bytesOf(attributeId: string): Promise<{ bytes: Buffer; headers: Headers }> {
  const response = await fetch(`${world.magpie.url}/attributes/download/${attributeId}`, {
    headers: { Authorization: world.magpie.adminKey, Accept: 'application/json' },
  });
  return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

async function sampleOf(eventId: string): Promise<string> {
  const [row] = await rowsOf(world, `select id from attributes where event_id = $1 and type = 'malware-sample'`, [
    eventId,
  ]);
  return String(row?.id);
}

describe('uploading samples', () => {
  it('makes an event with a file object of hashes and the encrypted sample', async () => {
    const answer = await upload(world.owner, { files, distribution: 1, info: 'mine', comment: 'c', event_id: '1' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body).toMatchObject({ name: 'Success', message: 'Success, saved all attributes.' });
    const view = await world.owner.get(`/events/view/${textAt(answer, 'id')}`);
    expect(view.body).toMatchObject({ Event: { info: 'mine', distribution: '1', Object: [{ name: 'file' }] } });
    const attributes = member(view.body, 'Event', 'Object', 0, 'Attribute') as Record<string, unknown>[];
    expect(Object.fromEntries(attributes.map((row) => [row.object_relation, row.value]))).toEqual({
      'malware-sample': `up.exe|${md5}`,
      filename: 'up.exe',
      md5,
      sha1: createHash('sha1').update(sample).digest('hex'),
      sha256,
      'size-in-bytes': String(sample.length),
    });
    expect(attributes.find((row) => row.type === 'malware-sample')).toMatchObject({ category: 'Payload installation' });
    expect(attributes.find((row) => row.type === 'filename')).toMatchObject({ to_ids: false });
  });

  it('adds to an event of ones own, and keeps the good files of a list', async () => {
    const event = await makeEvent(world.owner);
    const list = [...files, { filename: '..', data: 'YQ==' }, { filename: 'a.bin', data: '%%%' }];
    const answer = await upload(world.owner, { files: list }, `/${event.id}`);
    expect(answer.body).toMatchObject({ name: 'Partial success', id: event.id });
    expect(member(answer.body, 'errors')).toHaveLength(2);
    const rows = await rowsOf(world, 'select distribution from objects where event_id = $1', [event.id]);
    expect(rows).toEqual([{ distribution: 5 }]);
  });

  it.each([
    [{}],
    [{ files: [] }],
    [{ files: 'a.exe', distribution: 0 }],
    [{ files: [{ filename: 'a' }], distribution: 0 }],
    [{ files, distribution: 5 }],
    [{ files }],
    [{ files, distribution: 0, category: 'Network activity' }],
    [{ files: [{ filename: 'a', data: '%' }], distribution: 0 }],
  ])('refuses %j', async (body) => {
    expect((await upload(world.owner, body)).status).toBe(400);
  });

  it('knows no event but those that the user may see and change, by number', async () => {
    const event = await makeEvent(world.owner);
    const hidden = await makeEvent(world.owner, { distribution: '0' });
    for (const key of [event.id, hidden.id, '999999', event.uuid]) {
      const client = key === event.uuid ? world.owner : world.stranger;
      const answer = await upload(client, { files }, `/${key}`);
      expect([answer.status, textAt(answer, 'message')]).toEqual([404, 'Event not found']);
    }
    expect((await upload(world.reader, { files, distribution: 0 })).status).toBe(403);
    expect((await world.owner.get('/events/upload_sample')).status).toBe(405);
  });
});

describe('downloading', () => {
  it('gives a sample as a ZIP that ZIP programs open with the password', async () => {
    const answer = await upload(world.owner, { files, distribution: 0 });
    const { bytes, headers } = await bytesOf(await sampleOf(textAt(answer, 'id')));
    expect(headers.get('content-disposition')).toBe('attachment; filename="up.exe.zip"');
    const entries = await new ZipReader(new Uint8ArrayReader(bytes), { password: 'infected' }).getEntries();
    const read = async (name: string) => {
      const entry = entries.find((candidate) => candidate.filename === name);
      if (entry === undefined || entry.directory) throw new Error(`no ${name}`);
      return Buffer.from(await entry.getData(new Uint8ArrayWriter()));
    };
    expect(entries.every((entry) => entry.encrypted && entry.zipCrypto)).toBe(true);
    expect(await read(md5)).toEqual(sample);
    expect((await read(`${md5}.filename.txt`)).toString()).toBe('up.exe');
    expect(bytes.includes(sample)).toBe(false);
  });

  it.skipIf(!hasPython())('gives a sample that Python reads, which knows traditional encryption only', async () => {
    const answer = await upload(world.owner, { files, distribution: 0 });
    const { bytes } = await bytesOf(await sampleOf(textAt(answer, 'id')));
    const script =
      'import sys,io,zipfile;z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()));sys.stdout.buffer.write(z.read(sys.argv[1],pwd=b"infected"))';
    expect(execFileSync('python3', ['-c', script, md5], { input: bytes })).toEqual(sample);
  });

  it('offers attachments for saving only, under a harmless name', async () => {
    const event = await makeEvent(world.owner);
    const attribute = await makeAttribute(world.owner, event.id, {
      type: 'attachment',
      value: 'a"b; filename=é.html',
      data: Buffer.from('<script>alert(1)</script>').toString('base64'),
    });
    for (const path of ['/attributes/download/', '/attributes/downloadAttachment/download/']) {
      const answer = await download('owner', path + attribute.id);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="a_b; filename=_.html"; filename*=UTF-8''a%22b%3B%20filename%3D%C3%A9.html`,
      );
    }
  });

  it('shows what is a picture by its first bytes, and nothing else', async () => {
    const event = await makeEvent(world.owner, { distribution: '0' });
    const attach = (value: string, bytes: Buffer) =>
      makeAttribute(world.owner, event.id, { type: 'attachment', value, data: bytes.toString('base64') });
    const gif = await attach('named.txt', Buffer.from('GIF89a and more'));
    const shown = await download('owner', `/attributes/viewPicture/${gif.id}`);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    const svg = await attach('named.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'));
    expect((await download('owner', `/attributes/viewPicture/${svg.id}`)).status).toBe(404);
    expect((await download('stranger', `/attributes/viewPicture/${gif.id}`)).status).toBe(404);
  });

  it('answers for hidden files as for absent ones', async () => {
    const event = await makeEvent(world.owner);
    const fields = { type: 'attachment', value: 'a.txt', data: 'YWJj', distribution: '0' };
    const hidden = await makeAttribute(world.owner, event.id, fields);
    const plain = await makeAttribute(world.owner, event.id);
    expect((await download('owner', `/attributes/download/${hidden.id}`)).body).toBe('abc');
    const answers = await Promise.all(
      [hidden.id, hidden.uuid, plain.id, '999999', randomUUID(), '1e3'].map((key) =>
        download('stranger', `/attributes/download/${key}`),
      ),
    );
    const seen = new Set(answers.map((answer) => `${answer.status} ${textAt(answer, 'message')}`));
    expect([...seen]).toEqual([
      '404 Attribute does not exist or you do not have the permission to download this attribute.',
    ]);
  });
});

describe('samples by hash', () => {
  const ask = (client: ApiClient, request: object) => client.post('/attributes/downloadSample', { request });

  it('are found by any of their hashes, in visible events only', async () => {
    const bytes = Buffer.from(randomUUID());
    const list = [{ filename: 'one.bin', data: bytes.toString('base64') }];
    const own = textAt(await upload(world.owner, { files: list, distribution: 0, info: 'own' }), 'id');
    const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
    for (const algorithm of ['md5', 'sha1', 'sha256']) {
      const answer = await ask(world.owner, { hash: digest(algorithm).toUpperCase() });
      expect(answer.body).toMatchObject({
        result: [{ md5: digest('md5'), filename: 'one.bin', event_id: own, event_info: 'own' }],
      });
      const zip = Buffer.from(textAt(answer, 'result', 0, 'base64'), 'base64');
      expect(zip.subarray(0, 2).toString()).toBe('PK');
      expect((await ask(world.stranger, { hash: digest(algorithm) })).body).toEqual({
        message: 'No hits with the given parameters.',
      });
    }
  });

  it('come with all others of the event when asked for', async () => {
    const event = await makeEvent(world.owner);
    const [one, two] = [Buffer.from(randomUUID()), Buffer.from(randomUUID())];
    const list = [one, two].map((bytes, index) => ({ filename: `${index}.bin`, data: bytes.toString('base64') }));
    await upload(world.owner, { files: list }, `/${event.id}`);
    const hash = createHash('sha256').update(one).digest('hex');
    const names = async (request: object) =>
      (member((await ask(world.owner, request)).body, 'result') as { filename: string }[]).map((hit) => hit.filename);
    expect(await names({ hash })).toEqual(['0.bin']);
    expect(await names({ hash, allSamples: 1 })).toEqual(['0.bin', '1.bin']);
    expect(await names({ eventID: event.id })).toEqual(['0.bin', '1.bin']);
    const none = { message: 'No hits with the given parameters.' };
    for (const request of [{}, { hash: 'nothing' }, { hash, eventID: '999999' }, { eventID: '0x1A' }]) {
      expect((await ask(world.owner, request)).body).toEqual(none);
    }
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
