import { joinValue, splitComposite, typeFacts, validateAttributeValue } from '@magpie/model';
import { fc, storableText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { csvColumns } from '../csv/columns.ts';
import { writeCsv } from '../csv/write-csv.ts';
import { iocCategories, iocTerms } from '../openioc/mapping.ts';
import { writeOpenIoc } from '../openioc/write-openioc.ts';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { writeXml } from '../xml/write-xml.ts';
import type { JsonObject } from './reading.ts';
import { readAll } from './testing.ts';

const types = [
  ...['text', 'comment', 'domain', 'ip-dst', 'filename', 'filename|md5', 'url', 'regkey|value', 'mutex', 'user-agent'],
  ...['other', 'float', 'email-subject'],
];
const piece = fc.constantFrom(
  ...['"', '""', ',', '\n', '\r\n', '\r', ';', '\t', '|', '#', ' ', '=', 'é', 'a', '<', '&amp;', ']]>', '1', '0', '-'],
  ...['.', 'null', 'true', 'evil.com', '1.2.3.4'],
);
const text = fc.oneof(
  storableText(),
  fc.array(fc.oneof(piece, storableText(2)), { maxLength: 6 }).map((parts) => parts.join('')),
);
const anyValue = fc.oneof(
  ...[text, fc.ipV4(), fc.domain(), fc.webUrl(), fc.integer().map(String)],
  fc.tuple(text, text).map((halves) => halves.join('|')),
  fc.constant('a.exe|d41d8cd98f00b204e9800998ecf8427e'),
);
/** Attributes as an instance may hold them. */
const attribute = fc
  .tuple(fc.constantFrom(...types), anyValue, text, fc.boolean())
  .map(([type, sent, comment, toIds]) => {
    const checked = validateAttributeValue(type, sent, 1_700_000_000);
    const halves = splitComposite(type, checked.ok ? checked.value : '');
    return { type, ...halves, value: joinValue(halves.value1, halves.value2), comment, toIds };
  })
  .filter(({ value1 }) => value1.trim() !== '');
const attributes = fc.array(attribute, { minLength: 1, maxLength: 4 });
type Drawn = typeof attribute extends fc.Arbitrary<infer T> ? T : never;

const exported = (list: readonly Drawn[]) =>
  list.map(({ type, value1, value2, comment, toIds }, index) =>
    exportAttribute({
      ...{ type, value1, value2, comment, toIds, uuid: `5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a1${index}` },
      category: typeFacts(type)?.defaultCategory ?? 'Other',
    }),
  );
/** Of all events, in their order. */
const attributesOf = (events: readonly JsonObject[]): JsonObject[] =>
  events.flatMap(({ Attribute: list }) => (Array.isArray(list) ? list : []));
/** Without the characters that XML cannot hold. */
const inXml = (value: string) => value.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
const plain = (value: unknown) => String(value ?? '').trim();

describe('what is exported is read back', () => {
  it('from CSV', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, async (list) => {
        const csv = await textOf(writeCsv(inBatches(exported(list)), csvColumns({})));
        const { events } = await readAll(csv, 'a.csv');
        expect(attributesOf(events).map((one) => [one.type, plain(one.value), plain(one.comment), one.to_ids])).toEqual(
          list.map(({ type, value, comment, toIds }) => [type, value.trim(), comment.trim(), toIds]),
        );
      }),
    );
  });

  it('from MISP XML', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, text, async (list, info) => {
        const event = { info, Attribute: list.map(({ type, value, comment }) => ({ type, value, comment })) };
        async function* json() {
          yield JSON.stringify({ response: [{ Event: event }] });
        }
        const xml = await textOf(writeXml(json(), { without: {}, lineBreaks: false }));
        const { events } = await readAll(xml, 'a.xml', { format: 'misp-xml' });
        expect(events.map((one) => one.info ?? '')).toEqual([inXml(info)]);
        expect(attributesOf(events).map((one) => [one.type, one.value ?? '', one.comment ?? ''])).toEqual(
          list.map(({ type, value, comment }) => [type, inXml(value), inXml(comment)]),
        );
      }),
    );
  });

  it('from OpenIOC', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, fc.constantFrom('1.0', '1.1'), async (list, version) => {
        const written = exported(list)
          .filter(({ type, category }) => iocTerms[type] !== undefined && iocCategories.has(category))
          .map((one) => ({ ...one, toIds: true }));
        const options = { version, id: 'a', indicatorId: 'b', author: 'x', now: 1 };
        const ioc = await textOf(writeOpenIoc(inBatches(written), options));
        const { events, notTaken } = await readAll(ioc, 'a.ioc', { format: 'openioc' });
        const found = JSON.stringify([events, notTaken]);
        for (const { value1, value2 } of written)
          for (const half of [value1, value2]) expect(found).toContain(JSON.stringify(inXml(half).trim()).slice(1, -1));
      }),
    );
  });
});
