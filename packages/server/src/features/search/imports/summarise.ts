import {
  type CsvOptions,
  type DocumentFormat,
  decodeText,
  layoutOf,
  type NotTaken,
  parseCsv,
} from '@magpie/formats/readers';
import { validateAttributeValue } from '@magpie/model';
import { type JsonObject, readBoolean, readObjects } from '../../../http/lenient.ts';
import type { FileSummary, SampledAttribute } from './reading-task.ts';

const SAMPLE_ROWS = 20;
const TOLD_NOT_TAKEN = 500;
const MOST_VALUES = 10_000;
/** Longer values are on no list. */
const LONGEST_VALUE = 2_000;
const PREVIEW_ROWS = 6;

/** Counts what events hold, one after another, without keeping them. */
export function createSummary() {
  const counts = { events: 0, attributes: 0, objects: 0, reports: 0, tags: 0 };
  const types = new Map<string, number>();
  const sample: SampledAttribute[] = [];
  const values = new Map<string, { type: string; value: string }>();
  const notTaken: NotTaken[] = [];
  let notTakenCount = 0;
  let title = '';

  function refuse(path: string, reason: string): void {
    notTakenCount += 1;
    if (notTaken.length < TOLD_NOT_TAKEN) notTaken.push({ path, reason });
  }

  function addAttribute(attribute: JsonObject, path: string): void {
    const type = textOf(attribute.type);
    const value = textOf(attribute.value);
    // The value of a file is made from the file when it is stored.
    const verdict = attribute.data === undefined ? validateAttributeValue(type, value) : null;
    if (verdict?.ok === false) {
      refuse(path, `${type} ${value.slice(0, 100)}: ${verdict.message}`);
      return;
    }
    counts.attributes += 1;
    counts.tags += readObjects(attribute.Tag).length;
    types.set(type, (types.get(type) ?? 0) + 1);
    if (values.size < MOST_VALUES && value.length <= LONGEST_VALUE) values.set(`${type} ${value}`, { type, value });
    if (sample.length < SAMPLE_ROWS)
      sample.push({ type, value: value.slice(0, 300), toIds: readBoolean(attribute.to_ids) === true });
  }

  return {
    refuse,
    addEvent(event: JsonObject): void {
      counts.events += 1;
      if (counts.events === 1) title = textOf(event.info);
      counts.tags += readObjects(event.Tag).length;
      counts.reports += readObjects(event.EventReport).length;
      const place = counts.events === 1 ? '' : `event ${counts.events}: `;
      readObjects(event.Attribute).forEach((attribute, index) => {
        addAttribute(attribute, `${place}Attribute[${index}]`);
      });
      readObjects(event.Object).forEach((object, index) => {
        counts.objects += 1;
        readObjects(object.Attribute).forEach((attribute, member) => {
          addAttribute(attribute, `${place}Object[${index}].Attribute[${member}]`);
        });
      });
    },
    result(): Omit<FileSummary, 'format' | 'csv'> {
      const byCount = [...types].sort(([, a], [, b]) => b - a);
      return { ...counts, title, types: byCount, sample, values: [...values.values()], notTakenCount, notTaken };
    },
  };
}

/** How a CSV file is taken apart, with its first rows; null for other formats. */
export function csvPreview(bytes: Uint8Array, format: DocumentFormat, options: CsvOptions): FileSummary['csv'] {
  if (format !== 'csv') return null;
  const text = decodeText(bytes);
  const { delimiter, layout } = layoutOf(text, options);
  const rows: (readonly string[])[] = [];
  for (const { cells } of parseCsv(text, delimiter)) {
    rows.push(cells.map((cell) => cell.slice(0, 100)));
    if (rows.length === PREVIEW_ROWS) break;
  }
  return { delimiter, hasHeader: layout.hasHeader, columns: layout.columns, rows };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
