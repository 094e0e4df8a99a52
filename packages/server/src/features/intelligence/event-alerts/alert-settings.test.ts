import { type ApiClient, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { havingSettings } from '../../administration/settings/testing/having.ts';

let sink: MailSink;
let magpie: TestMagpie;
let publisher: ApiClient;

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  const organisation = await makeOrganisation(magpie.admin);
  const user = await makeUser(magpie.admin, { org_id: organisation.id, role_id: '1' });
  publisher = magpie.client(user.key);
  await makeUser(magpie.admin, { org_id: organisation.id, role_id: '3', autoalert: true });
  await magpie.admin.post('/tags/add', { name: 'tlp:green', colour: '#00ff00' });
  await magpie.admin.post('/tags/add', { name: 'marking="secret"', colour: '#00ff00' });
});
beforeEach(() => sink.clear());
afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const having = (wanted: Readonly<Record<string, unknown>>, work: () => Promise<void>) =>
  havingSettings(magpie.admin, wanted, work);

async function addEvent(more: Record<string, unknown> = {}): Promise<string> {
  const { body } = await publisher.post('/events/add', { info: 'Secret campaign', threat_level_id: '1', ...more });
  return String(member(body, 'Event', 'id'));
}

/** The mails that an alert causes. */
async function mailsOf(id: string) {
  sink.clear();
  expect((await publisher.post(`/events/alert/${id}`)).status).toBe(200);
  await magpie.magpie.jobs.settled();
  return [...sink.mails];
}

/** What the subject says behind the name of the instance and the number of the event. */
async function subjectOf(id: string): Promise<string> {
  const [mail] = await mailsOf(id);
  return mail?.subject.split(` Event ${id} - `)[1] ?? '';
}

/** Makes it that many minutes later for the gates. */
const age = (minutes: number) =>
  magpie.magpie.database.asSystem('test', (tx) =>
    tx.execute('update publish_alerts set at = at - make_interval(mins => $1)', [minutes]),
  );

describe('subjects of publish alerts', () => {
  it('say level and marking, and what the event is about where that is allowed', async () => {
    await having({ 'MISP.threatlevel_in_email_subject': true, 'MISP.extended_alert_subject': false }, async () => {
      expect(await subjectOf(await addEvent())).toBe('High - TLP:AMBER');
    });
    await having({ 'MISP.threatlevel_in_email_subject': false }, async () => {
      expect(await subjectOf(await addEvent())).toBe('TLP:AMBER');
    });
    await having({ 'MISP.extended_alert_subject': true }, async () => {
      expect(await subjectOf(await addEvent())).toBe('Secret campaign - High - TLP:AMBER');
      const long = await addEvent({ info: 'x'.repeat(59) });
      expect(await subjectOf(long)).toBe(`${'x'.repeat(55)}... - High - TLP:AMBER`);
    });
  });

  it('take the marking from the tag of the event, whole or without its namespace, or from the setting', async () => {
    const green = await addEvent({ Tag: [{ name: 'tlp:green' }, { name: 'marking="secret"' }] });
    await having({ 'MISP.threatlevel_in_email_subject': false }, async () => {
      expect(await subjectOf(green)).toBe('TLP:GREEN');
      await having({ 'MISP.email_subject_include_tag_name': false }, async () => {
        expect(await subjectOf(green)).toBe('GREEN');
      });
      await having({ 'MISP.email_subject_tag': 'marking', 'MISP.email_subject_include_tag_name': false }, async () => {
        expect(await subjectOf(green)).toBe('SECRET');
      });
      await having({ 'MISP.email_subject_tag': 'nothing', 'MISP.email_subject_TLP_string': 'tlp:red' }, async () => {
        expect(await subjectOf(green)).toBe('TLP:RED');
      });
    });
  });
});

describe('senders of publish alerts', () => {
  it('are named as the instance wants, with its address for answers and its own address in links', async () => {
    const wanted = {
      'MISP.email': 'misp@intel.example',
      'MISP.email_from_name': 'Intel Desk',
      'MISP.email_reply_to': 'desk@intel.example',
      'MISP.external_baseurl': 'https://seen.example/',
    };
    await having(wanted, async () => {
      const id = await addEvent();
      const [mail] = await mailsOf(id);
      expect(mail?.headers.get('from')).toBe('Intel Desk <misp@intel.example>');
      expect(mail?.headers.get('reply-to')).toBe('desk@intel.example');
      expect(mail?.text).toContain(`https://seen.example/events/view/${id}`);
    });
  });
});

describe('gates of publish alerts', () => {
  it('hold old events back by their last change', async () => {
    const wanted = { 'MISP.block_old_event_alert': true, 'MISP.block_old_event_alert_age': 30 };
    const old = await addEvent({ timestamp: '1600000000' });
    await having(wanted, async () => {
      await magpie.magpie.database.asSystem('test', (tx) =>
        tx.execute('update events set timestamp = 1600000000 where id = $1', [old]),
      );
      expect(await mailsOf(old)).toEqual([]);
      expect(await mailsOf(await addEvent())).toHaveLength(1);
    });
  });

  it('know the tag that the instance names, in any case', async () => {
    const tagged = await addEvent({ Tag: [{ name: 'tlp:green' }] });
    await having({ 'MISP.block_event_alert': true, 'MISP.block_event_alert_tag': 'TLP:Green' }, async () => {
      expect(await mailsOf(tagged)).toEqual([]);
    });
    expect(await mailsOf(tagged)).toHaveLength(1);
  });

  it('leave attributes out where only a summary is sent', async () => {
    const id = await addEvent({ Attribute: [{ type: 'domain', value: 'evil.example' }] });
    expect((await mailsOf(id))[0]?.text).toContain('evil');
    await having({ 'MISP.publish_alerts_summary_only': true }, async () => {
      expect((await mailsOf(id))[0]?.text).not.toContain('evil');
    });
  });

  it('open again after the minutes set, counted from the last try where tries prolong them', async () => {
    const wanted = {
      'MISP.event_alert_republish_ban': true,
      'MISP.event_alert_republish_ban_threshold': 30,
      'MISP.event_alert_republish_ban_refresh_on_retry': false,
    };
    await having(wanted, async () => {
      const id = await addEvent();
      expect(await mailsOf(id)).toHaveLength(1);
      await age(20);
      expect(await mailsOf(id)).toEqual([]);
      await age(15);
      await having({ 'MISP.event_alert_republish_ban_refresh_on_retry': true }, async () => {
        expect(await mailsOf(id)).toEqual([]);
      });
      expect(await mailsOf(id)).toHaveLength(1);
    });
  });

  it('let a user publish again after the minutes set', async () => {
    const user = await makeUser(magpie.admin, { role_id: '4' });
    const client = magpie.client(user.key);
    const publish = async () => {
      const { body } = await client.post('/events/add', { info: 'another', distribution: '1' });
      sink.clear();
      await client.post(`/events/alert/${member(body, 'Event', 'id')}`);
      await magpie.magpie.jobs.settled();
      return sink.mails.length;
    };
    const wanted = {
      'MISP.user_email_notification_ban': true,
      'MISP.user_email_notification_ban_amount_threshold': 1,
      'MISP.user_email_notification_ban_time_threshold': 30,
      'MISP.user_email_notification_ban_refresh_on_retry': false,
    };
    await having(wanted, async () => {
      expect(await publish()).toBe(1);
      await age(20);
      expect(await publish()).toBe(0);
      await age(15);
      await having({ 'MISP.user_email_notification_ban_refresh_on_retry': true }, async () => {
        expect(await publish()).toBe(0);
      });
      expect(await publish()).toBe(1);
    });
  });
});
