import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKnowledgeWorld, type KnowledgeWorld } from '../testing/world.ts';
import { ContentSourceError } from './libraries.ts';
import { updateContent } from './update.ts';

let world: KnowledgeWorld;
let folder: string;
beforeAll(async () => {
  world = await createKnowledgeWorld();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-content-'));
});
afterAll(() => world.close());

const DEMO_GALAXY = '11111111-1111-4111-8111-111111111111';
const DEMO_CLUSTER = '22222222-2222-4222-8222-222222222222';

function taxonomy(version: number, values: readonly string[]): unknown {
  return { namespace: 'demo', description: 'Demo', version, predicates: values.map((value) => ({ value })) };
}

async function put(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function update(options: { force?: boolean } = {}): Promise<{ updated: number; notices: string[] }> {
  const results = await updateContent(world.magpie, { kind: 'folder', path: folder }, () => {}, options);
  await rm(folder, { recursive: true });
  return {
    updated: results.reduce((sum, result) => sum + result.updated, 0),
    notices: results.flatMap((result) => result.notices.map(({ path, reason }) => `${path}: ${reason}`)),
  };
}

function rows(sql: string): Promise<Record<string, unknown>[]> {
  return world.database.asSystem('test', (tx) => tx.query(sql));
}

describe('updateContent', () => {
  it('keeps id and switches of a newer taxonomy, and replaces its tags', async () => {
    await put('taxonomies/demo/machinetag.json', taxonomy(1, ['one', 'two']));
    await update();
    const [before] = await rows(
      `update taxonomies set enabled = true, required = true where namespace = 'demo' returning id`,
    );
    await put('taxonomies/demo/machinetag.json', taxonomy(2, ['two', 'three']));
    expect((await update()).updated).toBe(1);
    expect(await rows(`select id, version, enabled, required from taxonomies where namespace = 'demo'`)).toEqual([
      { id: before?.id, version: 2, enabled: true, required: true },
    ]);
    expect((await rows(`select tag from taxonomy_tags order by predicate_position`)).map((row) => row.tag)).toEqual([
      'demo:two',
      'demo:three',
    ]);
  });

  it('gives colours by the place among all tags of the taxonomy', async () => {
    const entry = (value: string) => ({ value });
    await put('taxonomies/estimative-language/machinetag.json', {
      namespace: 'estimative-language',
      version: 1,
      predicates: [{ value: 'likelihood' }, { value: 'confidence' }],
      values: [
        { predicate: 'likelihood', entry: ['1', '2', '3', '4', '5', '6', 'almost-certain'].map(entry) },
        { predicate: 'confidence', entry: ['low', 'moderate', 'high'].map(entry) },
      ],
    });
    await update();
    // As a real MISP coloured them.
    expect(
      await rows(`select tag_colour from taxonomy_entries where value in ('3', 'almost-certain') order by id`),
    ).toEqual([{ tag_colour: '#001270' }, { tag_colour: '#001fc2' }]);
  });

  it('ignores an older version, unless forced', async () => {
    await put('misp-taxonomies/demo/machinetag.json', taxonomy(1, ['old']));
    expect((await update()).updated).toBe(0);
    await put('misp-taxonomies/demo/machinetag.json', taxonomy(1, ['old']));
    expect((await update({ force: true })).updated).toBe(1);
  });

  it('names files it cannot use and stores the others', async () => {
    await put('taxonomies/broken/machinetag.json', '{"namespace":');
    await put('taxonomies/list/machinetag.json', '[]');
    await put('taxonomies/nameless/machinetag.json', { version: 1, predicates: [] });
    await put('taxonomies/people/machinetag.json', {
      ...Object(taxonomy(1, ['x'])),
      namespace: 'people',
      type: ['org'],
    });
    await put('taxonomies/good/machinetag.json', {
      namespace: 'good',
      version: 1,
      predicates: [{ value: 'a\u0000\ud800' }],
    });
    const { updated, notices } = await update();
    expect(updated).toBe(1);
    expect(notices).toEqual([
      expect.stringMatching(/^broken.*: not JSON/),
      'list/machinetag.json: not a JSON object',
      'nameless/machinetag.json: "namespace" is missing',
      'people/machinetag.json: it is not meant for events',
    ]);
    expect((await rows(`select tag from taxonomy_predicates where tag like 'good:%'`))[0]?.tag).toBe('good:a\ufffd');
  });

  it('keeps the ids of updated clusters, replaces their parts, and leaves custom clusters alone', async () => {
    const cluster = (version: number, value: string) => ({
      type: 'demo',
      uuid: DEMO_GALAXY,
      version,
      authors: ['A'],
      values: [
        {
          uuid: DEMO_CLUSTER,
          value,
          meta: { synonyms: [value, 'S'], n: 3 },
          related: [{ 'dest-uuid': DEMO_GALAXY, type: 'is', tags: ['rel:tag'] }],
        },
      ],
    });
    await put('galaxies/galaxies/demo.json', { uuid: DEMO_GALAXY, type: 'demo', name: 'Demo', version: 1 });
    await put('galaxies/clusters/demo.json', cluster(1, 'Foo'));
    await put('galaxies/clusters/lost.json', { ...cluster(1, 'Foo'), type: 'lost' });
    expect((await update()).notices).toEqual(['clusters/lost.json: no galaxy has the type lost']);
    const [before] = await rows('select id, galaxy_id from galaxy_clusters');
    await rows(`insert into galaxy_clusters (uuid, type, value, tag_name, galaxy_id, version, is_default)
      values (gen_random_uuid(), 'demo', 'Mine', 'misp-galaxy:demo="x"', ${before?.galaxy_id}, 1, false)`);
    await put('galaxies/clusters/demo.json', cluster(2, 'Bar'));
    await update();
    expect(await rows('select id, value, tag_name from galaxy_clusters order by id')).toMatchObject([
      { id: before?.id, value: 'Bar', tag_name: 'misp-galaxy:demo="Bar"' },
      { value: 'Mine' },
    ]);
    expect(await rows('select key, value from galaxy_elements order by id')).toEqual([
      { key: 'synonyms', value: 'Bar' },
      { key: 'synonyms', value: 'S' },
      { key: 'n', value: '3' },
    ]);
    expect(await rows('select tags from galaxy_cluster_relations')).toEqual([{ tags: ['rel:tag'] }]);
    expect(await rows(`select 1 as there from tags where name = 'rel:tag'`)).toHaveLength(1);
  });

  it('keeps versions of object templates side by side with the newest active', async () => {
    const template = (version: number) => ({
      uuid: DEMO_CLUSTER,
      name: 'demo',
      version,
      attributes: { a: { 'misp-attribute': 'text' } },
    });
    for (const version of [2, 1, 3]) {
      await put('objects/objects/demo/definition.json', template(version));
      await update();
    }
    expect(await rows('select version, active from object_templates order by version')).toEqual([
      { version: 1, active: false },
      { version: 2, active: false },
      { version: 3, active: true },
    ]);
  });

  it('keeps a warninglist enabled when its entries change, and reads comments', async () => {
    const list = (version: number, entries: unknown) => ({ name: 'demo', type: 'string', version, list: entries });
    await put('warninglists/lists/demo/list.json', list(1, ['a', 'b']));
    await update();
    await rows(`update warninglists set enabled = true`);
    await put('warninglists/lists/demo/list.json', list(2, { c: 'why' }));
    await update();
    expect(await rows('select enabled, entry_count from warninglists')).toEqual([{ enabled: true, entry_count: 1 }]);
    expect(await rows('select value, comment from warninglist_entries')).toEqual([{ value: 'c', comment: 'why' }]);
    expect(await rows('select type from warninglist_types')).toEqual([{ type: 'ALL' }]);
  });

  it('goes on after being stopped half-way', async () => {
    for (let index = 0; index < 200; index += 1) {
      const name = `many-${String(index).padStart(3, '0')}`;
      await put(`taxonomies/${name}/machinetag.json`, { namespace: name, version: 1, predicates: [{ value: 'a' }] });
    }
    const source = { kind: 'folder', path: folder } as const;
    const stop = (progress: { done: number }) => {
      if (progress.done >= 64) throw new Error('stopped');
    };
    await expect(updateContent(world.magpie, source, stop)).rejects.toThrow('stopped');
    const [half] = await rows(`select count(*) from taxonomies where namespace like 'many-%'`);
    expect(half?.count).toBe(64);
    expect((await update()).updated).toBe(136);
  });

  it('lets two updates run at once without storing anything twice', async () => {
    await put('noticelists/lists/demo/list.json', { name: 'demo', notice: [{ message: { en: 'careful' } }] });
    const source = { kind: 'folder', path: folder } as const;
    const results = await Promise.all([updateContent(world.magpie, source), updateContent(world.magpie, source)]);
    expect(results.flat().reduce((sum, result) => sum + result.updated, 0)).toBe(1);
    expect(await rows('select count(*) from noticelist_entries')).toEqual([{ count: 1 }]);
  });

  it('reads archives from a server and leaves nothing of them behind', async () => {
    const pack = tar.pack();
    pack.entry({ name: 'x-1/lists/far/list.json' }, JSON.stringify({ name: 'far', notice: [] }));
    pack.finalize();
    const server = createServer((_request, response) => {
      pack.pipe(createGzip()).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const source = { kind: 'archives', baseUrl: `http://127.0.0.1:${port}` } as const;
    const magpie = { ...world.magpie, config: { ...world.magpie.config, dataDir: folder } };
    const results = await updateContent(magpie, source, () => {}, { libraries: ['noticelists'] });
    server.close();
    expect(results).toMatchObject([{ library: 'noticelists', files: 1, updated: 1 }]);
    expect(await rows(`select name from noticelists where name = 'far'`)).toHaveLength(1);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('says when a server cannot be reached', async () => {
    const source = { kind: 'archives', baseUrl: 'http://127.0.0.1:1' } as const;
    const magpie = { ...world.magpie, config: { ...world.magpie.config, dataDir: folder } };
    await expect(updateContent(magpie, source)).rejects.toThrow(ContentSourceError);
    await rm(folder, { recursive: true });
  });

  it('says when a folder holds none of the libraries', async () => {
    await expect(update()).rejects.toThrow(/no library was found/);
    expect(await readdir(folder)).toEqual([]);
  });
});
