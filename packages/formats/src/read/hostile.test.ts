import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { documentFormats } from './detect-format.ts';
import { DocumentRefused } from './reading.ts';
import { readAll } from './testing.ts';

/** Small documents of each format, to be damaged. */
const samples: readonly string[] = [
  '{"response":[{"Event":{"info":"a","Attribute":[{"type":"domain","value":"a.com"}]}}]}',
  '<response><Event><info>a</info><Attribute><type>domain</type><value>a.com</value></Attribute></Event></response>',
  '<ioc id="d"><short_description>x</short_description><definition><Indicator operator="AND" id="i"><IndicatorItem id="a"><Context search="FileItem/Md5sum"/><Content type="md5">d41d8cd98f00b204e9800998ecf8427e</Content></IndicatorItem></Indicator></definition></ioc>',
  'domain,comment,to_ids\n"evil.com","a ""quoted"" one",1\n',
  'Type,Value,Confidence,Description,Source\nHost,evil.com,60,x,y\n',
  'From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?B?eA==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--\r\n',
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
  '<html><body><p>evil.com</p></body></html>',
  'hxxps://evil[.]com/a, 192.0.2.1:80 a.doc|d41d8cd98f00b204e9800998ecf8427e',
  '{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000002","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","valid_from":"2024-01-01T00:00:00Z","pattern":"[domain-name:value = \'evil.com\' AND file:hashes.MD5 = \'d41d8cd98f00b204e9800998ecf8427e\']","pattern_type":"stix","labels":["misp:type=\\"domain\\""]},{"type":"sighting","id":"sighting--00000000-0000-4000-8000-000000000003","sighting_of_ref":"indicator--00000000-0000-4000-8000-000000000002"},{"type":"note","id":"note--00000000-0000-4000-8000-000000000004","content":"x","object_refs":["note--00000000-0000-4000-8000-000000000004"]}]}',
  '<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:c="http://cybox.mitre.org/cybox-2" xmlns:d="http://cybox.mitre.org/objects#DomainNameObject-1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="a:Package-1"><stix:Observables><c:Observable id="o"><c:Object><c:Properties xsi:type="d:DomainNameObjectType"><d:Value>evil.com</d:Value></c:Properties></c:Object></c:Observable></stix:Observables></stix:STIX_Package>',
  '# Report\n\n@[attribute](0b0a3a3e-0000-4000-8000-000000000001) | a | b |\n',
];

const folder = new URL('../../../../../shared/data/events/', import.meta.url);
/** The beginnings of real events; none where the data is not there. */
const real: readonly string[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .slice(0, 6)
      .map((name) => readFileSync(new URL(name, folder), 'utf8').slice(0, 20_000))
  : [];

/** A reader takes a document or refuses it; nothing else is thrown. */
async function takesOrRefuses(
  content: Uint8Array,
  format: (typeof documentFormats)[number] | undefined,
): Promise<void> {
  try {
    await readAll(content, 'file', format === undefined ? {} : { format: format as 'text' });
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentRefused);
  }
}

const edits = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: fc.uint8Array({ maxLength: 6 }) }),
  { minLength: 1, maxLength: 6 },
);

describe('any reader', () => {
  it(
    'takes or refuses what is damaged',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...samples, ...real), edits, async (sample, changes) => {
          let bytes = Buffer.from(sample);
          for (const { at, cut, put } of changes) {
            const start = Math.floor(at * bytes.length);
            bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + cut)]);
          }
          await takesOrRefuses(bytes, undefined);
        }),
        { numRuns: 500 },
      );
    },
    fc.timeLimit(60_000),
  );

  it(
    'takes or refuses the document of another format',
    async () => {
      const plain = documentFormats.filter((format) => format !== 'pdf');
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...samples), fc.constantFrom(...plain), (sample, format) =>
          takesOrRefuses(Buffer.from(sample), format),
        ),
        { numRuns: 200 },
      );
    },
    fc.timeLimit(60_000),
  );

  it(
    'is told STIX by names that JavaScript gives a meaning, with forged ids and references in circles',
    async () => {
      const name = fc.constantFrom(
        ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'file', 'process', 'indicator'],
        ...['observed-data', 'relationship', 'note', 'sighting', 'x-misp-object', 'malware', 'identity', 'report'],
      );
      const id = fc.tuple(name, fc.nat(3)).map(([type, n]) => `${type}--00000000-0000-4000-8000-00000000000${n}`);
      const text = fc.oneof(name, id, fc.string({ maxLength: 12 }), fc.constant("[domain-name:value = 'a.com']"));
      const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 }));
      const keys = fc.constantFrom(
        ...['name', 'value', 'pattern', 'labels', 'created', 'modified', 'hashes', 'extensions', 'objects', 'content'],
        ...['object_refs', 'source_ref', 'target_ref', 'parent_ref', 'child_refs', 'created_by_ref', 'constructor'],
        ...['object_marking_refs', 'sighting_of_ref', 'x_misp_attributes', 'x_misp_name', 'external_references'],
      );
      const member = fc.dictionary(keys, fc.oneof(value, fc.dictionary(name, value, { maxKeys: 2 })), { maxKeys: 8 });
      const object = fc.tuple(name, id, member).map(([type, own, rest]) => ({ ...rest, type, id: own }));
      const bundle = fc.array(object, { maxLength: 8 }).map((objects) => ({
        ...{ type: 'bundle', id: 'bundle--00000000-0000-4000-8000-000000000009', objects },
      }));
      await fc.assert(
        fc.asyncProperty(bundle, (document) => takesOrRefuses(Buffer.from(JSON.stringify(document)), 'stix2')),
        { numRuns: 600 },
      );
    },
    fc.timeLimit(60_000),
  );

  it.each<[string, (typeof documentFormats)[number], string]>([
    ['STIX', 'stix2', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['MISP JSON', 'misp-json', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['STIX 1', 'stix1', `<STIX_Package>${'<a>'.repeat(10_000)}`],
    ['MISP XML', 'misp-xml', `<response>${'<a>'.repeat(10_000)}`],
    ['OpenIOC', 'openioc', `<ioc>${'<Indicator>'.repeat(10_000)}`],
    ['an e-mail of line ends', 'eml', `From: a@b.example${'\r\n'.repeat(200_000)}`],
    ['entities', 'stix1', '<!DOCTYPE x [<!ENTITY a "&a;&a;">]><STIX_Package>&a;</STIX_Package>'],
  ])('refuses %s that is nested or built to do harm', async (_what, format, content) => {
    await expect(readAll(content, 'file', { format })).rejects.toBeInstanceOf(DocumentRefused);
  });

  it('tells so many combinations of indicators and no more', async () => {
    const item =
      '<IndicatorItem id="a"><Context search="FileItem/Md5sum"/><Content type="md5">x</Content></IndicatorItem>';
    const ten = `<Indicator operator="OR">${item.repeat(10)}</Indicator>`;
    const groups = `<Indicator operator="AND">${ten.repeat(3)}</Indicator>`.repeat(8);
    const ioc = `<ioc id="d"><definition><Indicator operator="OR" id="i">${groups}</Indicator></definition></ioc>`;
    const { notTaken } = await readAll(ioc, 'a.ioc');
    expect(notTaken).toHaveLength(1_001);
    expect(notTaken.at(-1)?.reason).toBe('7000 more combinations make no attribute.');
  });
});
