import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { readAll } from '../read/testing.ts';

async function pdfOf(pages: readonly string[]): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false });
  const pieces: Buffer[] = [];
  document.on('data', (piece: Buffer) => pieces.push(piece));
  for (const text of pages) document.addPage().text(text);
  document.end();
  await once(document, 'end');
  return Buffer.concat(pieces);
}

/** A page with one text in a font that is not in the file, whose codes a predefined map of characters tells. */
function pdfInEncoding(encoding: string, ordering: string, codes: string): string {
  const content = `BT /F1 20 Tf 50 700 Td <${codes}> Tj ET`;
  const collection = `<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    `<</Type/Font/Subtype/Type0/BaseFont/Some/Encoding/${encoding}/DescendantFonts[6 0 R]>>`,
    `<</Type/Font/Subtype/CIDFontType0/BaseFont/Some/CIDSystemInfo${collection}/FontDescriptor 7 0 R>>`,
    '<</Type/FontDescriptor/FontName/Some/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>',
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return `%PDF-1.4\n${body}trailer<</Root 1 0 R/Size 8>>\n%%EOF`;
}

describe('a PDF', () => {
  it.each([
    ['90ms-RKSJ-H', 'Japan1', '8bd98b7d41', '緊急A'],
    ['EUC-V', 'Japan1', 'b6dbb5de41', '緊急A'],
    ['H', 'Japan1', '365b355e', '緊急'],
    ['UniJIS-UCS2-H', 'Japan1', '7dca60250041', '緊急A'],
    ['GBK-EUC-H', 'GB1', 'bdf4bcb141', '紧急A'],
    ['ETen-B5-H', 'CNS1', 'baf2abe641', '緊急A'],
    ['KSCms-UHC-H', 'Korea1', 'b1e4b1de41', '긴급A'],
  ])('is read in the encoding %s', async (encoding, ordering, codes, text) => {
    const { events } = await readAll(pdfInEncoding(encoding, ordering, codes), 'report.pdf');
    expect(events).toMatchObject([{ EventReport: [{ content: text }] }]);
  });

  it('is refused where nothing tells what its glyphs are', async () => {
    await expect(readAll(pdfInEncoding('Identity-H', 'Japan1', '00220023'), 'a.pdf')).rejects.toThrow('no text');
  });

  it('becomes a report with the text of its pages', async () => {
    const { events, format } = await readAll(await pdfOf(['Seen: evil.example.com', 'and 192.0.2.1']), 'report.pdf');
    expect(format).toBe('pdf');
    expect(events).toEqual([
      {
        info: 'report.pdf',
        EventReport: [{ name: 'report.pdf', content: 'Seen: evil.example.com\n\nand 192.0.2.1' }],
      },
    ]);
  });

  it('tells which of its pages hold no text', async () => {
    const { notTaken } = await readAll(await pdfOf(['192.0.2.1', '', 'end']), 'report.pdf');
    expect(notTaken).toEqual([{ path: 'page 2', reason: expect.stringContaining('no text') }]);
  });

  it('without text is refused', async () => {
    await expect(readAll(await pdfOf(['']), 'scan.pdf')).rejects.toThrow('holds no text');
  });
});
