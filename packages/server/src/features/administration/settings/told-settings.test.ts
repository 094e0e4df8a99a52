import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havingSettings } from './testing/having.ts';

let m: TestMagpie;
let home: Made;
let user: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  home = await makeOrganisation(m.admin);
  user = await m.user(home, '4');
});
afterAll(() => m?.stop());

const having = (wanted: Readonly<Record<string, unknown>>, work: () => Promise<void>) =>
  havingSettings(m.admin, wanted, work);
const domain = () => `${crypto.randomUUID()}.example.org`;
const entries = async (action: string) => {
  const { body } = await m.admin.post('/admin/logs/index', { action });
  return (body as { Log: Record<string, string | null> }[]).map(({ Log }) => Log);
};

describe('settings of correlation', () => {
  const related = async (id: string) => member((await user.get(`/events/view/${id}`)).body, 'Event', 'RelatedEvent');

  it('bound the related events of one event', async () => {
    const value = domain();
    const events = [await makeEvent(user), await makeEvent(user), await makeEvent(user)];
    for (const event of events) await makeAttribute(user, event.id, { type: 'domain', value });
    expect(await related(events[0]?.id ?? '')).toHaveLength(2);
    await having({ 'MISP.max_correlations_per_event': 1 }, async () => {
      expect(await related(events[0]?.id ?? '')).toHaveLength(1);
    });
  });

  it('say how similar ssdeep hashes must be', async () => {
    const [one, other] = [await makeEvent(user), await makeEvent(user)];
    const hash = '96:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345:ABCDEFGHIJKLMNOPQRSTUVWXYZabcd';
    const near = '96:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz9876543:ABCDEFGHIJKLMNOPQRSTUVWXYZ98zy';
    await makeAttribute(user, one.id, { type: 'ssdeep', category: 'Payload delivery', value: hash });
    await makeAttribute(user, other.id, { type: 'ssdeep', category: 'Payload delivery', value: near });
    await having({ 'MISP.enable_advanced_correlations': true, 'MISP.ssdeep_correlation_threshold': 40 }, async () => {
      expect(await related(one.id)).toHaveLength(1);
    });
    await having({ 'MISP.enable_advanced_correlations': true, 'MISP.ssdeep_correlation_threshold': 100 }, async () => {
      expect(await related(one.id)).toEqual([]);
    });
  });

  it('let only site administrators take attributes out of it, unless users may', async () => {
    const event = await makeEvent(user);
    const { id } = await makeAttribute(user, event.id, { type: 'domain', value: domain() });
    const toggle = async (client: ApiClient) => (await client.post(`/attributes/toggleCorrelation/${id}`)).status;
    await having({ 'MISP.allow_disabling_correlation': false }, async () => {
      expect([await toggle(user), await toggle(m.admin)]).toEqual([405, 200]);
    });
    await having({ 'MISP.allow_disabling_correlation': true }, async () => {
      expect(await toggle(user)).toBe(200);
    });
  });
});

describe('settings of sightings', () => {
  it('bound the days that are counted', async () => {
    const event = await makeEvent(user);
    const { id } = await makeAttribute(user, event.id, { value: domain() });
    const tenDaysAgo = Math.floor(Date.now() / 1000) - 10 * 86_400;
    await user.post(`/sightings/add/${id}`, { timestamp: tenDaysAgo });
    await user.post(`/sightings/add/${id}`, {});
    const days = async () => (await user.get(`/sightings/viewSightings/${event.id}/event`)).body as unknown[];
    expect(await days()).toHaveLength(2);
    await having({ 'Plugin.Sightings_range': 5 }, async () => {
      expect(await days()).toHaveLength(1);
    });
  });

  it('tell only site administrators who saw something where organisations are not shown', async () => {
    const event = await makeEvent(user, { distribution: '1' });
    const { id } = await makeAttribute(user, event.id, { value: domain() });
    await m.admin.post(`/sightings/add/${id}`, {});
    const organisation = async (client: ApiClient) =>
      member((await client.get(`/sightings/listSightings/${id}/attribute`)).body, 0, 'Organisation', 'name');
    await having({ 'MISP.showorg': true, 'Plugin.Sightings_policy': 2 }, async () => {
      expect(await organisation(user)).not.toBe('');
    });
    await having({ 'MISP.showorg': false, 'Plugin.Sightings_policy': 2 }, async () => {
      expect(await organisation(user)).toBe('');
      expect(await organisation(m.admin)).not.toBe('');
    });
  });
});

describe('settings of accounts', () => {
  it('make the policy of passwords', async () => {
    const change = async (password: string) =>
      (await (await m.user(home, '3')).post('/users/change_pw', { password })).status;
    expect(await change('Sixteen-letters-1')).toBe(200);
    await having({ 'Security.password_policy_length': 20 }, async () => {
      expect(await change('Sixteen-letters-1')).toBe(403);
      expect(await change('More-than-twenty-letters-1')).toBe(200);
    });
    await having({ 'Security.password_policy_complexity': '/^[a-z ]{14,}$/' }, async () => {
      expect(await change('Sixteen-letters-1')).toBe(403);
      expect(await change('correct horse battery')).toBe(200);
    });
  });

  it('make addresses mandatory for keys', async () => {
    await having({ 'Security.mandate_ip_allowlist_advanced_authkeys': true }, async () => {
      expect((await user.post('/auth_keys/add/me', {})).status).toBe(403);
      expect((await user.post('/auth_keys/add/me', { allowed_ips: ['127.0.0.1'] })).status).toBe(200);
    });
    expect((await user.post('/auth_keys/add/me', {})).status).toBe(200);
  });

  it('name the instance in authenticators', async () => {
    const address = async () => String(member((await user.get('/users/totp_new')).body, 'otpauth'));
    expect(new URL(await address()).searchParams.get('issuer')).toBe('ORGNAME MISP');
    await having({ 'Security.otp_issuer': 'Intel Desk' }, async () => {
      expect(new URL(await address()).searchParams.get('issuer')).toBe('Intel Desk');
    });
  });
});

describe('settings of the log', () => {
  it('keep each use of a key, and each refusal of it', async () => {
    const counted = async (action: string, work: () => Promise<unknown>) => {
      const before = (await entries(action)).length;
      await work();
      return (await entries(action)).length - before;
    };
    const wrong = (letter: string) => m.client(letter.repeat(40));
    const twice = async (client: ApiClient) => [await client.get('/users/view/me'), await client.get('/users/view/me')];
    expect(await counted('auth', () => twice(user))).toBe(0);
    await having({ 'MISP.log_auth': true }, async () => {
      expect(await counted('auth', () => twice(user))).toBeGreaterThanOrEqual(2);
    });
    expect(await counted('auth_fail', () => twice(wrong('w')))).toBe(1);
    await having({ 'Security.log_each_individual_auth_fail': true }, async () => {
      expect(await counted('auth_fail', () => twice(wrong('v')))).toBe(2);
    });
  });

  it('tell addresses of clients, or not', async () => {
    await user.post('/tags/add', { name: domain() });
    await makeEvent(user);
    const ip = async () => {
      const { body } = await m.admin.post('/admin/audit_logs/index', { model: 'Event', limit: 1 });
      return member(body, 0, 'AuditLog', 'ip');
    };
    await having({ 'MISP.log_client_ip': true }, async () => expect(await ip()).toBe('127.0.0.1'));
    await having({ 'MISP.log_client_ip': false }, async () => expect(await ip()).toBe(null));
  });
});

describe('settings of imports and of the page', () => {
  it('let imports take ownership, or not', async () => {
    const elsewhere = { name: 'Elsewhere', uuid: crypto.randomUUID() };
    const send = async (takeownership: string) => {
      const form = new FormData();
      const event = {
        info: domain(),
        uuid: crypto.randomUUID(),
        Orgc: elsewhere,
      };
      form.set('submittedfile', new Blob([JSON.stringify({ Event: event })]), 'event.json');
      form.set('takeownership', takeownership);
      const headers = { authorization: m.adminKey, accept: 'application/json' };
      const { status } = await fetch(`${m.url}/events/add_misp_export`, { method: 'POST', headers, body: form });
      const stored = await m.admin.get(`/events/view/${event.uuid}`);
      return { status, creator: status === 200 ? member(stored.body, 'Event', 'Orgc', 'name') : null };
    };
    await having({ 'MISP.take_ownership_xml_import': false }, async () => {
      expect(await send('1')).toEqual({ status: 403, creator: null });
      expect(await send('0')).toEqual({ status: 200, creator: 'Elsewhere' });
    });
    await having({ 'MISP.take_ownership_xml_import': true }, async () => {
      expect(await send('1')).toEqual({ status: 200, creator: 'ORGNAME' });
    });
  });

  it('reach the page with the session', async () => {
    const wanted = {
      'MISP.title_text': 'Intel Desk',
      'MISP.footermidleft': 'left words',
      'MISP.footermidright': 'right words',
      'MISP.welcome_text_top': 'Welcome',
      'MISP.welcome_text_bottom': 'Good day',
      'MISP.language': 'fra',
      'MISP.disable_threat_level': true,
      'MISP.full_tags_on_event_index': 0,
    };
    await having(wanted, async () => {
      expect(member((await user.get('/ui/session')).body, 'settings')).toMatchObject(wanted);
      const page = await fetch(`${m.url}/users/login`, { headers: { accept: 'text/html' } });
      const text = await page.text();
      expect(text).toContain('Welcome');
      expect(text).toContain('Good day');
    });
  });
});
