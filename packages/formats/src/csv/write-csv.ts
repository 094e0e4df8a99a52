import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';
import type { CsvColumns } from './columns.ts';

/** Attributes as MISP's CSV: a head line unless `headerless`, a line each, and one empty line at the end. */
export function writeCsv(
  batches: AsyncIterable<readonly ExportAttribute[]>,
  { header, cells }: CsvColumns,
  { headerless = false }: { headerless?: boolean } = {},
): AsyncGenerator<string> {
  const line = (attribute: ExportAttribute) => {
    let text = '';
    for (const cell of cells) text += text === '' ? cell(attribute) : `,${cell(attribute)}`;
    return `${text}\n`;
  };
  return writeItems(batches, line, { opening: headerless ? '' : `${header}\n`, closing: '\n' });
}
