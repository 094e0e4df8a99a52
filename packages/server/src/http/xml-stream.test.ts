import { makeEvent, makeOrganisation, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { fc, hostileText } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toXml } from './xml.ts';
import { jsonAsXml } from './xml-stream.ts';

async function* piecesOf(text: string, size: number): AsyncGenerator<string | Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(chunks: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const chunk of chunks) whole += chunk;
  return whole;
}

describe('JSON that comes in pieces as XML', () => {
  it('is what the whole answer would be, however the pieces fall', async () => {
    const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
    const item = fc.oneof(json, hostileText(), fc.dictionary(hostileText(5), fc.oneof(hostileText(), json)));
    const value = fc.oneof(fc.array(item), fc.dictionary(fc.oneof(hostileText(5), fc.string()), item));
    await fc.assert(
      fc.asyncProperty(value, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (sent, size, pretty) => {
        const text = JSON.stringify(sent, null, pretty ? 2 : 0);
        const xml = await collect(jsonAsXml(piecesOf(text, size), 'Row'));
        expect(xml).toBe(toXml(JSON.parse(text), 'Row'));
        expect(xml).not.toMatch(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      }),
    );
  });

  it('names rows by what they are wrapped in, else as told', () => {
    expect(toXml([{ Tag: { id: '1' } }, { Tag: { id: '2' } }])).toContain(
      '<response><Tag><id>1</id></Tag><Tag><id>2</id></Tag></response>',
    );
    expect(toXml([{ id: '1', name: 'a' }], 'Event')).toContain('<Event><id>1</id><name>a</name></Event>');
  });
});

describe('lists as XML', () => {
  let magpie: TestMagpie;
  beforeAll(async () => {
    magpie = await startTestMagpie();
    await makeEvent(magpie.admin, { info: 'Ampersand & <tag>' });
    await makeOrganisation(magpie.admin, { name: 'Second' });
  });
  afterAll(() => magpie.stop());

  const get = async (path: string) => {
    const answer = await fetch(magpie.url + path, { headers: { authorization: magpie.adminKey } });
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  };

  it('come for streamed and for short ones, by extension or Accept', async () => {
    const events = await get('/events/index.xml');
    expect(events.type).toBe('application/xml; charset=UTF-8');
    expect(events.text).toMatch(
      /<response><Event><id>1<\/id>.*<info>Ampersand &amp; &lt;tag&gt;<\/info>.*<\/Event><\/response>/,
    );
    expect((await get('/organisations.xml')).text).toMatch(/<response><Organisation>.*<\/Organisation><\/response>/);
    expect((await get('/logs/index.xml')).text).toMatch(/<response><Log>.*<\/Log><\/response>/);
    expect((await get('/sightings/index.xml')).text).toContain('<response></response>');
  });
});
