import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localhostCertificate, testAuthority } from '../../../outgoing/testing/certificate.ts';
import { FAMILIES } from './families.ts';
import { type FakeService, startFakeService } from './testing/fake-service.ts';
import { fakeModules, type ModulesWorld, startModulesWorld } from './testing/modules-world.ts';

let world: ModulesWorld;
let secured: FakeService;
let folder: string;

beforeAll(async () => {
  world = await startModulesWorld();
  const results = () => ({ json: { results: [{ types: ['text'], values: ['over TLS'] }] } });
  secured = await startFakeService(fakeModules, { plain: results }, localhostCertificate);
  folder = await mkdtemp(join(tmpdir(), 'authorities-'));
  await writeFile(join(folder, 'authority.pem'), testAuthority);
  await writeFile(join(folder, 'other.pem'), 'no certificate');
});
afterAll(async () => {
  await world?.stop();
  await secured?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** What the page shows of a family's service: whether it answers, or why not. */
async function reach(family: string): Promise<unknown> {
  const { body } = await world.magpie.admin.get(`/ui/modules/${family}`);
  const { reachable, message } = body as { reachable: boolean; message: string | null };
  return reachable ? 'answers' : message;
}

describe('the certificate of a module service', { timeout: 60_000 }, () => {
  it.each(FAMILIES)('is checked as the settings of %s say', async (family) => {
    const set = (name: string, value: unknown) => world.set(`Plugin.${family}_${name}`, value);
    await set('services_enable', true);
    await set('services_port', secured.port);
    await set('services_url', 'https://localhost');
    expect(await reach(family)).toMatch(/certificate of localhost:\d+ is not accepted/);
    await set('ssl_cafile', join(folder, 'authority.pem'));
    expect(await reach(family)).toBe('answers');
    await set('services_url', 'https://127.0.0.1');
    expect(await reach(family)).toMatch(/not accepted \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
    await set('ssl_verify_host', false);
    expect(await reach(family)).toBe('answers');
    await set('ssl_cafile', '');
    expect(await reach(family)).toMatch(/not accepted/);
    await set('ssl_allow_self_signed', true);
    expect(await reach(family)).toBe('answers');
    await set('ssl_allow_self_signed', false);
    await set('ssl_verify_peer', false);
    expect(await reach(family)).toBe('answers');
    await set('ssl_verify_peer', true);
    await set('ssl_verify_host', true);
  });

  it('is not trusted because of a file that is missing, a folder or without certificates', async () => {
    for (const file of [join(folder, 'none.pem'), folder, join(folder, 'other.pem')]) {
      await world.set('Plugin.Import_ssl_cafile', file);
      expect(await reach('Import')).toContain('The file of authorities cannot be used.');
    }
    const name = 'Plugin.Import_ssl_cafile';
    const { status, body } = await world.magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value: 'a.pem' });
    expect([status, JSON.stringify(body)]).toEqual([
      403,
      expect.stringContaining('Expected the whole path of a file.'),
    ]);
  });

  it('holds for questions too', async () => {
    await world.set('Plugin.Enrichment_services_url', 'https://localhost');
    await world.set('Plugin.Enrichment_ssl_cafile', join(folder, 'authority.pem'));
    const ask = () => world.owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' });
    expect((await ask()).body).toEqual({ results: [{ types: ['text'], values: ['over TLS'] }] });
    // The list is known by now; the question is what the certificate is checked for.
    await rm(join(folder, 'authority.pem'));
    expect(JSON.stringify((await ask()).body)).toContain('The file of authorities cannot be used.');
  });
});
