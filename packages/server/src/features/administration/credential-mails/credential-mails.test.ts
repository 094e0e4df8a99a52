import { makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { verifyPassword } from '../users/passwords.ts';
import { findPasswordHash } from '../users/queries.ts';
import { fillTemplate } from './text.ts';

let sink: MailSink;
let magpie: TestMagpie;
let alphaId: string;

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  alphaId = (await makeOrganisation(magpie.admin)).id;
});

beforeEach(() => sink.clear());

afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const passwordIn = (text: string) => /^Password: (.+)$/m.exec(text)?.[1] ?? '';

async function signIn(email: string, password: string): Promise<boolean> {
  const { magpie: server } = magpie;
  return server.database.asSystem('test', async (tx) => {
    const user = await tx.first<{ id: number }>('select id from users where email = $1', [email]);
    return verifyPassword(await findPasswordHash(tx, user?.id ?? 0), password);
  });
}

describe('a reset of a password by an administrator', () => {
  it('mails a temporary password that works and must be changed', async () => {
    const user = await makeUser(magpie.admin, { org_id: alphaId, role_id: '3' });
    const { body } = await magpie.admin.post(`/users/initiatePasswordReset/${user.id}`);
    expect(body).toEqual({ saved: true, success: 'New credentials sent.' });
    await magpie.magpie.jobs.settled();
    const [mail] = sink.mails;
    expect(mail).toMatchObject({ to: [user.email], subject: '[ORGNAME MISP] Password reset' });
    expect(await signIn(user.email, passwordIn(mail?.text ?? ''))).toBe(true);
    expect((await magpie.admin.get(`/admin/users/view/${user.id}`)).body).toMatchObject({ User: { change_pw: true } });
    const { body: jobs } = await magpie.admin.get('/jobs/index/email');
    expect(jobs).toMatchObject([{ Job: { job_type: 'password_reset_email', message: 'Mails sent.' } }]);
    expect(JSON.stringify(jobs)).not.toContain(passwordIn(mail?.text ?? ''));
  });

  it('leaves the password alone when the mail cannot be sent', async () => {
    const user = await makeUser(magpie.admin, { org_id: alphaId, role_id: '3', password: 'Correct-Horse-1' });
    sink.refuse(user.email);
    await magpie.admin.post(`/users/initiatePasswordReset/${user.id}`);
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toEqual([]);
    expect(await signIn(user.email, 'Correct-Horse-1')).toBe(true);
    const { body: jobs } = await magpie.admin.get('/jobs/index/email/limit:1');
    expect(jobs).toMatchObject([{ Job: { job_status: 'Failed', message: expect.stringContaining('refused') } }]);
  });

  it('is refused for users of other organisations and site administrators', async () => {
    const beta = await makeOrganisation(magpie.admin);
    const betaAdmin = await makeUser(magpie.admin, { org_id: beta.id, role_id: '2' });
    const user = await makeUser(magpie.admin, { org_id: alphaId, role_id: '3' });
    for (const id of [user.id, '1']) {
      const { body } = await magpie.client(betaAdmin.key).post(`/users/initiatePasswordReset/${id}`);
      expect(body).toMatchObject({ saved: false });
    }
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toEqual([]);
  });
});

describe('a new user', () => {
  it('is mailed a temporary password where the administrator asks for it', async () => {
    const email = 'welcome@alpha.test';
    await magpie.admin.post('/admin/users/add', { email, org_id: alphaId, role_id: '3', notify: 1 });
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toMatchObject([{ to: [email], subject: '[ORGNAME MISP] New user registration' }]);
    expect(await signIn(email, passwordIn(sink.mails[0]?.text ?? ''))).toBe(true);
  });

  it('keeps a password that the administrator chose, which no mail tells', async () => {
    const email = 'chosen@alpha.test';
    const password = 'Correct-Horse-2';
    await magpie.admin.post('/admin/users/add', { email, org_id: alphaId, role_id: '3', password, notify: '1' });
    await magpie.magpie.jobs.settled();
    expect(sink.mails[0]?.text).not.toContain(password);
    expect(await signIn(email, password)).toBe(true);
  });

  it('is mailed a temporary password once his request is accepted', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/Security.allow_self_registration', { value: true });
    await magpie.client(null).post('/users/register', { email: 'asked@alpha.test' });
    const { body } = await magpie.admin.get('/users/registrations');
    const id = String(member(body, 0, 'Inbox', 'id'));
    await magpie.admin.post(`/users/acceptRegistrations/${id}`, { User: { org_id: alphaId, role_id: '3' } });
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toMatchObject([{ to: ['asked@alpha.test'] }]);
  });

  it('is told nothing while mails are switched off', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.disable_emailing', { value: true });
    await magpie.admin.post('/admin/users/add', {
      email: 'silent@alpha.test',
      org_id: alphaId,
      role_id: '3',
      notify: 1,
    });
    await magpie.magpie.jobs.settled();
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.disable_emailing', { value: false });
    expect(sink.mails).toEqual([]);
  });
});

describe('text templates', () => {
  it('put values in for names, written line breaks for real ones, and leave unknown names', () => {
    const values = { password: String.raw`a\n$org`, org: 'ACME' };
    expect(fillTemplate(String.raw`$org:\n$password $unknown $5`, values)).toBe(
      `ACME:\n${String.raw`a\n$org`} $unknown $5`,
    );
  });
});
