import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateContent } from './update.ts';

let m: TestMagpie;
let folder: string;
beforeAll(async () => {
  m = await startTestMagpie();
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
});
afterAll(async () => {
  await m?.stop();
  await rm(folder, { recursive: true, force: true });
});

const template = {
  uuid: 'a0000000-0000-4000-8000-00000000a001',
  name: 'Suspicious domain',
  description: 'A first look.',
  misp_default: true,
  schema_version: 1,
  event_defaults: { info_template: 'Domain {{field:domain}}', distribution: 0 },
  structure: [
    { id: 's', type: 'section', label: 'Overview' },
    {
      ...{ id: 'domain', type: 'attribute_field', label: 'Domain', parent: 's', mandatory: true },
      misp: { type: 'domain', category: 'Network activity' },
    },
  ],
};

async function put(name: string, content: unknown): Promise<void> {
  const path = join(folder, 'misp-event-templates', 'templates', name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'definition.json'), JSON.stringify(content));
}

function update() {
  return updateContent(m.magpie, { kind: 'folder', path: folder }, () => {}, { libraries: ['event-templates'] });
}

describe('the library of event templates', () => {
  it('is stored for everybody, renewed where it changed, and what cannot be used is named', async () => {
    await put('domain', template);
    await put('broken', { ...template, uuid: 'a0000000-0000-4000-8000-00000000a002', structure: 'none' });
    const [first] = await update();
    expect(first).toMatchObject({ files: 2, updated: 1, notices: [{ path: expect.stringContaining('broken') }] });
    expect((await m.admin.get('/event_templates/index')).body).toMatchObject([
      { EventTemplate: { uuid: template.uuid, name: 'Suspicious domain' } },
    ]);
    expect((await m.admin.get('/event_templates/library_status')).body).toMatchObject({ installed: 1 });
    await put('domain', { ...template, name: 'Suspicious domains' });
    expect((await update())[0]).toMatchObject({ updated: 1 });
    expect((await update())[0]).toMatchObject({ updated: 0 });
    const made = await m.admin.post(`/event_templates/instantiate/${template.uuid}`, {
      values: { domain: 'a.example' },
    });
    expect(made.status).toBe(200);
  });
});
