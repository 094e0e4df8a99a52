import {
  type ApiClient,
  type MadeUser,
  makeOrganisation,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { unsubscribeCode } from './routes.ts';

let sink: MailSink;
let magpie: TestMagpie;
let orgAdmin: ApiClient;
let own: MadeUser;
let foreign: MadeUser;
let ownOrganisation: string;

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  ownOrganisation = (await makeOrganisation(magpie.admin)).id;
  const other = (await makeOrganisation(magpie.admin)).id;
  orgAdmin = magpie.client((await makeUser(magpie.admin, { org_id: ownOrganisation, role_id: '2' })).key);
  own = await makeUser(magpie.admin, { org_id: ownOrganisation });
  foreign = await makeUser(magpie.admin, { org_id: other });
});

beforeEach(() => sink.clear());

afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const mail = { subject: 'Maintenance', message: 'We are down at noon.' };
const receivers = () => sink.mails.flatMap(({ to }) => to).sort();

describe('a mail of an administrator', () => {
  it('goes to one user, of his organisation alone', async () => {
    const quick = { subject: 'Hello', body: 'A word.' };
    expect((await orgAdmin.post(`/admin/users/quickEmail/${own.id}`, quick)).status).toBe(200);
    expect((await orgAdmin.post(`/admin/users/quickEmail/${foreign.id}`, quick)).status).toBe(404);
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toMatchObject([{ to: [own.email], subject: 'Hello', text: 'A word.\n' }]);
  });

  it('goes to all whom he administers, once each, also when one address is refused', async () => {
    sink.refuse(own.email);
    await orgAdmin.post('/admin/users/email', { User: { recipient: 1, ...mail } });
    await magpie.magpie.jobs.settled();
    expect(receivers()).toHaveLength(1);
    expect(receivers()).not.toContain(foreign.email);
    sink.clear();
    await magpie.admin.post('/admin/users/email', { recipient: 0, user_ids: [foreign.id], ...mail });
    await orgAdmin.post('/admin/users/email', { recipient: 0, user_ids: [foreign.id], ...mail });
    await magpie.magpie.jobs.settled();
    expect(receivers()).toEqual([foreign.email]);
  });

  it('may be a temporary password for each of an organisation', async () => {
    const fields = { recipient: 2, org_ids: [ownOrganisation], action: 1 };
    const third = await makeUser(magpie.admin, { org_id: ownOrganisation });
    await magpie.admin.post('/admin/users/email', fields);
    await magpie.magpie.jobs.settled();
    expect(receivers()).toContain(third.email);
    expect(sink.mails.every(({ text }) => text.includes('Password: '))).toBe(true);
  });

  it('is refused without text, with lines in its subject, or from users', async () => {
    for (const fields of [
      { ...mail, recipient: 7 },
      { ...mail, recipient: 0 },
      { recipient: 1, subject: 'x' },
      { ...mail, recipient: 1, subject: 'x\r\nBcc: a@b.test' },
    ]) {
      expect((await magpie.admin.post('/admin/users/email', fields)).status).toBe(403);
    }
    expect((await magpie.client(own.key).post('/admin/users/email', { recipient: 1, ...mail })).status).toBe(403);
  });
});

describe('ending mails', () => {
  it('is done by POST with the code of the link, or without one, for oneself', async () => {
    const client = magpie.client(foreign.key);
    await client.post('/users/edit', { autoalert: true });
    const code = unsubscribeCode(magpie.magpie, Number(foreign.id));
    const page = await client.get(`/users/unsubscribe/${code}`);
    expect([page.status, page.headers.get('location')]).toEqual([302, '/users/view/me']);
    expect((await client.get('/users/view/me')).body).toMatchObject({ User: { autoalert: true } });
    expect((await client.post('/users/unsubscribe/00000000')).status).toBe(405);
    expect((await client.post(`/users/unsubscribe/${code}/everything`)).status).toBe(404);
    expect((await client.post(`/users/unsubscribe/${code}`)).status).toBe(200);
    expect((await client.get('/users/view/me')).body).toMatchObject({ User: { autoalert: false } });
    expect((await client.post('/users/unsubscribe/me/notification_daily')).status).toBe(200);
  });
});
