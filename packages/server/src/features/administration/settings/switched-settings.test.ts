import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havingSettings } from './testing/having.ts';

let m: TestMagpie;
let home: Made;
let user: ApiClient;
let orgAdmin: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  home = await makeOrganisation(m.admin);
  [user, orgAdmin] = [await m.user(home, '4'), await m.user(home, '2')];
});
afterAll(() => m?.stop());

const having = (wanted: Readonly<Record<string, unknown>>, work: () => Promise<void>) =>
  havingSettings(m.admin, wanted, work);

const domain = () => `${crypto.randomUUID()}.example.org`;

describe('settings of what is stored', () => {
  it('give events and attributes the distribution and threat level of the instance', async () => {
    const wanted = {
      'MISP.default_event_distribution': '3',
      'MISP.default_attribute_distribution': '1',
      'MISP.default_event_threat_level': '2',
    };
    await having(wanted, async () => {
      const Attribute = [{ type: 'domain', value: domain() }];
      const { body } = await user.post('/events/add', { info: 'plain', Attribute });
      expect(member(body, 'Event')).toMatchObject({ distribution: '3', threat_level_id: '2' });
      expect(member(body, 'Event', 'Attribute', 0, 'distribution')).toBe('1');
      const single = await user.post(`/attributes/add/${member(body, 'Event', 'id')}`, {
        type: 'text',
        value: domain(),
      });
      expect(member(single.body, 'Attribute', 'distribution')).toBe('1');
    });
  });

  it('empty what is deleted softly', async () => {
    const event = await makeEvent(user);
    const attribute = await makeAttribute(user, event.id, { value: domain(), comment: 'told in confidence' });
    await having({ 'Security.sanitise_attribute_on_delete': true }, async () => {
      await user.post(`/attributes/delete/${attribute.id}`);
      const { body } = await user.get(`/events/view/${event.id}/deleted:1`);
      const emptied = {
        type: 'comment',
        category: 'Other',
        value: 'deleted',
        comment: '',
        to_ids: false,
        deleted: true,
      };
      expect(member(body, 'Event', 'Attribute', 0)).toMatchObject(emptied);
    });
  });

  it('hide tags that come in with events', async () => {
    await having({ 'MISP.incoming_tags_disabled_by_default': true }, async () => {
      const { body } = await m.admin.post('/events/add', { info: 'tagged', Tag: [{ name: `in:${domain()}` }] });
      expect(member(body, 'Event', 'Tag', 0, 'hide_tag')).toBe(true);
    });
  });

  it('let organisations in again while their blocklist is off', async () => {
    const other = await makeOrganisation(m.admin);
    await m.admin.post('/orgBlocklists/add', { uuids: [other.uuid] });
    const body = { info: 'from there', Orgc: { uuid: other.uuid, name: 'there' } };
    expect((await m.admin.post('/events/add', body)).status).toBe(403);
    await having({ 'MISP.enableOrgBlocklisting': false }, async () => {
      expect((await m.admin.post('/events/add', body)).status).toBe(200);
    });
  });
});

describe('settings of what is told', () => {
  it('look up warninglists for what is not meant for detection, too', async () => {
    const [value, event] = [domain(), await makeEvent(user)];
    await makeAttribute(user, event.id, { type: 'domain', value, to_ids: false });
    const list = { name: value, type: 'string', description: '', matching_attributes: ['domain'], entries: value };
    await m.admin.post('/warninglists/add', { ...list, enabled: true });
    const shown = async () => member((await user.get(`/events/view/${event.id}`)).body, 'Event', 'Attribute', 0);
    expect(await shown()).not.toHaveProperty('warnings');
    await having({ 'MISP.warning_for_all': true }, async () => {
      expect(await shown()).toMatchObject({ warnings: [{ warninglist_name: value }] });
    });
  });

  it('leave sightings out of events', async () => {
    const event = await makeEvent(user);
    const { id } = await makeAttribute(user, event.id, { value: domain() });
    await user.post(`/sightings/add/${id}`, {});
    const shown = async () => member((await user.get(`/events/view/${event.id}`)).body, 'Event', 'Attribute', 0);
    expect(await shown()).toHaveProperty('Sighting');
    await having({ 'MISP.disable_sighting_loading': true }, async () => {
      expect(await shown()).not.toHaveProperty('Sighting');
    });
  });

  it('name in a header who asked', async () => {
    const header = async () => {
      const headers = { authorization: m.adminKey, accept: 'application/json' };
      const answer = await fetch(`${m.url}/servers/getVersion`, { headers });
      return answer.headers.get('x-username');
    };
    expect(await header()).toBe(null);
    await having({ 'Security.username_in_response_header': true }, async () => {
      expect(await header()).toMatch(/\/API\/\d+$/);
    });
  });
});

describe('settings of accounts', () => {
  it('leave accounts to administrators', async () => {
    await having({ 'MISP.disableUserSelfManagement': true }, async () => {
      expect((await user.post('/users/edit', { autoalert: true })).status).toBe(403);
      expect((await user.post('/users/notificationSettings', { notification_daily: true })).status).toBe(403);
    });
    expect((await user.post('/users/edit', { autoalert: true })).status).toBe(200);
  });

  it('keep administrators of organisations from adding users', async () => {
    const added = async () =>
      (await orgAdmin.post('/admin/users/add', { email: `a@${domain()}`, role_id: '3' })).status;
    await having({ 'MISP.disable_user_add': true }, async () => expect(await added()).toBe(403));
    expect(await added()).toBe(200);
  });

  it('keep mails and passwords as they are', async () => {
    const made = await makeUser(m.admin, { org_id: home.id });
    const client = m.client(made.key);
    await having({ 'MISP.disable_user_login_change': true }, async () => {
      const { body } = await client.post('/users/edit', { email: `b@${domain()}` });
      expect(member(body, 'User', 'email')).toBe(made.email);
    });
    await having({ 'MISP.disable_user_password_change': true }, async () => {
      expect((await client.post('/users/change_pw', { password: 'Another-password-9' })).status).toBe(403);
    });
    expect((await client.post('/users/change_pw', { password: 'Another-password-9' })).status).toBe(200);
  });

  it('tell new users of events, or not', async () => {
    for (const value of [true, false]) {
      await having({ 'MISP.default_publish_alert': value }, async () => {
        const { body } = await m.admin.post('/admin/users/add', {
          email: `c@${domain()}`,
          role_id: '3',
          org_id: home.id,
        });
        expect(member(body, 'User', 'autoalert')).toBe(value);
      });
    }
  });

  it('end keys by themselves, and refuse such as would live longer', async () => {
    await having({ 'Security.advanced_authkeys_validity': 30 }, async () => {
      const made = await user.post('/auth_keys/add/me', {});
      const days = (Number(member(made.body, 'AuthKey', 'expiration')) - Date.now() / 1000) / 86_400;
      expect(days).toBeGreaterThan(29.9);
      expect(days).toBeLessThan(30.1);
      const long = await user.post('/auth_keys/add/me', { expiration: '2099-01-01' });
      expect(long).toMatchObject({ status: 403, body: { errors: { expiration: [expect.any(String)] } } });
    });
  });

  it('keep the rights over the site in the host organisation', async () => {
    await having({ 'Security.limit_site_admins_to_host_org': true }, async () => {
      const body = { email: `d@${domain()}`, role_id: '1', org_id: home.id };
      expect((await m.admin.post('/admin/users/add', body)).status).toBe(403);
    });
  });
});

describe('settings of searches', () => {
  it.each([
    ['delete', 'delete', {}],
    ['detect no longer', 'edit', { to_ids: false }],
  ])('hold back for detection what somebody proposes to %s', async (_what, action, proposal) => {
    const event = await makeEvent(user, { distribution: '1' });
    const { id } = await makeAttribute(user, event.id, { type: 'domain', value: domain(), to_ids: true });
    await user.post(`/events/publish/${event.id}`);
    expect((await orgAdmin.post(`/shadow_attributes/${action}/${id}`, proposal)).status).toBe(200);
    const told = async () => {
      const values = await user.post('/attributes/restSearch', { returnFormat: 'text', eventid: event.id });
      const rules = await user.get(`/events/nids/suricata/download/${event.id}`);
      const intel = await user.get(`/attributes/bro/download/all/null/${event.id}`);
      return [String(values.body).trim() !== '', /sid:/.test(String(rules.body)), /Intel::/.test(String(intel.body))];
    };
    expect(await told()).toEqual([true, true, true]);
    await having({ 'MISP.proposals_block_attributes': true }, async () =>
      expect(await told()).toEqual([false, false, false]),
    );
  });

  it('give zones for name servers the head and the policy of the instance', async () => {
    const event = await makeEvent(user, { distribution: '1' });
    await makeAttribute(user, event.id, { type: 'domain', value: domain(), to_ids: true });
    await user.post(`/events/publish/${event.id}`);
    const head = {
      'Plugin.RPZ_policy': 1,
      'Plugin.RPZ_ns': 'ns.example.org.',
      'Plugin.RPZ_ns_alt': 'other.example.org.',
      'Plugin.RPZ_email': 'mail.example.org.',
      'Plugin.RPZ_serial': '2020010101',
      'Plugin.RPZ_refresh': '1h',
      'Plugin.RPZ_retry': '15m',
      'Plugin.RPZ_expiry': '20d',
      'Plugin.RPZ_minimum_ttl': '5h',
      'Plugin.RPZ_ttl': '3w',
    };
    await having(head, async () => {
      const { body } = await user.post('/attributes/restSearch', { returnFormat: 'rpz', eventid: event.id });
      const text = String(body);
      for (const part of [
        ...['$TTL 3w;', 'SOA ns.example.org. mail.example.org. (2020010101 1h 15m 20d 5h)'],
        ...['NS other.example.org.', 'NXDOMAIN', 'CNAME .'],
      ]) {
        expect(text).toContain(part);
      }
    });
  });
});
