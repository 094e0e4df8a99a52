import { fc, storableText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { leanRows } from './lean-rows.ts';

/** As PostgreSQL writes a value in COPY's text format. */
function written(value: string | number | boolean | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const letters: Record<string, string> = {
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  return String(value).replaceAll(/[\\\b\f\n\r\t\v]/g, (letter) => letters[letter] ?? letter);
}

async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Buffer> {
  const places = [0, ...[...at].sort((a, b) => a - b).map((place) => Math.min(place, bytes.length)), bytes.length];
  for (let i = 1; i < places.length; i += 1) yield bytes.subarray(places[i - 1], places[i]);
}

const text = fc.oneof(
  storableText(),
  fc
    .array(fc.constantFrom('\\', '"', '\t', '\n', '\r', '\v', '\u0001', '\u001f', '\u007f', 'N', '🐦', 'é'))
    .map((parts) => parts.join('')),
);

const attribute = fc.record({
  event: fc.constantFrom(7, 8, 9),
  object: fc.option(fc.constantFrom(3, 4), { nil: null }),
  relation: fc.option(text, { nil: null }),
  value1: text.filter((value) => value !== ''),
  value2: text,
  comment: text,
  flag: fc.boolean(),
  // As far as numbers hold microseconds.
  seen: fc.option(fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }), { nil: null }),
  tags: fc.uniqueArray(fc.constantFrom(11, 12, 13), { maxLength: 3 }),
});
type Attribute = typeof attribute extends fc.Arbitrary<infer T> ? T : never;

const uuid = '00000000-0000-4000-8000-000000000001';

function linesOf(row: Attribute, id: number): string[] {
  const columns = [
    ...[
      id,
      row.event,
      row.object ?? 0,
      row.relation,
      'Other',
      'text',
      row.flag,
      uuid,
      1_700_000_000,
      5,
      0,
      row.comment,
    ],
    ...[false, row.flag, row.seen === null ? null : row.seen * 1_000_000 + 5, null, row.value1, row.value2],
    ...(row.object === null ? [null, null] : [5, 0]),
  ];
  const tags =
    row.tags.length === 0 ? [[null, null, null]] : row.tags.map((tag, index) => [100 - index, tag, tag === 12]);
  return tags.map((tag) => `${[...columns, ...tag].map(written).join('\t')}\n`);
}

function expected(row: Attribute, id: number): unknown {
  const shown = row.tags.filter((tag) => tag !== 13).map((tag) => ({ id: tag, local: tag === 12 }));
  return {
    ...{
      id: String(id),
      event_id: String(row.event),
      object_id: String(row.object ?? 0),
      object_relation: row.relation,
    },
    ...{ category: 'Other', type: 'text', to_ids: row.flag, uuid, timestamp: '1700000000', distribution: '5' },
    ...{ sharing_group_id: '0', comment: row.comment, deleted: false, disable_correlation: row.flag },
    first_seen: row.seen === null ? null : `${new Date(row.seen * 1000).toISOString().slice(0, 19)}.000005+00:00`,
    last_seen: null,
    value: row.value2 === '' ? row.value1 : `${row.value1}|${row.value2}`,
    Event: { id: row.event },
    ...(row.object === null ? {} : { Object: { id: String(row.object), distribution: '5', sharing_group_id: '0' } }),
    ...(shown.length > 0 ? { Tag: shown.reverse() } : {}),
  };
}

const texts = {
  events: new Map([7, 8].map((id) => [id, Buffer.from(`,"Event":{"id":${id}}`)])),
  tag: (id: number, local: boolean) => (id === 13 ? null : Buffer.from(`{"id":${id},"local":${local}}`)),
};

async function textOf(lines: string, places: readonly number[]): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of leanRows(cut(Buffer.from(lines), places), texts)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('leanRows', () => {
  it('writes the same JSON as JSON.stringify would, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attribute, { maxLength: 6 }), fc.array(fc.nat(800)), async (rows, places) => {
        const lines = rows.flatMap((row, index) => linesOf(row, index + 1)).join('');
        const wanted = rows.flatMap((row, index) => (row.event === 9 ? [] : [expected(row, index + 1)]));
        expect(JSON.parse(`[${await textOf(lines, places)}]`)).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('writes rows longer than its buffers', async () => {
    const row = { ...fc.sample(attribute, 1)[0], event: 7, value1: '"'.repeat(500_000) } as Attribute;
    const lines = [...linesOf(row, 1), ...linesOf(row, 2)].join('');
    expect(JSON.parse(`[${await textOf(lines, [70_000, 300_000])}]`)).toEqual([expected(row, 1), expected(row, 2)]);
  });

  it('throws when a row is cut off or has another shape', async () => {
    await expect(textOf('1\t7', [])).rejects.toThrow(/within a row/);
    await expect(textOf('1\t7\n', [])).rejects.toThrow(/another shape/);
  });
});
