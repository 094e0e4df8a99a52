import { parseCsv } from '../csv/parse-csv.ts';
import { DocumentRefused, type Found, type JsonObject, notTaken } from '../read/reading.ts';

const demanded = ['Date', 'Size', 'Type', 'Mode', 'File Name'];

/** MISP's template of a row. */
const TEMPLATE = {
  name: 'mactime-timeline-analysis',
  'meta-category': 'file',
  description: 'Mactime template, used in forensic investigations to describe the timeline of a file activity',
  template_uuid: '58149b06-eabe-4937-9dac-01d63f504e14',
  template_version: '4',
};

/** The letters of a row's type (The Sleuth Kit, mactime): what was done to the file at the time of the row. */
const activities: readonly (readonly [letter: string, word: string])[] = [
  ['m', 'Modified'],
  ['a', 'Accessed'],
  ['c', 'Changed'],
  ['b', 'Created'],
];

/** Whether a first row is that of a time line which mactime wrote with commas (`-d`). */
export function isMactimeHeader(cells: readonly string[]): boolean {
  return demanded.every((title) => cells.some((cell) => cell.trim() === title));
}

/**
 * A time line of files, as mactime of The Sleuth Kit writes it with `-d`, as one event with an object for each row; with
 * `rows` for those alone, the first one after the header being 1. Throws `DocumentRefused` for other tables.
 */
export function* readMactime(text: string, info: string, rows?: ReadonlySet<number>): Generator<Found> {
  let titles: string[] | null = null;
  let number = 0;
  const objects: JsonObject[] = [];
  for (const { cells, line } of parseCsv(text, ',')) {
    if (titles === null) {
      if (!isMactimeHeader(cells)) {
        throw new DocumentRefused(`This is no time line of mactime: its columns are not ${demanded.join(', ')}.`);
      }
      titles = cells.map((cell) => cell.trim());
      continue;
    }
    number += 1;
    if (rows !== undefined && !rows.has(number)) continue;
    const object = rowObject(new Map(titles.map((title, index) => [title, (cells[index] ?? '').trim()])));
    if (typeof object === 'string') yield notTaken(`line ${line}`, object);
    else objects.push(object);
  }
  if (titles === null) throw new DocumentRefused('The file is empty.');
  if (objects.length === 0) throw new DocumentRefused('The time line holds no rows that are taken.');
  yield { kind: 'event', event: { info, Object: objects } };
}

function rowObject(row: ReadonlyMap<string, string>): JsonObject | string {
  const path = row.get('File Name') ?? '';
  const date = readDate(row.get('Date') ?? '');
  if (path === '') return 'It names no file.';
  if (date === null) return 'It has no date.';
  const letters = row.get('Type') ?? '';
  const activity = activities.flatMap(([letter, word]) => (letters.includes(letter) ? [word] : [])).join(', ');
  const size = row.get('Size') ?? '';
  const parts: readonly (readonly [relation: string, type: string, value: string])[] = [
    ['file-path', 'text', path],
    ['datetime', 'datetime', date],
    ['activityType', 'text', activity],
    ['file_size', 'size-in-bytes', /^\d+$/.test(size) ? size : ''],
    ['filePermissions', 'text', row.get('Mode') ?? ''],
  ];
  return {
    ...TEMPLATE,
    Attribute: parts
      .filter(([, , value]) => value !== '')
      .map(([relation, type, value]) => ({ object_relation: relation, type, value, to_ids: false })),
  };
}

/** `Thu Jan 02 2020 10:11:12`, or ISO 8601 with `-y`; without a zone taken for UTC, as mactime is told to write it. */
function readDate(text: string): string | null {
  const [, month, day, year, time] = /^(?:\w{3} )?(\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  const plain = month === undefined ? text : `${day} ${month} ${year} ${time} UTC`;
  const zoned = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/.test(plain) ? `${plain.replace(' ', 'T')}Z` : plain;
  const ms = zoned === '' ? Number.NaN : Date.parse(zoned);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
