import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { inBatches } from '../testing.ts';
import { type SpreadsheetCell, writeXlsx } from './write-xlsx.ts';

async function partsOf(archive: AsyncIterable<Buffer>): Promise<Record<string, string>> {
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  const reader = new ZipReader(new BlobReader(new Blob([Buffer.concat(pieces)])), { useWebWorkers: false });
  const parts: Record<string, string> = {};
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) parts[entry.filename] = await entry.getData(new TextWriter());
  }
  return parts;
}

describe('spreadsheets', () => {
  it('have texts as texts, whatever they look like', async () => {
    const row: SpreadsheetCell[] = ['=1+1', 5, true, null, 'a<b>&"\u0000 _x0041_'];
    const parts = await partsOf(writeXlsx(['a', 'b', 'c', 'd', 'e'], inBatches([row])));
    expect(parts['xl/worksheets/sheet1.xml']).toContain(
      '<row><c t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c><c><v>5</v></c><c t="b"><v>1</v></c><c/>',
    );
    expect(parts['xl/worksheets/sheet1.xml']).toContain('a&lt;b&gt;&amp;&quot; _x005F_x0041_<');
  });

  it('go on on a further sheet where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, index): SpreadsheetCell[] => [index]);
    const parts = await partsOf(writeXlsx(['n'], inBatches(rows.slice(0, 5), rows.slice(5)), { mostRows: 4 }));
    const counts = [1, 2, 3].map((n) => parts[`xl/worksheets/sheet${n}.xml`]?.split('<row>').length);
    expect(counts).toEqual([5, 5, 3]);
    expect(parts['[Content_Types].xml']).toContain('/xl/worksheets/sheet3.xml');
  });

  it('end with the error of their rows', async () => {
    async function* broken(): AsyncGenerator<SpreadsheetCell[][]> {
      yield [['a']];
      throw new Error('connection lost');
    }
    await expect(partsOf(writeXlsx(['a'], broken()))).rejects.toThrow('connection lost');
  });
});
