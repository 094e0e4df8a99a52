import { createHash } from 'node:crypto';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { isObject } from '../read/reading.ts';
import { readAll } from '../read/testing.ts';

const attached = Buffer.from('MZ not really a program');
const message = [
  'Return-Path: <bounce@evil.example>',
  'Received: from relay.evil.example (192.0.2.7)\r\n\tby mx.victim.example; Mon, 1 Jan 2024 00:00:00 +0000',
  'From: =?utf-8?B?SsO8cmdlbg==?= <sender@evil.example>',
  'To: One <one@victim.example>, Staff: two@victim.example, three@victim.example;',
  'Reply-To: other@evil.example',
  'Subject: Your invoice',
  'Message-ID: <1@evil.example>',
  'Date: Mon, 1 Jan 2024 00:00:00 +0000',
  'X-Mailer: Bulk 1.0',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Pay at hxxps://evil[.]example[.]com/pay now',
  '--b',
  'Content-Type: application/octet-stream; name="../../invoice.exe"',
  'Content-Disposition: attachment; filename="../../invoice.exe"',
  'Content-Transfer-Encoding: base64',
  '',
  attached.toString('base64'),
  '--b--',
  '',
].join('\r\n');

describe('an e-mail', () => {
  it('becomes an email object with its attachments as files and the addresses it names', async () => {
    const { events, format } = await readAll(message, 'mail.eml');
    expect(format).toBe('eml');
    const [event] = events;
    expect(event?.info).toBe('Your invoice');
    const [email, file] = Array.isArray(event?.Object) ? event.Object : [];
    const values = (object: unknown) =>
      isObject(object) && Array.isArray(object.Attribute)
        ? object.Attribute.map(({ object_relation, value }) => `${object_relation} ${value}`)
        : [];
    expect(values(email)).toEqual(
      expect.arrayContaining([
        'from sender@evil.example',
        'from-display-name Jürgen',
        'to one@victim.example',
        'to two@victim.example',
        'to three@victim.example',
        'reply-to other@evil.example',
        'subject Your invoice',
        'message-id <1@evil.example>',
        'send-date 2024-01-01T00:00:00.000Z',
        'x-mailer Bulk 1.0',
        'return-path bounce@evil.example',
        'eml mail.eml',
      ]),
    );
    expect(values(email).find((text) => text.startsWith('header '))).toContain('192.0.2.7');
    expect(values(file)).toEqual(
      expect.arrayContaining([
        'malware-sample invoice.exe',
        `sha256 ${createHash('sha256').update(attached).digest('hex')}`,
        `size-in-bytes ${attached.length}`,
      ]),
    );
    expect(email).toMatchObject({ ObjectReference: [{ referenced_uuid: file?.uuid, relationship_type: 'includes' }] });
    expect(event?.Attribute).toMatchObject([{ type: 'url', value: 'https://evil.example.com/pay' }]);
  });

  const zipped = async (files: Record<string, string | Uint8Array>, password?: string) => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), password === undefined ? {} : { password, zipCrypto: true });
    for (const [name, content] of Object.entries(files)) {
      await writer.add(name, new Uint8ArrayReader(Buffer.from(content)), { useWebWorkers: false });
    }
    return Buffer.from(await writer.close());
  };
  const withArchive = (archive: Uint8Array, text: string) =>
    message
      .replace('Pay at hxxps://evil[.]example[.]com/pay now', text)
      .replaceAll('invoice.exe', 'invoice.zip')
      .replace(attached.toString('base64'), Buffer.from(archive).toString('base64'));

  it('is told apart from its archives, which are opened, also by a password it tells', async () => {
    for (const password of [undefined, 'infected', 'S3cret-99']) {
      const archive = await zipped({ 'a/inner.exe': 'MZ inner', 'empty.txt': '' }, password);
      const { events, notTaken } = await readAll(withArchive(archive, 'The password is: S3cret-99.'), 'mail.eml');
      const [, outer, inner] = Array.isArray(events[0]?.Object) ? events[0].Object : [];
      expect(JSON.stringify(inner), password).toContain(createHash('sha256').update('MZ inner').digest('hex'));
      expect(outer).toMatchObject({ ObjectReference: [{ referenced_uuid: inner?.uuid }] });
      expect(notTaken).toEqual([{ path: 'attachment 1 (invoice.zip): empty.txt', reason: 'It is empty.' }]);
    }
  });

  it('keeps archives that cannot be opened, and says why', async () => {
    const locked = await readAll(withArchive(await zipped({ a: 'x' }, 'no one knows'), 'hello'), 'mail.eml');
    expect(locked.notTaken).toEqual([{ path: 'attachment 1 (invoice.zip): a', reason: 'A password locks it.' }]);
    const bomb = await readAll(withArchive(await zipped({ big: Buffer.alloc(40_000_000) }), 'hello'), 'mail.eml');
    expect(bomb.notTaken).toMatchObject([{ reason: 'The archive unpacks to more than is taken.' }]);
    expect(bomb.events[0]?.Object).toHaveLength(2);
    const nested = await readAll(withArchive(await zipped({ 'in.zip': await zipped({ a: 'x' }) }), 'hi'), 'mail.eml');
    expect(nested.notTaken).toMatchObject([{ reason: expect.stringContaining('archives inside archives') }]);
    expect(nested.events[0]?.Object).toHaveLength(3);
    const document = await readAll(withArchive(await zipped({ '[Content_Types].xml': '<x/>' }), 'hello'), 'mail.eml');
    expect(document.events[0]?.Object).toHaveLength(2);
  });

  it('is refused when it is none', async () => {
    await expect(readAll('no header', 'a.eml')).rejects.toThrow('is no e-mail');
    const outlook = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000)]);
    await expect(readAll(outlook, 'a.msg')).rejects.toThrow('Outlook message cannot be read');
  });
});
