import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../errors.ts';
import { composeMail } from './compose.ts';
import type { Mail } from './mail.ts';
import { openSmtp } from './smtp.ts';
import { type MailSink, startMailSink } from './testing/mail-sink.ts';

let sink: MailSink;

beforeAll(async () => {
  sink = await startMailSink();
});

beforeEach(() => sink.clear());

afterAll(() => sink.stop());

const sender = { address: 'misp@acme.test', name: 'ACME MISP', replyTo: '', instanceUuid: 'u' };
const to = { userId: 1, email: 'ann@alpha.test', gpgKey: null, certificate: null };

async function send(mail: Partial<Mail>): Promise<void> {
  const smtp = openSmtp(sink.url);
  try {
    await smtp.send(await composeMail({ to, subject: 'Subject', text: 'Text', ...mail }, sender, new Date(0)));
  } finally {
    smtp.close();
  }
}

describe('a mail', () => {
  it('keeps its text, long lines and all, and its attachments', async () => {
    const text = `Grüße\n${'x'.repeat(3000)}\n.\nlast`;
    await send({ text });
    expect(sink.mails[0]?.text.trimEnd()).toBe(text);
    await send({ attachments: [{ fileName: 'gpgkey.asc', contentType: 'application/pgp-keys', content: 'KEY' }] });
    expect(sink.mails[1]?.raw).toContain('filename=gpgkey.asc');
    expect(sink.mails[1]?.raw).toContain(Buffer.from('KEY').toString('base64'));
  });

  it('takes no headers from its subject or addresses', async () => {
    await send({ subject: 'a\r\nBcc: eve@evil.example\r\n\r\nbody', replyTo: 'x@y.test\r\nX-Evil: 1' });
    expect(sink.mails).toHaveLength(1);
    expect(sink.mails[0]?.to).toEqual(['ann@alpha.test']);
    expect(sink.mails[0]?.headers.has('bcc')).toBe(false);
    expect(sink.mails[0]?.headers.has('x-evil')).toBe(false);
  });

  it('reads no file and no address that an attachment names', async () => {
    await send({ attachments: [{ fileName: 'a', contentType: 'text/plain', content: 'file:///etc/passwd' }] });
    expect(sink.mails[0]?.raw).not.toContain('root:');
  });

  it('is refused for good by a permanent answer, and can be tried again after a passing one', async () => {
    sink.refuse('gone@alpha.test');
    await expect(send({ to: { ...to, email: 'gone@alpha.test' } })).rejects.toThrow(Refused);
    sink.failNext(1);
    const failed = send({}).catch((error: unknown) => error);
    expect(await failed).toBeInstanceOf(Error);
    expect(await failed).not.toBeInstanceOf(Refused);
    await send({});
    expect(sink.mails).toHaveLength(1);
  });
});
