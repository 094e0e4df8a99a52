import { readFileSync } from 'node:fs';
import { fc } from '@magpie/testkit/property';
import { BlobReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { writeXml } from '../xml/write-xml.ts';
import { type DocumentFormat, documentFormats } from './detect-format.ts';
import { DocumentRefused } from './reading.ts';
import { readAll } from './testing.ts';

function sample(name: string): Buffer {
  return readFileSync(new URL(`samples/${name}`, import.meta.url));
}

const mail = [
  ...['Received: from a.example.com (192.0.2.7) by b.example.org; Mon, 1 Jan 2024 00:00:00 +0000'],
  ...['From: =?utf-8?B?RXZl?= <eve@stoat.example.com>', 'To: "V, Ictim" <v@victim.example>, w@victim.example'],
  ...['Subject: Invoice', 'Message-ID: <7@stoat.example.com>', 'MIME-Version: 1.0'],
  ...['Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: multipart/alternative; boundary=c', ''],
  ...['--c', 'Content-Type: text/plain; charset=utf-8', '', 'hxxp://evil[.]stoat[.]example[.]com/a', '--c'],
  ...['Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable', '', '<p>caf=C3=A9</p>', '--c--', '--b'],
  ...['Content-Type: message/rfc822', '', 'From: x@y.example', 'Subject: inner', '', 'text', '--b'],
  ...['Content-Type: application/zip; name="a.zip"', 'Content-Transfer-Encoding: base64'],
  ...['Content-Disposition: attachment; filename="a.zip"', '', 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', '--b--', ''],
].join('\r\n');

const event = {
  ...{ uuid: '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d01', info: 'Stoat — “wave” two', date: '2024-05-01', published: true },
  Orgc: { name: 'Example ISAC', uuid: '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d02' },
  Tag: [{ name: 'tlp:amber', colour: '#ffc000' }],
  Attribute: [
    { type: 'ip-dst', category: 'Network activity', value: '203.0.113.7', to_ids: true, Tag: [{ name: 'a:b="c"' }] },
    { type: 'filename|md5', category: 'Payload delivery', value: 'a.exe|d41d8cd98f00b204e9800998ecf8427e' },
  ],
  Object: [
    {
      name: 'file',
      'meta-category': 'file',
      Attribute: [{ object_relation: 'filename', type: 'filename', value: 'x' }],
    },
  ],
  EventReport: [{ name: 'Report', content: '# Stoat\n\n@[tag](tlp:amber)' }],
};

const item = (search: string, content: string) =>
  `<IndicatorItem id="3f2a1c4e-0000-4000-8000-000000000001" condition="is"><Context document="FileItem" search="${search}" type="mir"/><Content type="string">${content}</Content></IndicatorItem>`;

async function xmlOf(document: unknown): Promise<Buffer> {
  async function* pieces() {
    yield JSON.stringify(document);
  }
  let text = '';
  for await (const piece of writeXml(pieces(), { without: {}, lineBreaks: false })) text += piece;
  return Buffer.from(text);
}

async function feed(): Promise<Buffer> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const files: Record<string, string> = {
    'feed/manifest.json': JSON.stringify({ [event.uuid]: { info: event.info } }),
    'feed/hashes.csv': `d41d8cd98f00b204e9800998ecf8427e,${event.uuid}\n`,
    [`feed/${event.uuid}.json`]: JSON.stringify({ Event: event }),
    'feed/notes.txt': 'seen at 198.51.100.7',
  };
  for (const [name, text] of Object.entries(files)) await writer.add(name, new BlobReader(new Blob([text])));
  return Buffer.from(await writer.close());
}

/** Real documents of each format. */
const corpus: Readonly<Record<DocumentFormat, () => Buffer | Promise<Buffer>>> = {
  'misp-json': () => Buffer.from(JSON.stringify({ response: [{ Event: event }] })),
  'misp-xml': () => xmlOf({ response: [{ Event: event }] }),
  stix1: () => sample('foreign-1.xml'),
  stix2: () => sample('foreign-2.1.json'),
  openioc: () =>
    Buffer.from(
      `<?xml version="1.0"?><ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="d"><short_description>Stoat</short_description><description>x</description><authored_date>2024-05-01T00:00:00</authored_date><definition><Indicator operator="OR" id="o">${item('FileItem/Md5sum', 'd41d8cd98f00b204e9800998ecf8427e')}<Indicator operator="AND" id="i">${item('FileItem/FileName', 'a.exe')}${item('FileItem/Md5sum', 'd41d8cd98f00b204e9800998ecf8427e')}</Indicator></Indicator></definition></ioc>`,
    ),
  threatconnect: () =>
    Buffer.from(
      'Type,Value,Confidence,Description,Source\r\nHost,tc.stoat.example.com,90,"a ""quoted"" one",https://isac.example/1\r\nFile,d41d8cd98f00b204e9800998ecf8427e,20,,Analyst\r\n',
    ),
  mactime: () =>
    Buffer.from(
      'Date,Size,Type,Mode,UID,GID,Meta,File Name\nThu Jan 02 2020 10:11:12,4096,m.c.,r/rrwxrwxrwx,0,0,1234-128-4,"C:/Users/a/evil.exe"\n',
    ),
  csv: () =>
    Buffer.from(
      'uuid,event_id,category,type,value,comment,to_ids,date\n"5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d03",1,"Network activity","domain","csv.stoat.example.com","x",1,20240501\n',
    ),
  eml: () => Buffer.from(mail),
  msg: () => sample('outlook.msg'),
  pdf: () => sample('reportlab.pdf'),
  html: () => Buffer.from('<html><body><p>evil.com</p></body></html>'),
  markdown: () => Buffer.from('# Report\n\n@[attribute](0b0a3a3e-0000-4000-8000-000000000001) | a | b |\n'),
  zip: feed,
  text: () => Buffer.from('hxxps://evil[.]com/a, 192.0.2.1:80 "C:\\a b.doc" a.doc|d41d8cd98f00b204e9800998ecf8427e'),
};

/** More of what real producers write. */
const further: readonly (readonly [DocumentFormat, string])[] = [
  ['stix2', 'foreign-2.0.json'],
  ['pdf', 'printed.pdf'],
];

/** Cuts out, puts in, doubles a piece, or turns one bit. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  cut: fc.nat(40),
  put: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom('\0', '<', '"', '{', '[', '&#x', '--', '%', '\uffff')),
  repeat: fc.constantFrom(0, 0, 0, 2, 300),
  bit: fc.nat(7),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function damaged(original: Buffer, edits: readonly Edit[]): Buffer {
  let bytes = Buffer.from(original);
  for (const { at, cut, put, repeat, bit } of edits) {
    const start = Math.floor(at * bytes.length);
    const piece = bytes.subarray(start, start + cut);
    const again = Array.from({ length: bytes.length > 200_000 ? 0 : repeat }, () => piece);
    bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(put), ...again, bytes.subarray(start + cut)]);
    const turned = bytes[start];
    if (turned !== undefined) bytes[start] = turned ^ (1 << bit);
  }
  return bytes;
}

/** Of the processor, whoever else uses it; a megabyte may take a second, and what is loaded and compiled takes its time. */
const MOST_CPU_MS = 4_000;

/** A reader takes a document or refuses it, in time, and says why; nothing else is thrown. */
async function takesOrRefuses(content: Buffer, options: { format?: DocumentFormat }): Promise<void> {
  const before = process.cpuUsage();
  try {
    await readAll(content, 'file', options);
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    expect(error.message).toMatch(/\w/);
  }
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(MOST_CPU_MS);
}

describe('a damaged document', { timeout: fc.timeLimit(120_000) }, () => {
  it.each(documentFormats.filter((format) => format !== 'html'))('of %s is taken or refused', async (format) => {
    const files = [await corpus[format](), ...further.flatMap(([of, name]) => (of === format ? [sample(name)] : []))];
    for (const file of files) {
      const { format: found, events } = await readAll(file, format === 'markdown' ? 'a.md' : 'file');
      expect({ found, events: events.length }).toEqual({ found: format, events: format === 'zip' ? 2 : 1 });
    }
    const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), edits, fc.boolean(), (file, changes, isNamed) =>
        takesOrRefuses(damaged(file, changes), isNamed ? { format } : {}),
      ),
      { numRuns: format === 'pdf' ? 40 : 80 },
    );
  });
});

describe('an archive or document that swells', { timeout: 60_000 }, () => {
  it('is refused by what it unpacks to, not by what it says', async () => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 9 });
    const zeros = new Blob(Array.from({ length: 24 }, () => new Uint8Array(2 ** 20)));
    await writer.add('a.txt', new BlobReader(zeros));
    const bomb = Buffer.from(await writer.close());
    expect(bomb.length).toBeLessThan(2 ** 16);
    await expect(readAll(bomb, 'bomb.zip')).rejects.toThrow('unpacks to more than is taken');
  });

  it('in a mail is told, and does not keep the mail from being read', async () => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 9 });
    const zeros = new Blob(Array.from({ length: 24 }, () => new Uint8Array(2 ** 20)));
    await writer.add('a.bin', new BlobReader(zeros));
    const bomb = Buffer.from(await writer.close()).toString('base64');
    const { events, notTaken } = await readAll(mail.replace('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', bomb), 'a.eml');
    expect(events).toMatchObject([{ info: 'Invoice' }]);
    expect(notTaken.map(({ reason }) => reason).join(' ')).toMatch(/more than|too much|large/i);
  });

  it('by entities is refused before they are looked at', async () => {
    const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
    const type = `<!DOCTYPE x [<!ENTITY e0 "x">${entities}]>`;
    for (const root of ['response', 'ioc', 'stix:STIX_Package']) {
      const xml = `<?xml version="1.0"?>${type}<${root}>&e9;</${root}>`;
      for (const format of ['misp-xml', 'openioc', 'stix1'] as const) {
        await expect(readAll(xml, 'a.xml', { format })).rejects.toThrow('document type');
      }
      await expect(readAll(xml, 'a.xml')).rejects.toThrow('document type');
    }
  });

  it.each<[DocumentFormat, string]>([
    ['misp-json', `{"Event":{"info":"a","Attribute":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`],
    ['stix2', `{"type":"bundle","objects":[${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}]}`],
    ['stix1', `{"stix_header":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
    ['misp-xml', `<response>${'<Event>'.repeat(10_000)}`],
    ['stix1', `<STIX_Package>${'<a>'.repeat(10_000)}`],
    ['openioc', `<ioc><definition>${'<Indicator operator="AND">'.repeat(10_000)}`],
  ])('of %s by nesting ten thousand deep is refused', async (format, document) => {
    await expect(readAll(document, 'file', { format })).rejects.toThrow(/nests more than 100 levels deep/);
  });
});
