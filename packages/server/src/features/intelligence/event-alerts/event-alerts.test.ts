import { makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';

let sink: MailSink;
let magpie: TestMagpie;
let publisher: { email: string; key: string };
let colleague: { email: string; key: string };
let stranger: { email: string; key: string };

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  const { admin } = magpie;
  const [alpha, beta] = [await makeOrganisation(admin), await makeOrganisation(admin)];
  publisher = await makeUser(admin, { org_id: alpha.id, role_id: '4' });
  colleague = await makeUser(admin, { org_id: alpha.id, role_id: '3', autoalert: true });
  stranger = await makeUser(admin, { org_id: beta.id, role_id: '3', autoalert: true });
  await makeUser(admin, { org_id: beta.id, role_id: '3', autoalert: true, disabled: true });
});

beforeEach(() => sink.clear());

afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const ioc = { type: 'domain', category: 'Network activity', value: 'evil.example', to_ids: true };

async function addEvent(more: Record<string, unknown> = {}): Promise<string> {
  const event = { info: 'Secret campaign', distribution: '1', threat_level_id: '1', Attribute: [ioc], ...more };
  const { body } = await magpie.client(publisher.key).post('/events/add', event);
  return String(member(body, 'Event', 'id'));
}

async function alert(id: string): Promise<unknown> {
  const { body } = await magpie.client(publisher.key).post(`/events/alert/${id}`);
  await magpie.magpie.jobs.settled();
  return body;
}

const receivers = () => sink.mails.flatMap(({ to }) => to).sort();

async function setting(name: string, value: boolean | number | string) {
  const { status } = await magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value });
  expect(status).toBe(200);
}

describe('a publish alert', () => {
  it('tells everybody who asked for it and sees the event, in MISP’s form', async () => {
    const id = await addEvent({ Tag: [{ name: 'tlp:green' }] });
    expect(await alert(id)).toMatchObject({ message: 'Job queued.' });
    expect(receivers()).toEqual([colleague.email, stranger.email].sort());
    const [mail] = sink.mails;
    expect(mail?.subject).toMatch(new RegExp(`^\\[ORGNAME MISP\\] Event ${id} - High - TLP:(AMBER|GREEN)$`));
    expect(mail?.text).toContain(`URL         : ${magpie.url}/events/view/${id}`);
    expect(mail?.text).toContain('Description : Secret campaign');
    expect(mail?.text).toContain('  Network activity/domain: evil[.]example (IDS)');
    expect(mail?.text).not.toContain('evil.example');
    expect(mail?.headers.get('references')).toMatch(/^<[0-9a-f]{40}@.+>$/);
    expect(mail?.headers.get('message-id')).toMatch(/^<[0-9a-f]{32}@.+>$/);
    expect((await magpie.admin.get('/jobs/index/email/limit:1')).body).toMatchObject([
      { Job: { job_type: 'publish_alert_email', job_input: `Event: ${id}`, message: 'Mails sent.' } },
    ]);
  });

  it('tells nobody of an event that he may not see, and nothing of attributes that he may not see', async () => {
    const own = await addEvent({ distribution: '0' });
    await alert(own);
    expect(receivers()).toEqual([colleague.email]);
    sink.clear();
    const hidden = { ...ioc, value: 'hidden.example', distribution: '0' };
    await alert(await addEvent({ Attribute: [ioc, hidden] }));
    const textTo = (email: string) => sink.mails.find(({ to }) => to.includes(email))?.text;
    expect(textTo(colleague.email)).toContain('hidden[.]example');
    expect(textTo(stranger.email)).toContain('evil[.]example');
    expect(textTo(stranger.email)).not.toContain('hidden');
  });

  it('is sent for an event that arrives published, and not by publishing without mail', async () => {
    await addEvent({ published: true });
    await magpie.magpie.jobs.settled();
    expect(receivers()).toHaveLength(2);
    sink.clear();
    const id = await addEvent();
    await magpie.client(publisher.key).post(`/events/publish/${id}`);
    await setting('MISP.disablerestalert', true);
    await addEvent({ published: true });
    await magpie.magpie.jobs.settled();
    await setting('MISP.disablerestalert', false);
    expect(receivers()).toEqual([]);
  });

  it('heeds the filter of each user', async () => {
    const set = (value: unknown) =>
      magpie.client(stranger.key).post('/user_settings/setSetting', { setting: 'publish_alert_filter', value });
    await set({ AND: { 'ThreatLevel.name': 'low' } });
    await alert(await addEvent());
    expect(receivers()).toEqual([colleague.email]);
    await set({ AND: { 'ThreatLevel.name': ['low', 'high'] } });
    sink.clear();
    await alert(await addEvent());
    expect(receivers()).toHaveLength(2);
  });

  it('is held back for events that were published a short while ago, and for those with a certain tag', async () => {
    const id = await addEvent();
    await setting('MISP.event_alert_republish_ban', true);
    await alert(id);
    await alert(id);
    await setting('MISP.event_alert_republish_ban', false);
    expect(receivers()).toHaveLength(2);
    sink.clear();
    await setting('MISP.block_event_alert', true);
    const quiet = await addEvent();
    const tag = { name: 'no-alerts="true"', colour: '#ffffff' };
    await magpie.admin.post('/tags/add', tag);
    await magpie.admin.post(`/events/addTag/${quiet}`, { tag: tag.name });
    await alert(quiet);
    await setting('MISP.block_event_alert', false);
    expect(receivers()).toEqual([]);
  });

  it('is held back for old events, users and organisations that publish a lot, and when mails are off', async () => {
    const held = async (settings: Record<string, boolean | number>, more: Record<string, unknown> = {}) => {
      for (const [name, value] of Object.entries(settings)) await setting(name, value);
      sink.clear();
      const answer = await alert(await addEvent(more));
      for (const [name, value] of Object.entries(settings)) {
        await setting(name, typeof value === 'boolean' ? false : name.endsWith('amount_threshold') ? 10 : 0);
      }
      expect(answer).toMatchObject({ message: 'Job queued.' });
      return receivers().length === 0;
    };
    const old = { 'MISP.block_old_event_alert': true, 'MISP.block_old_event_alert_by_date': 30 };
    expect(await held(old, { date: '2020-01-01' })).toBe(true);
    expect(await held(old)).toBe(false);
    expect(
      await held({
        'MISP.user_email_notification_ban': true,
        'MISP.user_email_notification_ban_amount_threshold': 1,
      }),
    ).toBe(true);
    expect(await held({ 'MISP.org_alert_threshold': 1 })).toBe(true);
    expect(await held({ 'MISP.disable_emailing': true })).toBe(true);
    expect(await held({})).toBe(false);
  });

  it('leaves attributes out where the instance says so', async () => {
    await setting('MISP.event_alert_metadata_only', true);
    await alert(await addEvent());
    await setting('MISP.event_alert_metadata_only', false);
    expect(sink.mails[0]?.text).toContain('Description');
    expect(sink.mails[0]?.text).not.toContain('evil');
  });

  it('goes on behind the last who was told when it is begun anew, and past addresses that are refused', async () => {
    const id = await addEvent();
    await magpie.magpie.jobs.stop();
    await magpie.client(publisher.key).post(`/events/alert/${id}`);
    await magpie.magpie.database.asSystem('test', (tx) =>
      tx.execute(
        `update publish_alerts set (last_org_id, last_user_id) = (select org_id, id from users where email = $1)
         where event_id = $2`,
        [colleague.email, id],
      ),
    );
    await magpie.magpie.jobs.start(() => undefined);
    await magpie.magpie.jobs.settled();
    expect(receivers()).toEqual([stranger.email]);
  });
});

describe('a message to the reporter of an event', () => {
  it('reaches the one who made it, with the asker as address for answers', async () => {
    const id = await addEvent();
    const asker = magpie.client(stranger.key);
    const { body } = await asker.post(`/events/contact/${id}`, { message: 'Which sector?', person: 1 });
    expect(body).toMatchObject({ message: 'Email sent to the reporter.' });
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toMatchObject([
      { to: [publisher.email], subject: expect.stringContaining(`Need info about event ${id} - TLP:AMBER`) },
    ]);
    expect(sink.mails[0]?.headers.get('reply-to')).toBe(stranger.email);
    expect(sink.mails[0]?.text).toContain('Which sector?');
  });

  it('reaches colleagues who asked for it, and never says anything of events the asker does not see', async () => {
    const own = await addEvent({ distribution: '0' });
    const asker = magpie.client(stranger.key);
    expect((await asker.post(`/events/contact/${own}`, { message: 'hello' })).status).toBe(404);
    const alphaId = (await magpie.client(publisher.key).get('/users/view/me')).body;
    const watcher = await makeUser(magpie.admin, {
      org_id: String(member(alphaId, 'User', 'org_id')),
      role_id: '3',
      contactalert: true,
    });
    await asker.post(`/events/contact/${await addEvent()}`, { message: 'hello', person: 0 });
    await magpie.magpie.jobs.settled();
    expect(receivers()).toEqual([publisher.email, watcher.email].sort());
  });
});
