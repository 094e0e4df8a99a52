import type { ExportValue } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';
import { hashOf } from './hash-types.ts';

/** The hashes among the values, one a line, repeated as often as they occur; without any one empty line, as in MISP. */
export function writeHashes(batches: AsyncIterable<readonly ExportValue[]>): AsyncGenerator<string> {
  const line = (value: ExportValue) => {
    const hash = hashOf(value);
    return hash === null ? null : `${hash}\n`;
  };
  return writeItems(batches, line, { empty: '\n' });
}
