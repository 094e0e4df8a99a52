import { makeAttribute, makeEvent } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeService, fakeModule, startFakeService } from './testing/fake-service.ts';
import { type ModulesWorld, startModulesWorld } from './testing/modules-world.ts';

const KEY = 'a-key-of-cortex';

let world: ModulesWorld;
let cortex: FakeService;

beforeAll(async () => {
  world = await startModulesWorld();
  cortex = await startFakeService([fakeModule('Abuse_Finder_3_0', ['cortex'], { input: ['domain'] })], {
    Abuse_Finder_3_0: () => ({ json: { results: [{ types: ['email-src'], values: ['abuse@example.com'] }] } }),
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
    const ask = () => owner.post(`/events/queryEnrichment/${attribute.id}/Abuse_Finder_3_0/Cortex/Attribute`);
    expect(await ask()).toMatchObject({ status: 405, body: { message: 'No module service for Cortex is set up.' } });
    await set('Plugin.Cortex_services_enable', true);
    await set('Plugin.Cortex_services_port', cortex.port);
    await set('Plugin.Cortex_authkey', KEY);
    expect(await ask()).toMatchObject({ status: 405, body: { message: 'Module not found or not available.' } });
    await set('Plugin.Cortex_Abuse_Finder_3_0_enabled', true);
    expect(await ask()).toMatchObject({
      status: 200,
      body: { module: 'Abuse_Finder_3_0', Attribute: [{ type: 'email-src', value: 'abuse@example.com' }] },
    });
    expect(cortex.asked).toMatchObject([
      { module: 'Abuse_Finder_3_0', domain: 'cortex.example.com', event_id: event.id, config: {}, timeout: 120 },
    ]);
    expect([...new Set(cortex.keys)]).toEqual([`Bearer ${KEY}`]);
    expect(world.service.keys.filter((key) => key !== '')).toEqual([]);
    const settings = await magpie.admin.get('/servers/serverSettings');
    expect(JSON.stringify(settings.body)).not.toContain(KEY);
  });
});
