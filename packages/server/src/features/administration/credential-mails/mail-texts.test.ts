import { makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { havingSettings } from '../settings/testing/having.ts';

const PASSWORD = 'Magpie-password-1';
let sink: MailSink;
let m: TestMagpie;

beforeAll(async () => {
  sink = await startMailSink();
  m = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
});
beforeEach(() => sink.clear());
afterAll(async () => {
  await m.stop();
  await sink.stop();
});

describe('texts of mails that the administrator writes', () => {
  it('are those of the mails to new users and of resets, with names filled in', async () => {
    const template = String.raw`To $username of $org\nfrom $misp, ask $contact: $password ($nothing)`;
    const wanted = {
      'MISP.newUserText': template,
      'MISP.passwordResetText': `Reset. ${template}`,
      'MISP.contact': 'desk@intel.example',
    };
    await havingSettings(m.admin, wanted, async () => {
      const { body } = await m.admin.post('/admin/users/add', { email: 'new@user.example', role_id: 3, notify: 1 });
      await m.magpie.jobs.settled();
      const words = /^To new@user\.example of ORGNAME\r?\nfrom http\S+, ask desk@intel\.example: \S+ \(\$nothing\)\s*$/;
      expect(sink.mails[0]?.text).toMatch(words);
      await m.admin.post(`/users/initiatePasswordReset/${member(body, 'User', 'id')}`);
      await m.magpie.jobs.settled();
      expect(sink.mails[1]?.text).toMatch(/^Reset\. To new@user\.example/);
    });
  });

  it('are those of codes by mail, of the length and the life that are set', async () => {
    const { email } = await makeUser(m.admin, { role_id: '3', password: PASSWORD });
    const wanted = {
      'Security.email_otp_enabled': true,
      'Security.email_otp_length': 8,
      'Security.email_otp_validity': 7,
      'Security.email_otp_text': 'Code $otp for $validity minutes, $username of $org',
    };
    await havingSettings(m.admin, wanted, async () => {
      const headers = { accept: 'text/html', origin: m.url };
      const body = new URLSearchParams({ email, password: PASSWORD });
      await fetch(`${m.url}/users/login`, { method: 'POST', headers, body, redirect: 'manual' });
      await m.magpie.jobs.settled();
      expect(sink.mails.at(-1)?.text.trim()).toMatch(/^Code \d{8} for 7 minutes, \S+ of ORGNAME$/);
    });
  });
});
