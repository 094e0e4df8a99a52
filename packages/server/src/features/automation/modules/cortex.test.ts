import { makeAttribute, makeEvent } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeAnswer, type FakeService, fakeModule, startFakeService } from './testing/fake-service.ts';
import { type ModulesWorld, startModulesWorld } from './testing/modules-world.ts';

const KEY = 'a-key-of-cortex';

let world: ModulesWorld;
let cortex: FakeService;
let answer: FakeAnswer = { json: { results: [{ types: ['email-src'], values: ['abuse@example.com'] }] } };

const ask = (attribute: string) =>
  world.owner.post(`/events/queryEnrichment/${attribute}/Abuse_Finder_3_0/Cortex/Attribute`);

beforeAll(async () => {
  world = await startModulesWorld();
  cortex = await startFakeService([fakeModule('Abuse_Finder_3_0', ['cortex'], { input: ['domain', 'attachment'] })], {
    Abuse_Finder_3_0: () => answer,
  });
});
afterAll(async () => {
  await world?.stop();
  await cortex?.stop();
});

describe('analysers of Cortex', { timeout: 60_000 }, () => {
  it('are asked with the key, which nobody is shown, and only once they are switched on', async () => {
    const { magpie, owner, set } = world;
    const event = await makeEvent(owner, {});
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'cortex.example.com' });
    expect(await ask(attribute.id)).toMatchObject({
      status: 405,
      body: { message: 'No module service for Cortex is set up.' },
    });
    await set('Plugin.Cortex_services_enable', true);
    await set('Plugin.Cortex_services_port', cortex.port);
    await set('Plugin.Cortex_authkey', KEY);
    expect(await ask(attribute.id)).toMatchObject({
      status: 405,
      body: { message: 'Module not found or not available.' },
    });
    await set('Plugin.Cortex_Abuse_Finder_3_0_enabled', true);
    expect(await ask(attribute.id)).toMatchObject({
      status: 200,
      body: { module: 'Abuse_Finder_3_0', Attribute: [{ type: 'email-src', value: 'abuse@example.com' }] },
    });
    expect(cortex.asked).toMatchObject([
      { module: 'Abuse_Finder_3_0', domain: 'cortex.example.com', event_id: event.id, config: {}, timeout: 120 },
    ]);
    // Cortex takes the first field besides the module for what is to be analysed.
    expect(Object.keys(cortex.asked[0] ?? {}).find((name) => name !== 'module')).toBe('domain');
    expect([...new Set(cortex.keys)]).toEqual([`Bearer ${KEY}`]);
    expect(world.service.keys.filter((key) => key !== '')).toEqual([]);
    const settings = await magpie.admin.get('/servers/serverSettings');
    expect(JSON.stringify(settings.body)).not.toContain(KEY);
  });

  it('get files as Cortex reads them, and give reports and hashes of whichever type they fit', async () => {
    const { owner } = world;
    const event = await makeEvent(owner, {});
    const data = Buffer.from('a file').toString('base64');
    const attribute = await makeAttribute(owner, event.id, { type: 'attachment', value: 'a.txt', data });
    const report = JSON.stringify({ full: { found: true }, summary: { taxonomies: [] } });
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
    answer = {
      json: {
        results: [
          { types: ['sha512/224', 'sha1', 'md5', 'imphash'], values: [md5] },
          { types: ['cortex'], values: [report] },
        ],
      },
    };
    expect(await ask(attribute.id)).toMatchObject({
      status: 200,
      body: {
        Attribute: [
          { type: 'md5', value: md5, types: ['sha512/224', 'sha1', 'md5', 'imphash'] },
          { type: 'cortex', value: report },
        ],
      },
    });
    const { attachment, ...rest } = cortex.asked.at(-1) ?? {};
    expect(attachment).toBe(data);
    expect(rest).not.toHaveProperty('data');
  });

  it('tell that the key is not accepted, and what failed in Cortex', async () => {
    const event = await makeEvent(world.owner, {});
    const attribute = await makeAttribute(world.owner, event.id, { type: 'domain', value: 'key.example.com' });
    answer = { text: '{"type":"AuthenticationError","message":"Authentication failure"}', status: 401 };
    expect(JSON.stringify((await ask(attribute.id)).body)).toContain('does not accept the key (status 401)');
    answer = { json: { error: "This job hasn't finished yet" } };
    expect(JSON.stringify((await ask(attribute.id)).body)).toContain("This job hasn't finished yet");
  });
});
