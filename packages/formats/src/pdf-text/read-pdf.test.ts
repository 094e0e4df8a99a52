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

describe('a PDF', () => {
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

  it('without text is refused', async () => {
    await expect(readAll(await pdfOf(['']), 'scan.pdf')).rejects.toThrow('holds no text');
  });
});
