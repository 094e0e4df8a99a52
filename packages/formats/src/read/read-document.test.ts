import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { writeXml } from '../xml/write-xml.ts';
import { detectFormat } from './detect-format.ts';
import { mispEvents } from './misp-json.ts';
import { readZip } from './read-zip.ts';
import type { JsonObject } from './reading.ts';
import { readAll } from './testing.ts';

async function zipped(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text));
  return writer.close();
}

async function xmlOf(document: unknown): Promise<string> {
  async function* pieces() {
    yield JSON.stringify(document);
  }
  let text = '';
  for await (const piece of writeXml(pieces(), { without: {}, lineBreaks: false })) text += piece;
  return text;
}

const EVENT = { info: 'An event', Attribute: [{ type: 'domain', value: 'evil.example' }] };

describe('the format of a file', () => {
  it.each([
    ['{"Event":{"info":"a"}}', 'a.json', 'misp-json'],
    ['{"type":"bundle","id":"bundle--1","objects":[]}', 'a.json', 'stix2'],
    // Some producers sort the members, and the type comes last.
    [
      '{"id":"bundle--1","objects":[{"id":"x","created":"2024"},{"id":"report--3f2a1c4e-0000-4000-8000-000000000001"}',
      'a.json',
      'stix2',
    ],
    ['[{"type":"indicator","id": "indicator--3f2a1c4e-0000-4000-8000-000000000001"}]', 'a.json', 'stix2'],
    ['{"a":"evil.com"}', 'a.json', 'text'],
    ['<?xml version="1.0"?>\n<response><Event/></response>', 'a.xml', 'misp-xml'],
    ['<!-- x > y --><ioc xmlns="http://schemas.mandiant.com/2010/ioc"/>', 'a.ioc', 'openioc'],
    ['<stix:STIX_Package xmlns:stix="x"/>', 'a.xml', 'stix1'],
    ['<!DOCTYPE html><html><body>x</body></html>', 'a', 'html'],
    ['Type,Value,Confidence,Description,Source\nHost,evil.com,60,x,y', 'a.csv', 'threatconnect'],
    ['ip;domain;comment\n192.0.2.1;evil.com;x', 'a', 'csv'],
    ['Received: from a\r\nFrom: a@b.c\r\nSubject: hello\r\n\r\ntext', 'a', 'eml'],
    ['From: a@b.c\r\nSubject: hello\r\n\r\ntext', 'a.txt', 'eml'],
    ['# Report\n\ntext', 'a.md', 'markdown'],
    ['%PDF-1.7\n', 'a', 'pdf'],
    ['PK\u0003\u0004', 'a', 'zip'],
    ['We saw evil.com, good.com and more', 'a.txt', 'text'],
    ['', '', 'text'],
  ])('of %j (%s) is %s', (content, name, format) => {
    expect(detectFormat(Buffer.from(content), name)).toBe(format);
  });

  it('is found in UTF-16 as well', () => {
    const text = Buffer.from('\ufeff<response><Event><info>é</info></Event></response>', 'utf16le');
    expect(detectFormat(text, 'a.xml')).toBe('misp-xml');
  });
});

describe('readDocument', () => {
  it('takes free text for an event named after the file, a pair for both types of an address', async () => {
    const { events } = await readAll('seen: 192[.]0[.]2[.]1 and cve-2021-44228', 'C:\\notes\\seen.txt');
    expect(events).toMatchObject([
      { info: 'seen.txt', Attribute: [{ type: 'ip-dst', value: '192.0.2.1' }, { type: 'vulnerability' }] },
    ]);
  });

  it('reads XML of old instances, whose organisations are names', async () => {
    const attribute =
      '<Attribute><type>domain</type><value>old.example.com</value><comment/><ShadowAttribute/></Attribute>';
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n<response><Event><orgc>OLD CERT</orgc><org>X</org><info>Old &amp; gold</info>${attribute}</Event><xml_version>2.3.0</xml_version></response>`;
    const { events } = await readAll(text, 'old.xml');
    expect(events).toMatchObject([
      { info: 'Old & gold', Orgc: { name: 'OLD CERT' }, Attribute: [{ type: 'domain', value: 'old.example.com' }] },
    ]);
  });

  it('makes one event of what a search of attributes or objects answered', async () => {
    const attributes = await readAll(JSON.stringify({ response: { Attribute: EVENT.Attribute } }), 'found.json');
    expect(attributes.events).toMatchObject([{ info: 'found.json', Attribute: EVENT.Attribute }]);
    const object = { name: 'file', Attribute: EVENT.Attribute };
    const objects = await readAll(JSON.stringify({ response: [{ Object: object }] }), 'found.json');
    expect(objects.events).toMatchObject([{ info: 'found.json', Object: [object] }]);
  });

  it('makes reports of pages and of Markdown', async () => {
    const page = await readAll('<html><body><p>evil.com</p></body></html>', 'page.html');
    expect(page.events).toMatchObject([{ EventReport: [{ content: expect.stringContaining('evil.com') }] }]);
    const note = await readAll('# Title\n\nevil.com', 'note.md');
    expect(note.events).toMatchObject([{ info: 'note.md', EventReport: [{ content: '# Title\n\nevil.com' }] }]);
  });

  it('reads an archive file by file and tells what of it was not taken', async () => {
    const archive = await zipped({
      'feed/manifest.json': '{"x":1}',
      'feed/hashes.csv': 'd41d8cd98f00b204e9800998ecf8427e,x',
      'feed/a.json': JSON.stringify({ Event: EVENT }),
      'feed/broken.json': '{"Event":',
      'list.csv': 'domain,comment,to_ids\nevil.com,bad,1\n',
      'inner.zip': 'PK\u0003\u0004',
    });
    const { events, notTaken, format } = await readAll(archive, 'feed.zip');
    expect(format).toBe('zip');
    expect(events).toMatchObject([
      EVENT,
      { info: 'list.csv', Attribute: [{ value: 'evil.com', comment: 'bad', to_ids: true }] },
    ]);
    expect(notTaken).toEqual([
      { path: 'feed/broken.json', reason: 'The file is not valid JSON.' },
      { path: 'inner.zip', reason: 'Archives inside archives are not read.' },
    ]);
  });

  it('opens archives that are locked by a word known to all, and says where it cannot', async () => {
    const locked = async (password: string) => {
      const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, password, zipCrypto: true });
      for (const name of 'abcdefg') await writer.add(`${name}.txt`, new TextReader(`${name}.example.com`));
      return writer.close();
    };
    const opened = await readAll(await locked('infected'), 'samples.zip');
    expect(opened.events).toHaveLength(7);
    await expect(readAll(await locked('nobody knows'), 'samples.zip')).rejects.toThrow('Nothing in the archive');
  });

  it('refuses archives that unpack to too much, whatever they say', async () => {
    const archive = await zipped({ 'a.txt': 'a'.repeat(100_000), 'b.txt': 'b'.repeat(100_000) });
    const read = async (bounds: { mostFiles: number; mostBytes: number }) => {
      let files = 0;
      for await (const _ of readZip(archive, bounds)) files += 1;
      return files;
    };
    expect(await read({ mostFiles: 2, mostBytes: 200_000 })).toBe(2);
    await expect(read({ mostFiles: 2, mostBytes: 199_999 })).rejects.toThrow('more than is taken');
    await expect(read({ mostFiles: 1, mostBytes: 200_000 })).rejects.toThrow('more than 1 files');
    await expect(readAll(archive.subarray(0, archive.length - 30), 'cut.zip')).rejects.toThrow('damaged');
  });

  it.each([
    ['deep JSON', `{"Event":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'nests more than 100'],
    ['deep XML', `<Event>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</Event>`, 'nests more than 100'],
    [
      'entities that grow',
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><response><Event><info>&b;</info></Event></response>',
      'document type',
    ],
    [
      'entities from outside',
      '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><response><Event/></response>',
      'document type',
    ],
    ['unknown entities', '<response><Event><info>&x;</info></Event></response>', 'not well-formed'],
    ['broken JSON', '{"Event":{"info":', 'not valid JSON'],
    ['JSON that is no event', '[{"info":1},{"Event":7}]', 'not a MISP event'],
    ['XML without events', '<response><a/></response>', 'no MISP event'],
    ['text without indicators', 'nothing to see', 'Nothing in the text'],
    ['a PDF that is none', '%PDF-1.7 and nothing else', 'cannot be read'],
  ])('refuses %s', async (_name, content, reason) => {
    await expect(readAll(content, 'file')).rejects.toThrow(reason);
  });

  it('keeps no key that changes an object', async () => {
    const { events } = await readAll('{"Event":{"info":"a","__proto__":{"polluted":1}}}', 'a.json');
    expect(events).toEqual([{ info: 'a' }]);
  });
});

const folder = '../shared/data/events';
describe.skipIf(!existsSync(folder))('MISP XML (needs ../shared/data)', () => {
  it('gives back what MISP JSON holds', async () => {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .slice(0, 12);
    for (const name of names) {
      const document = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
      const { events, format } = await readAll(
        await xmlOf({ response: mispEvents(document, name).map((event) => ({ Event: event })) }),
        'export.xml',
      );
      expect(format).toBe('misp-xml');
      expect(events, name).toEqual(mispEvents(document, name).map(plain));
    }
  });

  it('is read where other files of its archive are damaged', async () => {
    // Two files, not compressed, of which the second has one letter changed after it was packed.
    const archive =
      'UEsDBBQAAAAAAAAAIVjD7u/hHwAAAB8AAAAGAAAAYS5qc29ueyJFdmVudCI6eyJpbmZvIjoiQXJjaGl2ZWQgYSJ9fVBLAwQUAAAAAAAAACFYLUFa8x8AAAAfAAAABgAAAGIuanNvbnsiRXZlbnQiOnsiaW5mbyI6IlhyY2hpdmVkIGIifX1QSwECFAMUAAAAAAAAACFYw+7v4R8AAAAfAAAABgAAAAAAAAAAAAAAgAEAAAAAYS5qc29uUEsBAhQDFAAAAAAAAAAhWC1BWvMfAAAAHwAAAAYAAAAAAAAAAAAAAIABQwAAAGIuanNvblBLBQYAAAAAAgACAGgAAACGAAAAAAA=';
    const { events, notTaken } = await readAll(Buffer.from(archive, 'base64'), 'a.zip');
    expect(events).toEqual([{ info: 'Archived a' }]);
    expect(notTaken).toEqual([{ path: 'b.json', reason: 'It is damaged.' }]);
  });

  it('gives no text that cannot be stored', async () => {
    const json = '{"Event":{"info":"a\\u0000b","Attribute":[{"type":"text","value":"\\ud800","\\u0000":"c"}]}}';
    const { events } = await readAll(json, 'a.json');
    expect(events).toEqual([{ info: 'a\ufffdb', Attribute: [{ type: 'text', value: '\ufffd', '\ufffd': 'c' }] }]);
    const mail = await readAll('From: a@b.example\r\nSubject: =?utf-8?B?YQBi?=\r\n\r\nx', 'a.eml');
    expect(mail.events).toMatchObject([{ info: 'a\ufffdb' }]);
  });
});

/** As XML can tell it: all values texts, flags digits, nothing empty, only characters of XML. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as JsonObject).map(([key, item]) => [key, plain(item)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== '' && !(Array.isArray(item) && item.length === 0)));
  }
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = value === null || value === undefined ? '' : String(value);
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
