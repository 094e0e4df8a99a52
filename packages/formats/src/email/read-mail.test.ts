import { createHash } from 'node:crypto';
import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../read/reading.ts';
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

/** A compound file with the streams in which Outlook keeps a message ([MS-OXMSG] 2.2 to 2.4). */
function outlookMessage(): Uint8Array {
  const entries: Entry[] = [];
  const put = (name: string, type: Entry['type'], bytes?: Uint8Array): number => {
    // A plain list: of a view of something larger the writer would take the beginning of that.
    const content = bytes === undefined ? { children: [] } : { binaryProvider: () => [...bytes] };
    entries.push({ name, type, length: bytes?.length ?? 0, ...content });
    return entries.length - 1;
  };
  const folder = (name: string, parent: number | null, tags: Record<string, string | Uint8Array>, head: number) => {
    const place = put(name, parent === null ? 5 : 1);
    if (parent !== null) entries[parent]?.children?.push(place);
    const files: [string, Uint8Array][] = [
      ['__properties_version1.0', Buffer.alloc(head)],
      ...Object.entries(tags).map(([tag, value]): [string, Uint8Array] => [
        `__substg1.0_${tag}`,
        typeof value === 'string' ? Buffer.from(value, 'utf16le') : value,
      ]),
    ];
    for (const [file, bytes] of files) entries[place]?.children?.push(put(file, 2, bytes));
    return place;
  };
  const root = folder(
    'Root Entry',
    null,
    {
      '001A001F': 'IPM.Note',
      '0037001F': 'Outlook invoice',
      '1000001F': 'See http://bad.example.com/x now',
      '0C1A001F': 'Eve',
      '0C1F001F': 'eve@evil.example',
      '1035001F': '<7@evil.example>',
    },
    32,
  );
  folder('__recip_version1.0_#00000000', root, { '3001001F': 'Victim', '39FE001F': 'victim@victim.example' }, 8);
  const attachment = { '3707001F': 'evil.doc', '37010102': Buffer.from('not really a document') };
  folder('__attach_version1.0_#00000000', root, attachment, 8);
  return burn(entries);
}

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

  it('names the targets of links in its HTML beside those of its text, and no addresses of styles', async () => {
    const html = [
      '<style>@import url(http://style.example.com/x.css)</style><script src="http://script.example.com/x.js"></script>',
      '<a href="http://evil.example.com/in?a=1&amp;b=&#50;">http://bank.example.com/in</a><img src="http://pixel.example.com/p.gif">',
    ].join('');
    const alternative = [
      ...['Content-Type: multipart/alternative; boundary=c', '', '--c', 'Content-Type: text/plain', '', ' ', '--c'],
      ...['Content-Type: text/html', '', html, '--c--'],
    ].join('\r\n');
    const { events } = await readAll(
      message.replace(
        'Content-Type: text/plain; charset=utf-8\r\n\r\nPay at hxxps://evil[.]example[.]com/pay now',
        alternative,
      ),
      'mail.eml',
    );
    const attributes = Array.isArray(events[0]?.Attribute) ? events[0].Attribute : [];
    expect(attributes.map(({ value }) => value)).toEqual([
      ...['http://bank.example.com/in', 'http://evil.example.com/in?a=1&b=2', 'http://pixel.example.com/p.gif'],
    ]);
  });

  it('is read in the encoding of the machine that wrote it', async () => {
    const old = (charset: string) =>
      `From: J\u00fcrgen <a@evil.example>\r\nSubject: Gr\u00fc\u00dfe\r\nContent-Type: text/plain${charset}\r\n\r\nSch\u00f6n`;
    for (const charset of ['', '; charset=iso-8859-1']) {
      const { events } = await readAll(Buffer.from(old(charset), 'latin1'), 'mail.eml');
      const text = JSON.stringify(events);
      for (const value of ['Jürgen', 'Grüße', 'Schön']) expect(text, charset).toContain(value);
    }
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

  const parts = (...list: readonly (readonly string[])[]) =>
    [
      ...['From: a@evil.example', 'Subject: Outer', 'Content-Type: multipart/mixed; boundary="b;1"', ''],
      ...list.flatMap((lines) => ['--b;1', ...lines]),
      ...['--b;1--', ''],
    ].join('\r\n');
  const filesOf = (event: JsonObject | undefined) =>
    (Array.isArray(event?.Object) ? event.Object : []).flatMap((object) => {
      const values = new Map<string, string>(
        object.Attribute.map((attribute: JsonObject) => [attribute.object_relation, attribute.value]),
      );
      return object.name === 'file' ? [`${values.get('filename')} ${values.get('md5')}`] : [];
    });
  const md5 = (text: string | Buffer) => createHash('md5').update(text).digest('hex');

  it('takes attachments byte by byte, whatever they were sent as, and what is shown but has the name of a file', async () => {
    const uu = ['begin 644 c.bin', '#0V%T', '`', 'end'];
    const { events } = await readAll(
      parts(
        ['Content-Type: text/html; name="a.html"', 'Content-Disposition: inline', '', '<p>', 'x</p>'],
        [
          ...[
            'Content-Type: text/plain',
            "Content-Disposition: attachment; filename*0*=utf-8''%E8%AB%8B; filename*1=.txt",
          ],
          ...['Content-Transfer-Encoding: quoted-printable', '', 'one=3D=', 'two ', 'three'],
        ],
        [
          'Content-Type: application/octet-stream; name="=?utf-8?B?w6Q=?=.bin"',
          'Content-Transfer-Encoding: x-uuencode',
          '',
          ...uu,
        ],
        ['Content-Type: text/plain', '', 'Only said.'],
      ),
      'mail.eml',
    );
    expect(filesOf(events[0])).toEqual([
      `a.html ${md5('<p>\r\nx</p>')}`,
      `\u8acb.txt ${md5('one=two \r\nthree')}`,
      `ä.bin ${md5('Cat')}`,
    ]);
  });

  it('has the messages that are attached to it beside it, with their attachments', async () => {
    const attachment = ['Content-Type: application/pdf; name=x.pdf', '', 'PDF'];
    const inner = parts(['Content-Type: text/plain', '', 'See http://bad.example.com/x'], attachment);
    const { events, notTaken } = await readAll(
      parts(
        ['Content-Type: message/rfc822', '', inner.replace('Outer', 'Inner').replaceAll('b;1', 'c')],
        ['Content-Type: message/rfc822; name=no.eml', '', 'nothing'],
      ),
      'mail.eml',
    );
    const [outer, pdf, email, other] = Array.isArray(events[0]?.Object) ? events[0].Object : [];
    expect([outer.name, pdf.name, email.name, other.name]).toEqual(['email', 'file', 'email', 'file']);
    expect(JSON.stringify(email)).toContain('"Inner"');
    expect(outer.ObjectReference).toMatchObject([{ referenced_uuid: email.uuid }, { referenced_uuid: other.uuid }]);
    expect(email.ObjectReference).toMatchObject([{ referenced_uuid: pdf.uuid }]);
    expect(events[0]).toMatchObject({ info: 'Outer', Attribute: [{ value: 'http://bad.example.com/x' }] });
    expect(notTaken).toEqual([
      { path: 'attachment 2 (no.eml)', reason: expect.stringContaining('It is taken whole. The file is no e-mail') },
    ]);
    let nested = 'From: a@evil.example\r\nSubject: deep\r\n\r\nend';
    for (let depth = 0; depth < 8; depth += 1) {
      nested = parts(['Content-Type: message/rfc822', '', nested]).replaceAll('b;1', `b${depth}`);
    }
    const deep = await readAll(nested, 'mail.eml');
    expect(deep.notTaken).toMatchObject([{ reason: expect.stringContaining('5 in one another') }]);
  });

  it('has a message saved by Outlook that is attached to it beside it', async () => {
    const { events } = await readAll(
      parts([
        ...['Content-Type: application/vnd.ms-outlook; name=seen.msg', 'Content-Transfer-Encoding: base64', ''],
        Buffer.from(outlookMessage()).toString('base64'),
      ]),
      'mail.eml',
    );
    const [outer, file, email] = Array.isArray(events[0]?.Object) ? events[0].Object : [];
    expect([outer.name, file.name, email.name]).toEqual(['email', 'file', 'email']);
    expect(JSON.stringify(email)).toContain('"eve@evil.example"');
    expect(email.Attribute).toContainEqual(expect.objectContaining({ object_relation: 'msg', value: 'seen.msg' }));
  });

  it('has the files that Outlook packs into winmail.dat', async () => {
    const word = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    };
    const attribute = (id: number, data: Uint8Array) =>
      Buffer.concat([Buffer.of(2), word(id), word(data.length), data, Buffer.alloc(2)]);
    const name = Buffer.from('a long name.doc\0', 'utf16le');
    const properties = Buffer.concat([
      ...[word(3), word(0x37050003), word(1), word(0x80050003), Buffer.alloc(16), word(0), word(9), word(7)],
      ...[word(0x3707001f), word(1), word(name.length), name],
    ]);
    const tnef = Buffer.concat([
      ...[word(0x223e9f78), Buffer.alloc(2)],
      ...[attribute(0x00069002, Buffer.alloc(14)), attribute(0x00018010, Buffer.from('ALONGN~1.DOC\0'))],
      ...[attribute(0x0006800f, Buffer.from('DOC')), attribute(0x00069005, properties)],
      ...[attribute(0x00069002, Buffer.alloc(14)), attribute(0x00018010, Buffer.from('b.txt\0'))],
      attribute(0x0006800f, Buffer.from('text')),
    ]);
    const part = (bytes: Buffer) => [
      ...['Content-Type: application/ms-tnef; name=winmail.dat', 'Content-Transfer-Encoding: base64'],
      ...['', bytes.toString('base64')],
    ];
    const { events } = await readAll(parts(part(tnef)), 'mail.eml');
    const objects = Array.isArray(events[0]?.Object) ? events[0].Object : [];
    expect(filesOf(events[0]).slice(1)).toEqual([`a long name.doc ${md5('DOC')}`, `b.txt ${md5('text')}`]);
    expect(objects[1].ObjectReference).toHaveLength(2);
    const named = attribute(0x00069002, Buffer.alloc(14));
    const full = Buffer.concat([tnef.subarray(0, 6), ...Array.from({ length: 1_500 }, () => named)]);
    expect((await readAll(parts(part(full)), 'mail.eml')).notTaken).toHaveLength(1_000);
    // However it is damaged, it is a file.
    for (let end = 7; end < tnef.length; end += 5) {
      const cut = await readAll(parts(part(tnef.subarray(0, end))), 'mail.eml');
      expect(filesOf(cut.events[0])[0]).toContain('winmail.dat');
    }
  });

  it('names the outer machines that handed it over', async () => {
    const { events } = await readAll(
      [
        'Received: from mx.victim.example ([10.1.2.3]) by store.victim.example; Mon, 1 Jan 2024 00:00:03 +0000',
        'Received: from Relay.evil.example (helo.example [198.51.100.7]) by mx.victim.example; Mon, 1 Jan 2024 00:00:02',
        'Received: from [IPv6:2001:db8::7] (unknown) by relay.evil.example; Mon, 1 Jan 2024 00:00:01 +0000',
        'Received: from nowhere.example ([0.0.0.0] [::]) by relay.evil.example; Mon, 1 Jan 2024 00:00:00 +0000',
        'Received: by 203.0.113.9 with SMTP id x; Mon, 1 Jan 2024 00:00:00 +0000',
        'X-Originating-IP: [203.0.113.8]',
        'From: a@evil.example',
        '',
        'x',
      ].join('\r\n'),
      'mail.eml',
    );
    const [email] = Array.isArray(events[0]?.Object) ? events[0].Object : [];
    const found = email.Attribute.filter(({ type }: JsonObject) => type === 'ip-src' || type === 'hostname');
    expect(found.map(({ object_relation, value }: JsonObject) => `${object_relation} ${value}`)).toEqual([
      ...['received-header-ip 198.51.100.7', 'received-header-ip 2001:db8::7'],
      ...['received-header-hostname relay.evil.example', 'ip-src 203.0.113.8'],
    ]);
  });

  it('names everybody who is said to have sent it', async () => {
    const { events } = await readAll(message.replace('Subject:', 'From: <bank@bank.example>\r\nSubject:'), 'mail.eml');
    for (const value of ['sender@evil.example', 'bank@bank.example']) expect(JSON.stringify(events)).toContain(value);
  });

  it('is refused with more parts than any has', async () => {
    const many = parts(...Array.from({ length: 10_001 }, () => ['', 'x']));
    await expect(readAll(many, 'mail.eml')).rejects.toThrow('more than 10000 parts');
  });

  it('has delimiters at the beginnings of lines alone, and none that is longer than any line', async () => {
    const { events } = await readAll(parts(['Content-Type: text/x; name=a.x', '', 'a --b;1 --b;1-- x']), 'mail.eml');
    expect(filesOf(events[0])).toEqual([`a.x ${md5('a --b;1 --b;1-- x')}`]);
    const long = '-'.repeat(1_001);
    const whole = await readAll(parts(['', 'x']).replaceAll('b;1', long), 'mail.eml');
    expect(filesOf(whole.events[0])[0]).toContain('attachment-1.bin');
  });

  it.each(['', 'text', 'nothing; charset=utf-8'])('says its text where its type is none: %o', async (type) => {
    const { events } = await readAll(`From: a@evil.example\r\nContent-Type: ${type}\r\n\r\nSaid.`, 'mail.eml');
    expect(filesOf(events[0])).toEqual([]);
  });

  it('is read from a message saved by Outlook', async () => {
    const { events, format } = await readAll(outlookMessage(), 'mail.msg');
    expect(format).toBe('msg');
    const [email, file] = Array.isArray(events[0]?.Object) ? events[0].Object : [];
    const text = JSON.stringify(email);
    for (const value of [
      'eve@evil.example',
      'victim@victim.example',
      'Outlook invoice',
      '<7@evil.example>',
      'mail.msg',
    ]) {
      expect(text).toContain(`"${value}"`);
    }
    expect(JSON.stringify(file)).toContain(createHash('sha1').update('not really a document').digest('hex'));
    expect(events[0]).toMatchObject({ info: 'Outlook invoice', Attribute: [{ value: 'http://bad.example.com/x' }] });
  });

  it('is refused when it is none', async () => {
    await expect(readAll('no header', 'a.eml')).rejects.toThrow('is no e-mail');
    const outlook = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000)]);
    await expect(readAll(outlook, 'a.msg')).rejects.toThrow('Outlook message cannot be read');
  });
});
