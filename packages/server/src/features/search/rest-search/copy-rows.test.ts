import { fc, storableText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { copyRows } from './copy-rows.ts';

/** As PostgreSQL writes a value in COPY's text format. */
function written(value: string | null): string {
  if (value === null) return '\\N';
  const letters: Record<string, string> = {
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  return value.replaceAll(/[\\\b\f\n\r\t\v]/g, (letter) => letters[letter] ?? letter);
}

async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Buffer> {
  const places = [0, ...[...at].sort((a, b) => a - b).map((place) => Math.min(place, bytes.length)), bytes.length];
  for (let i = 1; i < places.length; i += 1) yield bytes.subarray(places[i - 1], places[i]);
}

async function readAll(chunks: AsyncIterable<Buffer>) {
  const rows = [];
  for await (const batch of copyRows(chunks)) rows.push(...batch);
  return rows;
}

const field = fc.option(
  fc.oneof(
    storableText(),
    fc
      .array(fc.constantFrom('\\', '\t', '\n', '\r', '\b', '\v', '\f', 'N', 'n', '🐦', 'é', ''))
      .map((parts) => parts.join('')),
  ),
  { nil: null },
);

describe('copyRows', () => {
  it('reads back every value, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.array(fc.nat(200)),
        async (rows, places) => {
          const text = rows.map((row) => `${row.map(written).join('\t')}\n`).join('');
          expect(await readAll(cut(Buffer.from(text), places))).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('throws when the last row is not whole', async () => {
    await expect(readAll(cut(Buffer.from('a\tb\nc'), []))).rejects.toThrow(/ended within a row/);
  });
});
