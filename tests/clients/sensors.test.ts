import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, JSON_HEADERS, startClientWorld } from './client-world.ts';

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.magpie.stop());

describe('Suricata, Security Onion', () => {
  it('fetch rules by positions with holes, semicolons for colons and separators in tags', async () => {
    const paths = [
      '/events/nids/suricata/download',
      '/events/nids/suricata/download/null/false/tlp;green',
      '/events/nids/suricata/download/null/false/tlp;green&&!exported/null/null/null/domain',
      '/events/nids/snort/download/null/null/!tlp;red/2020-01-01/null/null/null/0/1',
    ];
    for (const path of paths) {
      const answer = await world.send('GET', path);
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(answer.text).toMatch(/^alert .*login\.bad\.example|^alert .*bad/m);
    }
    const tagged = await world.send('GET', '/events/nids/suricata/download/null/false/no;such');
    expect({ status: tagged.status, rules: tagged.text.match(/^alert /gm) }).toEqual({ status: 200, rules: null });
  });

  it('tells nobody what is for one organisation', async () => {
    const own = await world.send('GET', '/events/nids/suricata/download');
    const foreign = await world.send('GET', '/events/nids/suricata/download', { key: world.foreignKey });
    expect(own.text).toContain('only');
    expect(foreign.text).not.toContain('only');
    expect(foreign.text).toContain('alert ');
    expect((await world.send('GET', '/events/nids/suricata/download', { key: null })).status).toBe(403);
  });
});

describe('Zeek', () => {
  it('takes intelligence with tabs under a head, by GET and in `request`', async () => {
    const all = await world.send('GET', '/attributes/bro/download/all');
    expect(all.text.split('\n')[0]).toMatch(/^#fields\tindicator\tindicator_type/);
    expect(all.text).toContain('login.bad.example\tIntel::DOMAIN');
    const asked = await world.send('POST', '/attributes/bro/download', {
      headers: JSON_HEADERS,
      body: { request: { type: 'all', eventid: [`!${world.published.id}`] } },
    });
    expect(asked.status).toBe(200);
    expect(asked.text).not.toContain('login.bad.example');
  });
});

describe('response policy zones', () => {
  it('come with the policy and the name server that are asked for', async () => {
    const zone = await world.send('GET', '/attributes/rpz/download');
    expect(zone.status).toBe(200);
    expect(zone.text).toContain('login.bad.example');
    const named = await world.send('POST', '/attributes/restSearch', {
      headers: JSON_HEADERS,
      body: { returnFormat: 'rpz', policy: 'DROP', ns: 'ns.sink.example.', ttl: '1h' },
    });
    expect(named.text).toContain('ns.sink.example.');
    expect(named.text).toMatch(/login\.bad\.example.*rpz-drop/);
  });
});
