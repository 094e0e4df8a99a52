import fc from 'fast-check';
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
];

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
  it('takes or refuses what is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), edits, async (sample, changes) => {
        let bytes = Buffer.from(sample);
        for (const { at, cut, put } of changes) {
          const start = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + cut)]);
        }
        await takesOrRefuses(bytes, undefined);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it('takes or refuses the document of another format', async () => {
    const plain = documentFormats.filter((format) => format !== 'pdf');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), fc.constantFrom(...plain), (sample, format) =>
        takesOrRefuses(Buffer.from(sample), format),
      ),
      { numRuns: 200 },
    );
  }, 60_000);
});
