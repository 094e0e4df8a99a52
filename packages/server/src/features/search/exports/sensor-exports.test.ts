import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportFormats } from './formats.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA256 = 'ab'.repeat(32);
const SECRET = 'secret-indicator.example.com';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let outsiderKey: string;
let event: Made;
let ids: Record<string, Made>;
let sid: number;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsiderKey = (await makeUser(admin, { org_id: organisation.id })).key;
  outsider = magpie.client(outsiderKey);
  event = await makeEvent(admin, {
    info: 'Rich "event"',
    distribution: '3',
    threat_level_id: '1',
    Tag: [{ name: 'tlp:green' }],
  });
  const add = (fields: Record<string, unknown>) => makeAttribute(admin, event.id, { to_ids: true, ...fields });
  ids = {
    ip: await add({ type: 'ip-dst', value: '203.0.113.5', Tag: [{ name: 'tlp:amber' }] }),
    domain: await add({ type: 'domain', value: 'evil.example.com' }),
    md5: await add({ type: 'md5', value: MD5 }),
    hash: await add({ type: 'filename|sha256', value: `a.exe|${SHA256}` }),
    url: await add({ type: 'url', value: 'http://evil.example.com/path?q=1' }),
    yara: await add({ type: 'yara', value: 'rule golden { condition: true }' }),
    snort: await add({ type: 'snort', value: 'alert tcp any any -> any 80 (msg:"golden"; sid:1;)' }),
    sigma: await add({ type: 'sigma', value: 'title: Test\nlogsource:\n  product: windows' }),
    network: await add({ type: 'ip-dst', value: '198.51.100.0/24' }),
    address: await add({ type: 'ip-src', value: '2001:db8::7' }),
    pair: await add({ type: 'domain|ip', value: 'pair.example.net|198.51.100.9' }),
    agent: await add({ type: 'user-agent', value: 'Mozilla/5.0 "quoted"; x' }),
    mail: await add({ type: 'email-src', value: 'bad@example.org' }),
  };
  await add({ type: 'hostname', value: SECRET, distribution: '0', comment: SECRET });
  await add({ type: 'yara', value: `rule hidden { strings: $a = "${SECRET}" condition: $a }`, distribution: '0' });
  await add({ type: 'sigma', value: `title: ${SECRET}`, distribution: '0' });
  await add({ type: 'domain', value: `d.${SECRET}`, distribution: '0' });
  await add({ type: 'ip-dst', value: '192.0.2.66', distribution: '0' });
  await makeObject(admin, event.id, {
    name: 'network-connection',
    'meta-category': 'network',
    distribution: '5',
    Attribute: [
      { object_relation: 'ip-dst', type: 'ip-dst', value: '203.0.113.77', to_ids: true },
      { object_relation: 'dst-port', type: 'port', category: 'Network activity', value: '443', to_ids: true },
      { object_relation: 'layer4-protocol', type: 'text', category: 'Other', value: 'TCP', to_ids: true },
    ],
  });
  await admin.post(`/events/publish/${event.id}`);
  const me = await admin.get('/users/view/me');
  sid = Number((me.body as { User: { nids_sid: string } }).User.nids_sid);
});
afterAll(() => magpie?.stop());

async function search(client: ApiClient, scope: 'events' | 'attributes', body: Record<string, unknown>) {
  const { status, headers, body: text } = await client.post(`/${scope}/restSearch`, { eventid: event.id, ...body });
  expect({ status, text }).toMatchObject({ status: 200 });
  return { text: typeof text === 'string' ? text : JSON.stringify(text), headers: Object.fromEntries(headers) };
}

describe('rules for network sensors', () => {
  it('are numbered by the reader and carry tags, event and reference', async () => {
    const { text, headers } = await search(admin, 'attributes', { returnFormat: 'suricata' });
    expect(headers['content-type']).toBe('text/plain; charset=UTF-8');
    const number = sid + Number(ids.ip?.id) * 10 + 1;
    expect(text).toContain(
      `\nalert ip $HOME_NET any -> 203.0.113.5 any (msg: "MISP e${event.id} [tlp:amber] Outgoing To IP: 203.0.113.5";   classtype:trojan-activity; sid:${number}; rev:1; priority:1; reference:url,${magpie.url}/events/view/${event.id};) \n`,
    );
    expect(text).toContain(
      `http.header; content:"evil.example.com"; fast_pattern; nocase; http.uri; content:"/path"; nocase; tag:session,600,seconds;`,
    );
    expect(text).toContain(`content:"Mozilla/5.0 |22|quoted|22||3b| x"; fast_pattern; http_user_agent;`);
    expect(text.endsWith('\n')).toBe(false);
  });

  it('take shared rules over with their own numbers', async () => {
    const { text } = await search(admin, 'attributes', { returnFormat: 'snort' });
    const number = sid + Number(ids.snort?.id) * 10 + 1;
    expect(text).toContain(
      `\nalert tcp any any -> any 80 (msg: "MISP e${event.id} [] snort-rule | golden"; sid:${number}; rev:1;classtype:trojan-activity;reference:url,${magpie.url}/events/view/${event.id};)\n`,
    );
    expect(text).toContain('content:"|04|evil|07|example|03|com|00|"; fast_pattern; nocase; flow:established;  class');
  });

  it('of whole events have event tags and one rule for a connection', async () => {
    const { text } = await search(admin, 'events', { returnFormat: 'suricata' });
    expect(text).toContain(`[tlp:amber,tlp:green] Outgoing To IP: 203.0.113.5`);
    expect(text).toMatch(
      /\nalert tcp \$HOME_NET any -> 203\.0\.113\.77 443 \(msg: "MISP e\d+ \[tlp:green\] Network connection between \$HOME_NET and 203\.0\.113\.77";/,
    );
    expect((text.match(/203\.0\.113\.77/g) ?? []).length).toBe(2);
  });
});

describe('response policy zones, hosts files and packet filters', () => {
  it('have addresses in reverse, networks with their prefix, and every name once', async () => {
    const { text } = await search(admin, 'attributes', {
      returnFormat: 'rpz',
      serial: '2024013100',
      ns_alt: 'ns2.example.',
    });
    expect(text).toContain(
      `$TTL 1w;\n@               SOA localhost. root.localhost (2024013100 2h 30m 30d 1h)\n                NS localhost.\n                NS ns2.example.\n\n; The following list of IP addresses will return NXDOMAIN (name does not exist) irrespective of actual result received.\n32.5.113.0.203.rpz-ip CNAME .\n24.0.100.51.198.rpz-ip CNAME .\n128.7.zz.db8.2001.rpz-ip CNAME .\n32.9.100.51.198.rpz-ip CNAME .\n`,
    );
    expect(text).toContain('evil.example.com CNAME .\n*.evil.example.com CNAME .\npair.example.net CNAME .\n');
    expect(text.endsWith('.\n\n')).toBe(true);
    for (const [name, value] of [
      ['policy', 3],
      ['walled_garden', 'garden.example.'],
      ['ttl', '2d'],
      ['email', 'hostmaster.example'],
    ] as const) {
      expect((await admin.post(`/servers/serverSettingsEdit/Plugin.RPZ_${name}`, { value })).status).toBe(200);
    }
    const bySettings = await search(admin, 'attributes', { returnFormat: 'rpz', value: '203.0.113.%' });
    expect(bySettings.text).toMatch(/^\$TTL 2d;\n@ +SOA localhost\. hostmaster\.example/);
    expect(bySettings.text).toContain('rpz-ip CNAME garden.example.');
    for (const [name, value] of [
      ['policy', 1],
      ['walled_garden', '127.0.0.1'],
      ['ttl', '1w'],
      ['email', 'root.localhost'],
    ]) {
      await admin.post(`/servers/serverSettingsEdit/Plugin.RPZ_${name}`, { value });
    }
    const empty = await search(admin, 'attributes', { returnFormat: 'rpz', value: 'nothing' });
    expect(empty.text.split('\n')).toHaveLength(5);
  });

  it('say which option is wrong', async () => {
    for (const [name, value] of [
      ['ttl', 'x\n@ TXT hi'],
      ['ttl', '999999w'],
      ['expiry', '2147483648'],
      ['ns', 'a b'],
      ['ns', `${'a'.repeat(64)}.example.`],
      ['email', 'root@localhost'],
      ['serial', '99999999999'],
      ['walled_garden', ';'],
      ['walled_garden', ':::'],
      ['walled_garden', '1.2.3'],
    ] as const) {
      const { status, body } = await admin.post('/attributes/restSearch', { returnFormat: 'rpz', [name]: value });
      expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(name)]);
    }
    const { text } = await search(admin, 'events', {
      returnFormat: 'rpz',
      policy: 'Local-Data',
      walled_garden: '192.0.2.1',
    });
    expect(text).toContain('evil.example.com A 192.0.2.1\n');
    const unknown = await search(admin, 'events', { returnFormat: 'rpz', policy: 'nonsense' });
    expect(unknown.text).toContain('evil.example.com CNAME .\n');
    expect((await admin.post('/events/restSearch', { returnFormat: 'openioc', 'openioc-version': '9' })).status).toBe(
      400,
    );
    expect((await admin.post('/events/restSearch', { returnFormat: 'hosts', ip_address: 'x' })).status).toBe(400);
  });

  it('are the same in both scopes', async () => {
    for (const scope of ['events', 'attributes'] as const) {
      const { text } = await search(admin, scope, { returnFormat: 'hosts' });
      expect(text).toMatch(
        /^# Blocklist in the HOSTS format\n# Generated: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000\n0\.0\.0\.0 evil/,
      );
      const filter = await search(admin, scope, { returnFormat: 'netfilter' });
      expect(filter.text).toContain(
        'iptables -A INPUT -s 203.0.113.5 -j DROP\niptables -A INPUT -s 198.51.100.0/24 -j DROP\n',
      );
    }
  });
});

describe('rules for scanners', () => {
  it('of YARA are made of attributes, and taken from attributes', async () => {
    const { text } = await search(admin, 'attributes', { returnFormat: 'yara' });
    const uuid = ids.ip?.uuid ?? '';
    expect(text).toContain(
      `// ===================================== GENERATED ====================================\n\n\nrule MISP_ATTRIBUTE_${uuid.replaceAll('-', '_')} : generated\n{\n\tmeta:\n\t\tMISP_EVENT_INFO = "Rich \\"event\\""\n\t\tMISP_EVENT_UUID = "${event.uuid}"\n\t\tMISP_ORIGIN = "Automatically generated from non-Yara attribute(s)"\n\t\tMISP_UUID = "${uuid} (ip-dst)"\n\tstrings:\n\t\t$ = "203.0.113.5" ascii wide\n\tcondition:\n\t\tany of them\n}\n\n\n\nrule MISP_ATTRIBUTE_`,
    );
    expect(text).toContain(
      `}\n\n\nimport "hash"\nrule MISP_ATTRIBUTE_${ids.md5?.uuid.replaceAll('-', '_')} : generated\n`,
    );
    expect(text).toContain('\n\nrule golden : valid as_is\n{\n\tmeta:\n\t\tMISP_EVENT_INFO');
    const whole = await search(admin, 'events', { returnFormat: 'yara-json' });
    const parsed = JSON.parse(whole.text) as { generated: { value: string }[]; 'as-is': { valid: boolean }[] };
    expect(parsed.generated).toHaveLength(1);
    expect(parsed.generated[0]?.value).toContain(`_PART1 : generated`);
    expect(parsed['as-is'].map(({ valid }) => valid)).toEqual([true, true]);
    expect((await search(admin, 'attributes', { returnFormat: 'yara', value: 'none' })).text.split('\n')).toHaveLength(
      4,
    );
  });

  it('of Sigma and Kunai are what was shared', async () => {
    const sigma = await search(admin, 'attributes', { returnFormat: 'sigma' });
    expect(sigma.text).toContain(
      `---\n# attribute ${ids.sigma?.uuid} of event ${event.uuid}\ntitle: Test\nlogsource:\n`,
    );
    const kunai = await search(admin, 'attributes', { returnFormat: 'kunai' });
    expect(JSON.parse(kunai.text)).toContainEqual(
      expect.objectContaining({ type: 'filename|sha256', value: SHA256, event_uuid: event.uuid, severity: 10 }),
    );
  });

  it('of OpenIOC have both halves of composites', async () => {
    const { text } = await search(admin, 'events', { returnFormat: 'openioc' });
    expect(text).toContain(
      `     <Indicator operator="AND" id="${ids.hash?.uuid}">\n        <IndicatorItem id="${ids.hash?.uuid}"`,
    );
    const later = await search(admin, 'events', { returnFormat: 'openioc', 'openioc-version': '1.1' });
    expect(later.text).toContain('<OpenIOC ');
  });
});

describe('indicators for Zeek', () => {
  it('come at MISP’s old address, by kind', async () => {
    const all = await admin.get('/attributes/bro/download/all');
    expect(all.headers.get('content-disposition')).toBe('attachment; filename="misp.all.intel"');
    expect(String(all.body)).toMatch(
      /^#fields\tindicator\tindicator_type\tmeta\.source\tmeta\.desc\tmeta\.url\tmeta\.do_notice\tmeta\.if_in\n192\.0\.2\.66\tIntel::ADDR\t.*\n198\.51\.100\.0\/24\tIntel::SUBNET\t/,
    );
    expect(String(all.body)).toContain('evil.example.com/path?q=1\tIntel::URL\t');
    const hashes = await admin.get(`/attributes/bro/download/filehash/null/${event.id}`);
    expect(String(hashes.body).split('\n')).toHaveLength(4);
    const posted = await admin.post('/attributes/bro/download', { request: { type: 'ip', eventId: [`!${event.id}`] } });
    expect(String(posted.body).split('\n')).toHaveLength(2);
    expect((await admin.get('/attributes/bro/download/nonsense')).status).toBe(404);
  });
});

describe('MISP’s XML', () => {
  it('has an element a member', async () => {
    const { text } = await search(admin, 'attributes', { returnFormat: 'xml', type: 'user-agent' });
    expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<response><Attribute><id>\d+<\/id><event_id>/);
    expect(text).toContain('<to_ids>1</to_ids>');
    const nothing = await search(admin, 'attributes', { returnFormat: 'xml', value: 'nobody.has.this.example' });
    expect(nothing.text).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<response></response>\n');
    expect(text).toContain('<object_relation/>');
    expect(text).toMatch(/<value>Mozilla\/5\.0 "quoted"; x<\/value><\/Attribute>\n<\/response>\n$/);
    const whole = await search(admin, 'events', { returnFormat: 'xml' });
    expect(whole.text).toMatch(/^<\?xml[^>]*>\n<response><Event><id>\d+<\/id>/);
    expect(whole.text).not.toContain('attribute_count');
    expect((await search(admin, 'events', { returnFormat: 'xml', value: 'none' })).text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<response></response>\n',
    );
  });
});

describe('old addresses', () => {
  it('answer in their formats', async () => {
    for (const [path, start] of Object.entries({
      '/events/nids/suricata/download': '# MISP export of IDS rules - optimized for suricata',
      '/events/nids/snort/download/false/false/tlp;green': '# MISP export of IDS rules - optimized for snort',
      '/attributes/rpz/download': '$TTL',
      '/events/xml/download/null/false/tlp;green': '<?xml version="1.0" encoding="UTF-8"?>\n<response><Event>',
      [`/events/downloadOpenIOCEvent/download/${event.id}`]: '<?xml version="1.0" encoding="utf-8"?>\n<ioc',
    })) {
      const { status, body } = await admin.get(path);
      expect([path, status, String(body).slice(0, start.length)]).toEqual([path, 200, start]);
    }
    expect((await admin.get('/events/nids/nosuch/download')).status).toBe(404);
  });
});

describe('what an outsider gets', () => {
  it('has nothing hidden in any format, scope or old address', async () => {
    for (const [name, format] of exportFormats) {
      for (const scope of ['events', 'attributes'] as const) {
        if (format.responseFormat[scope] === undefined) continue;
        const answer = await fetch(`${magpie.url}/${scope}/restSearch`, {
          method: 'POST',
          headers: { authorization: outsiderKey, 'content-type': 'application/json' },
          body: JSON.stringify({ eventid: event.id, returnFormat: name, includeContext: 1, to_ids: [0, 1] }),
        });
        expect([name, scope, answer.status]).toEqual([name, scope, 200]);
        // A PDF is compressed page by page, a spreadsheet as an archive: their texts are looked at elsewhere.
        const text = await answer.text();
        expect([name, scope, text.includes(SECRET), /192\.0\.2\.66|66\.2\.0\.192/.test(text)]).toEqual([
          name,
          scope,
          false,
          false,
        ]);
      }
    }
    for (const path of [
      '/attributes/bro/download/all',
      '/events/nids/suricata/download',
      '/attributes/rpz/download',
      '/events/xml/download',
    ]) {
      const { status, body } = await outsider.get(path);
      expect([path, status, String(body).includes(SECRET)]).toEqual([path, 200, false]);
      expect((await magpie.client(null).get(path)).status).toBe(403);
    }
  });

  it('is hidden for him only', async () => {
    for (const returnFormat of ['yara', 'snort', 'rpz', 'xml', 'sigma']) {
      expect((await search(admin, 'attributes', { returnFormat })).text).toContain(SECRET);
    }
  });
});
