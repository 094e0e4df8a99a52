import { createHash } from 'node:crypto';
import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { inBatches, textOf } from '../testing.ts';
import { jsonTokens } from '../xml/json-tokens.ts';
import { writeXml } from '../xml/write-xml.ts';
import { writeFeedEvent, writeFeedHashes } from './write-feed.ts';

async function* cut(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

describe('events of a feed', () => {
  it('keep what others understand, and nothing local', async () => {
    const event = {
      Event: {
        id: '5',
        info: 'a "b"',
        published: true,
        Org: { name: 'here' },
        Orgc: { id: '1', name: 'ACME', uuid: 'u', local: true },
        Tag: [{ id: '1', name: 'tlp:green', colour: '#fff', local: false }],
        Attribute: [{ id: '9', value: 'x', distribution: '5', Galaxy: [{ id: '3' }], comment: null }],
        RelatedEvent: [{ Event: { id: '1', info: 'other' } }],
        attribute_count: '1',
      },
    };
    for (const size of [1, 7, 10_000]) {
      expect(JSON.parse(await textOf(writeFeedEvent(cut(JSON.stringify(event), size))))).toEqual({
        Event: {
          info: 'a "b"',
          published: true,
          Orgc: { name: 'ACME', uuid: 'u' },
          Tag: [{ name: 'tlp:green', colour: '#fff' }],
          Attribute: [{ value: 'x', comment: null }],
        },
      });
    }
  });

  it('are found by the hash of each half of a value', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const rows = [
      { type: 'domain', value1: 'a', value2: '', eventUuid: 'e' },
      { type: 'domain|ip', value1: 'b', value2: 'c', eventUuid: 'f' },
    ];
    expect(await textOf(writeFeedHashes(inBatches(rows)))).toBe(`${md5('a')},e\n${md5('b')},f\n${md5('c')},f\n`);
  });
});

describe('JSON in pieces', () => {
  it('is any JSON, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const whole: unknown[] = [];
        for await (const tokens of jsonTokens(cut(text, 1_000_000))) whole.push(...tokens);
        const pieces: unknown[] = [];
        for await (const tokens of jsonTokens(cut(text, size))) pieces.push(...tokens);
        expect(pieces).toEqual(whole);
      }),
    );
    await expect(textOf(writeXml(cut('{"a": [1', 3), { without: {}, lineBreaks: false }))).rejects.toThrow('early');
  });

  it('becomes XML of the same shape', async () => {
    const json =
      '{"response": [{"Event": {"id":"1","x":null,"y":"","t":true,"f":false,"n":5,"L":[{"a":"<&>\\""},{"a":"2"}],"e":[],"1 z":"q"}}]}\n';
    const expected =
      '<Event><id>1</id><x/><y/><t>1</t><f>0</f><n>5</n><L><a>&lt;&amp;&gt;"</a></L><L><a>2</a></L><e/><_1_z>q</_1_z></Event>';
    for (const size of [1, 5, 10_000]) {
      expect(await textOf(writeXml(cut(json, size), { without: {}, lineBreaks: false }))).toBe(
        `<?xml version="1.0" encoding="UTF-8"?>\n<response>${expected}</response>\n`,
      );
    }
  });
});
