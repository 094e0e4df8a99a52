import { writeItems } from '../pieces.ts';

/**
 * Values one a line, in the order given; line breaks within a value stay. Without any it is one empty line, as in
 * MISP. Each value is to come once: whoever reads them from a database knows that best.
 */
export function writeText(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  return writeItems(batches, (value) => `${value}\n`, { empty: '\n' });
}
