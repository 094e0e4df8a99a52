import { crc32, deflateSync } from 'node:zlib';
import { extractImages, extractText, getDocumentProxy } from 'unpdf';
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

  it('show what references stand for, except in code, and name what is not known', async () => {
    const [seen, hidden] = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
    const content = `@[attribute](${seen.toUpperCase()}) @[object](${hidden}) @[tag](a:b="C (D)") \`@[tag](code)\``;
    const texts = new Map([
      [`attribute ${seen}`, { text: 'domain: evil.example.com' }],
      ['tag a:b="C (D)"', { text: 'a:b="C (D)"', colour: '#000000' }],
    ]);
    const report = { name: 'R', content, elements: { texts, pictures: new Map() } };
    const text = await textOf(await bytesOf(writeReportPdf(report, { ...info, about: 'Event 1' })));
    expect(text).toContain('domain: evil.example.com');
    expect(text).toContain(`object ${hidden}`);
    expect(text).toContain('a:b="C (D)"');
    expect(text).not.toContain('@[attribute]');
    expect(text).toContain('@[tag](code)');
  });

  it('draw pictures of the text and attached ones, and leave what is none to its description', async () => {
    const uuid = 'a0000000-0000-4000-8000-000000000003';
    const address = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
    const bomb = png(3000, 3000, deflateSync(Buffer.alloc(40_000_000)));
    const wrongFilter = png(2, 1, deflateSync(Buffer.alloc(9, 7)));
    const content = [
      `before ![good](${address(png(2, 1))}) after`,
      `![bomb](${address(bomb)}) ![filter](${address(wrongFilter)}) ![short](${address(png(2, 9))})`,
      `@![attribute](${uuid})`,
      `<img src="${address(Buffer.alloc(300))}">`,
    ].join('\n\n');
    const elements = { texts: new Map(), pictures: new Map([[uuid, png(2, 1)]]) };
    const bytes = await bytesOf(writeReportPdf({ name: 'R', content, elements }, { ...info, about: 'Event 1' }));
    const text = await textOf(bytes);
    expect(text).toMatch(/before\s+after\s+\[bomb\] \[filter\] \[short\]/);
    expect(text).not.toContain('AAAA');
    const drawn = await extractImages(await getDocumentProxy(new Uint8Array(bytes)), 1);
    expect(drawn.map(({ width, height }) => [width, height])).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });
});

/** A picture with transparency of one line of two pixels, whatever its head says. */
function png(width: number, height: number, data = deflateSync(Buffer.from([0, 255, 0, 0, 255, 0, 0, 255, 128]))) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6], 8);
  const chunk = (name: string, bytes: Buffer) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(bytes.length);
    sum.writeUInt32BE(crc32(bytes, crc32(name)));
    return Buffer.concat([length, Buffer.from(name), bytes, sum]);
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

async function textOf(bytes: Buffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
  return text.replaceAll('\u00a0', ' ');
}
