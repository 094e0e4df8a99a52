import assert from 'node:assert/strict';
import { viewerOf } from '@magpie/server/access/authenticate';
import { runAction } from '@magpie/server/features/automation/modules/action';
import { type ApiAnswer, makeAttribute, makeEvent, member, type TestMagpie } from '@magpie/testkit';
import type { ModuleService } from './service.ts';

/** What a check works with. */
export interface ModulesWorld {
  readonly magpie: TestMagpie;
  readonly service: ModuleService;
  /** A port where nobody ever answers. */
  readonly silentPort: number;
}

/** Something that must hold with the real misp-modules; rejects when it does not. */
export interface Check {
  readonly name: string;
  run(world: ModulesWorld): Promise<void>;
}

const URL_VALUE = 'https://www.example.com:8443/a/b?x=1#f';

/** Modules that work without the Internet. */
const used = {
  Enrichment: ['extract_url_components', 'eql', 'hashlookup'],
  Import: ['csvimport', 'testimport'],
  Export: ['liteexport', 'zeek_intel_export', 'osqueryexport', 'splunk_export'],
  Action: ['testaction'],
};

/** Switches the modules on that the checks use. */
export async function setUp({ magpie, service }: ModulesWorld): Promise<void> {
  for (const [family, names] of Object.entries(used)) {
    await set(magpie, `Plugin.${family}_services_port`, service.port);
    await set(magpie, `Plugin.${family}_services_enable`, true);
    for (const name of names) await set(magpie, `Plugin.${family}_${name}_enabled`, true);
  }
  await set(magpie, 'Plugin.Enrichment_hover_enable', true);
}

async function set(magpie: TestMagpie, name: string, value: unknown): Promise<void> {
  ok(await magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value }));
}

function ok(answer: ApiAnswer): unknown {
  assert.equal(answer.status, 200, JSON.stringify(answer.body).slice(0, 500));
  return answer.body;
}

function list(value: unknown, ...path: readonly (string | number)[]): Record<string, unknown>[] {
  const found = path.length === 0 ? value : member(value, ...path);
  assert.ok(Array.isArray(found));
  return found;
}

async function eventWith(magpie: TestMagpie, type: string, value: string) {
  const event = await makeEvent(magpie.admin, { distribution: '0' });
  return { event, attribute: await makeAttribute(magpie.admin, event.id, { type, value }) };
}

/** What is tried with a running service of modules, in order. */
export const checks: readonly Check[] = [
  {
    name: 'lists its modules, and their settings',
    run: async ({ magpie }) => {
      const index = list(ok(await magpie.admin.get('/modules/index'))).map(({ name }) => name);
      assert.deepEqual(index.sort(), [...used.Enrichment].sort());
      const settings = list(ok(await magpie.admin.get('/servers/serverSettings')), 'finalSettings');
      const known = settings.filter(({ setting }) => /^Plugin\.\w+_enabled$/.test(String(setting)));
      assert.ok(known.length > 100, `only ${known.length} modules have settings`);
      const exports = list(ok(await magpie.admin.get('/ui/modules/export')), 'modules').map(({ name }) => name);
      assert.deepEqual(exports.sort(), [...used.Export].sort());
    },
  },
  {
    name: 'enriches in the standard format, and nothing twice',
    run: async ({ magpie }) => {
      const { event, attribute } = await eventWith(magpie, 'url', URL_VALUE);
      const enrich = () => magpie.admin.post(`/attributes/enrich/${attribute.id}`, { extract_url_components: true });
      assert.equal(member(ok(await enrich()), 'data', 0, 'objects'), 1);
      const object = list(ok(await magpie.admin.get(`/events/view/${event.id}`)), 'Event', 'Object')[0];
      assert.equal(object?.name, 'url');
      const relations = Object.fromEntries(
        list(object, 'Attribute').map(({ object_relation, value }) => [object_relation, value]),
      );
      assert.equal(relations.scheme, 'https');
      assert.equal(relations.tld, 'com');
      assert.equal(list(object, 'ObjectReference')[0]?.referenced_uuid, attribute.uuid);
      const again = ok(await enrich());
      assert.equal(member(again, 'data', 0, 'objects'), 0);
      assert.equal(member(again, 'data', 0, 'known'), 1);
    },
  },
  {
    name: 'enriches in the simplified format',
    run: async ({ magpie }) => {
      const { event, attribute } = await eventWith(magpie, 'ip-src', '192.0.2.3');
      ok(await magpie.admin.post(`/attributes/enrich/${attribute.id}`, { eql: true }));
      const stored = list(ok(await magpie.admin.get(`/events/view/${event.id}`)), 'Event', 'Attribute');
      const found = stored.find(({ type }) => type === 'comment');
      assert.equal(found?.category, 'External analysis');
      assert.equal(found?.comment, 'Event EQL queries');
      assert.match(String(found?.value), /192\.0\.2\.3/);
    },
  },
  {
    name: 'shows results for review and stores what is kept',
    run: async ({ magpie }) => {
      const { event, attribute } = await eventWith(magpie, 'url', URL_VALUE);
      const path = `/events/queryEnrichment/${attribute.id}/extract_url_components/Enrichment/Attribute`;
      const review = ok(await magpie.admin.post(path));
      assert.equal(list(review, 'Object')[0]?.name, 'url');
      const stored = ok(await magpie.admin.post(`/events/handleModuleResults/${event.id}`, review));
      assert.equal(member(stored, 'data', 'objects'), 1);
    },
  },
  {
    name: 'enriches an event in the background',
    run: async ({ magpie }) => {
      const { event } = await eventWith(magpie, 'url', URL_VALUE);
      await makeAttribute(magpie.admin, event.id, { type: 'ip-dst', value: '192.0.2.4' });
      ok(await magpie.admin.post(`/events/enrichEvent/${event.id}`, { extract_url_components: true, eql: true }));
      await magpie.magpie.jobs.settled();
      const view = ok(await magpie.admin.get(`/events/view/${event.id}`));
      assert.equal(list(view, 'Event', 'Object').length, 1);
      assert.equal(list(view, 'Event', 'Attribute').length, 3);
    },
  },
  {
    name: 'answers hover and direct questions',
    run: async ({ magpie }) => {
      const { attribute } = await eventWith(magpie, 'url', URL_VALUE);
      const hover = ok(await magpie.admin.get(`/attributes/hoverEnrichment/${attribute.id}`));
      assert.equal(member(hover, 0, 'module'), 'extract_url_components');
      assert.equal(member(hover, 0, 'results', 'Object', 0, 'name'), 'url');
      const body = {
        module: 'extract_url_components',
        attribute: { type: 'url', value: URL_VALUE, uuid: attribute.uuid },
      };
      const direct = ok(await magpie.admin.post('/modules/queryEnrichment', body));
      assert.equal(member(direct, 'results', 'Object', 0, 'name'), 'url');
      const wrong = ok(
        await magpie.admin.post('/modules/queryEnrichment', { module: body.module, domain: 'a.example' }),
      );
      assert.notEqual(String(member(wrong, 'error')), '');
    },
  },
  {
    name: 'imports in the standard format (csvimport)',
    run: async ({ magpie }) => {
      const event = await makeEvent(magpie.admin, {});
      const data = Buffer.from('192.0.2.9,hello,ip-dst\nevil.example.com,there,domain\n').toString('base64');
      const config = { header: 'value,comment,type', has_header: '0' };
      const body = { Event: { source: '1', data, filename: 'a.csv', config } };
      ok(await magpie.admin.post(`/events/importModule/csvimport/${event.id}`, body));
      const stored = list(ok(await magpie.admin.get(`/events/view/${event.id}`)), 'Event', 'Attribute');
      assert.deepEqual(
        stored.map(({ type, value, comment }) => [type, value, comment]),
        [
          ['ip-dst', '192.0.2.9', 'hello'],
          ['domain', 'evil.example.com', 'there'],
        ],
      );
    },
  },
  {
    name: 'imports in the simplified format (testimport)',
    run: async ({ magpie }) => {
      const event = await makeEvent(magpie.admin, {});
      const body = { Event: { source: '0', paste: 'any text', config: { number1: '1' } } };
      const found = list(ok(await magpie.admin.post(`/events/importModule/testimport/${event.id}`, body)));
      assert.equal(found[0]?.value, '192.168.56.1');
      const stored = list(ok(await magpie.admin.get(`/events/view/${event.id}`)), 'Event', 'Attribute');
      assert.equal(stored.length, 1);
    },
  },
  {
    name: 'exports events, by themselves and as formats of searches',
    run: async ({ magpie }) => {
      const { event } = await eventWith(magpie, 'ip-dst', '192.0.2.77');
      for (const name of used.Export) {
        const file = await magpie.admin.get(`/events/exportModule/${name}/${event.id}`);
        assert.match(text(ok(file)), /192\.0\.2\.77/, name);
        const search = await magpie.admin.post('/events/restSearch', { returnFormat: name, eventid: event.id });
        assert.match(text(ok(search)), /192\.0\.2\.77/, name);
      }
    },
  },
  {
    name: 'runs actions for workflows',
    run: async ({ magpie }) => {
      const account = await magpie.magpie.accounts.byUserId(1);
      assert.ok(account);
      const viewer = viewerOf(account, { ip: '', requestId: '' });
      const input = { params: { foo: 'x' }, data: { Event: { info: 'an event' } } };
      assert.equal(await runAction(magpie.magpie, viewer, 'testaction', input), null);
    },
  },
  {
    name: 'gives up on a module that takes too long',
    run: async ({ magpie, silentPort }) => {
      await set(magpie, 'Plugin.Enrichment_timeout', 1);
      await set(magpie, 'Plugin.Enrichment_hashlookup_custom_API', `http://127.0.0.1:${silentPort}/`);
      const { attribute } = await eventWith(magpie, 'md5', '8ed4b4ed952526d89899e723f3488de4');
      const told = ok(await magpie.admin.post(`/attributes/enrich/${attribute.id}`, { hashlookup: true }));
      assert.match(String(member(told, 'data', 0, 'error')), /in time|timeout/i);
    },
  },
  {
    name: 'has the options of every module, keeps those that are set, and shows no secret',
    run: async ({ magpie }) => {
      const all = list(ok(await magpie.admin.get('/servers/serverSettings')), 'finalSettings');
      const key = all
        .map(({ setting }) => String(setting))
        .find((name) => /^Plugin\.Enrichment_\w+_apikey$/.test(name));
      assert.ok(key !== undefined, 'no module wants a key');
      await set(magpie, key, 'a-key-of-nobody');
      await set(magpie, 'Plugin.Import_csvimport_restrict', 1);
      const settings = list(ok(await magpie.admin.get('/servers/serverSettings')), 'finalSettings');
      const valueFor = (name: string) => settings.find(({ setting }) => setting === name)?.value;
      assert.equal(valueFor('Plugin.Import_csvimport_restrict'), 1);
      assert.match(String(valueFor(key)), /^\*+$/);
      assert.equal(valueFor('Plugin.Enrichment_extract_url_components_enabled'), true);
      assert.doesNotMatch(JSON.stringify(settings), /a-key-of-nobody/);
      const one = await magpie.admin.get(`/servers/getSetting/${key}`);
      assert.equal(one.status, 403);
      assert.doesNotMatch(JSON.stringify(one.body), /a-key-of-nobody/);
      const wrong = await magpie.admin.post('/servers/serverSettingsEdit/Plugin.Enrichment_nosuch_apikey', {
        value: 'x',
      });
      assert.notEqual(wrong.status, 200);
    },
  },
  {
    name: 'refuses modules that are off, and those of other kinds',
    run: async ({ magpie }) => {
      const event = await makeEvent(magpie.admin, {});
      for (const name of ['ocr', 'extract_url_components', 'nosuch']) {
        const refused = await magpie.admin.post(`/events/importModule/${name}/${event.id}`, { Event: { paste: 'x' } });
        assert.equal(refused.status, 405, name);
        assert.equal(member(refused.body, 'message'), 'The requested module is not enabled.');
      }
      const unknown = await magpie.admin.get(`/events/exportModule/nosuch/${event.id}`);
      assert.equal(unknown.status, 404);
    },
  },
  {
    // Last: it ends the service.
    name: 'says clearly when the service is down, and goes on when it is back',
    run: async ({ magpie, service }) => {
      const { attribute } = await eventWith(magpie, 'url', URL_VALUE);
      await service.stop();
      // The list is still known: the question itself finds nobody.
      const first = await magpie.admin.post(`/attributes/enrich/${attribute.id}`, { extract_url_components: true });
      assert.equal(first.status, 405);
      assert.match(String(member(first.body, 'message')), /not reachable/);
      const index = await magpie.admin.get('/modules/index');
      assert.equal(index.status, 405);
      assert.match(String(member(index.body, 'message')), /not reachable/);
      await service.restart();
      // A service that was not there is not asked again for some seconds.
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      await set(magpie, 'Plugin.Enrichment_timeout', 30);
      const back = ok(await magpie.admin.post(`/attributes/enrich/${attribute.id}`, { extract_url_components: true }));
      assert.equal(member(back, 'data', 0, 'objects'), 1);
    },
  },
];

function text(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
