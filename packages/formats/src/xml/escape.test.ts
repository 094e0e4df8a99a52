import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { parseXmlText } from '../read/parse-xml.ts';
import { escapeXml, escapeXmlText } from './escape.ts';

const allowed = (text: string) => text.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');

describe('text in XML', () => {
  it('comes back letter by letter, line breaks of any kind too, without what XML cannot hold', () => {
    const piece = fc.constantFrom(
      '\r',
      '\r\n',
      '\n',
      '\t',
      ']]>',
      '&amp;',
      '<b>',
      '"',
      "'",
      '\u0001',
      '\ud800',
      '\ufffe',
    );
    const texts = fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseXmlText(`<a>${escapeXmlText(text)}</a>`).text).toBe(allowed(text));
        expect(parseXmlText(`<a>${escapeXml(text)}</a>`).text).toBe(allowed(text));
      }),
    );
  });
});
