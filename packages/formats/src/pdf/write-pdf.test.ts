import { describe, expect, it } from 'vitest';
import type { ExportAttribute } from '../export-attribute.ts';
import { exportAttribute, inBatches } from '../testing.ts';
import { fontRuns, loadPdfFonts } from './fonts.ts';
import { type PdfEvent, writeEventsPdf, writeReportPdf } from './write-pdf.ts';

const info = { title: 'Test', author: 'ACME', created: new Date(0) };

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('PDF documents', () => {
  it('have a font for every script', async () => {
    const fonts = await loadPdfFonts();
    expect(fontRuns('Aж 威胁 위협 峠\u0007', fonts).map(({ font }) => font)).toEqual([
      ...['latin', 'chinese', 'latin', 'korean', 'latin', 'japanese'],
    ]);
    expect(fontRuns('\u{13000}', fonts)).toEqual([{ font: 'latin', text: '\u25a1' }]);
  });

  it('begin each event on a page of its own and go on over pages', async () => {
    const many = Array.from({ length: 120 }, () =>
      exportAttribute({ value1: 'x'.repeat(300), comment: '脅威情報 '.repeat(20) }),
    );
    const { event } = exportAttribute();
    async function* events(): AsyncGenerator<PdfEvent> {
      yield {
        event,
        reports: [{ name: 'R', content: '# Hi\n\n- a\n  - b\n\n| a | b |\n|---|---|\n| 1 | 2 |' }],
        attributes: inBatches(many),
      };
      yield { event, reports: [], attributes: inBatches<ExportAttribute>() };
    }
    const bytes = await bytesOf(writeEventsPdf(events(), info));
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect((bytes.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length).toBeGreaterThan(10);
  });

  it('take reports of any Markdown', async () => {
    const content = `${'> '.repeat(200)}deep\n\n${'- '.repeat(100)}x\n\n<script>alert(1)</script>\n\n![i](http://x/y.png)\n\n\`\`\`\n${'z'.repeat(500)}\n\`\`\``;
    const bytes = await bytesOf(writeReportPdf({ name: '报告', content }, { ...info, about: 'Event 1' }));
    expect(bytes.length).toBeGreaterThan(1000);
  });
});
