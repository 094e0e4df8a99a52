import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastFolder, rememberFolder } from './last-folder.ts';

let magpie: TestMagpie;
let folder: string;

beforeAll(async () => {
  // Nobody listens there, as on a machine without the network.
  magpie = await startTestMagpie({ environment: { MAGPIE_CONTENT_SOURCE: 'https://127.0.0.1:9' } });
  folder = join(magpie.magpie.config.dataDir, 'libraries');
  await mkdir(join(folder, 'taxonomies', 'demo'), { recursive: true });
  const demo = { namespace: 'demo', description: 'Demo', version: 1, predicates: [{ value: 'a', expanded: 'A' }] };
  await writeFile(join(folder, 'taxonomies', 'demo', 'machinetag.json'), JSON.stringify(demo));
});
afterAll(() => magpie.stop());

const update = () => magpie.admin.post('/taxonomies/update');

describe('an update without the network', () => {
  it('says why it failed, until a folder was read', async () => {
    expect(await update()).toMatchObject({ status: 403, body: { errors: expect.stringContaining('127.0.0.1:9') } });
    await rememberFolder(magpie.magpie.config.dataDir, folder);
    expect(await update()).toMatchObject({
      status: 200,
      body: { message: 'Successfully updated 1 taxonomy libraries.' },
    });
    expect(await update()).toMatchObject({ body: { message: 'All taxonomy libraries are up to date already.' } });
  });

  it('fails again once the folder is gone', async () => {
    await rm(folder, { recursive: true });
    expect(await lastFolder(magpie.magpie.config.dataDir)).toBeNull();
    expect((await update()).status).toBe(403);
  });
});
