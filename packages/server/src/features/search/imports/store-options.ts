import { type CsvOptions, csvFields, type DocumentFormat, documentFormats } from '@magpie/formats/readers';
import { isAttributeType } from '@magpie/model';
import { BadRequest } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId } from '../../../http/lenient.ts';
import type { Json } from '../../../jobs/jobs.ts';
import type { ReadingOptions } from './reading-task.ts';
import type { StoreOptions } from './store-file.ts';

const MOST_COLUMNS = 1_000;
const fields: ReadonlySet<string> = new Set(csvFields);

/** How a file is to be read, as a client says it. Throws `BadRequest`. */
export function readReadingOptions(body: JsonObject): ReadingOptions {
  const format = documentFormats.find((name): name is DocumentFormat => name === body.format);
  if (format === undefined && body.format !== undefined && body.format !== null && body.format !== '') {
    throw new BadRequest(`format takes one of ${documentFormats.join(', ')}.`);
  }
  const csv = isObject(body.csv) ? readCsvOptions(body.csv) : undefined;
  return { ...(format === undefined ? {} : { format }), ...(csv === undefined ? {} : { csv }) };
}

function readCsvOptions({ delimiter, has_header: header, columns }: JsonObject): CsvOptions {
  const hasHeader = readBoolean(header);
  if (
    delimiter !== undefined &&
    (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n]/.test(delimiter))
  ) {
    throw new BadRequest('csv.delimiter takes one character.');
  }
  if (columns !== undefined && !isColumnList(columns)) {
    throw new BadRequest('csv.columns takes a list of attribute types and field names.');
  }
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(hasHeader === undefined ? {} : { hasHeader }),
    ...(columns === undefined ? {} : { columns }),
  };
}

function isColumnList(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > MOST_COLUMNS) return false;
  return value.every((column) => typeof column === 'string' && (fields.has(column) || isAttributeType(column)));
}

/** How a file is to be stored, as a client says it. Throws `BadRequest`. */
export function readStoreOptions(body: JsonObject): StoreOptions {
  const { event } = body;
  const distribution = body.distribution ?? '';
  const highest = event === undefined || event === null || event === '' ? 4 : 5;
  if (distribution !== '' && !new RegExp(`^[0-${highest}]$`).test(String(distribution))) {
    throw new BadRequest(`distribution takes a number from 0 to ${highest}.`);
  }
  const group = readId(body.sharing_group_id);
  if (String(distribution) === '4' && group === null) {
    throw new BadRequest('sharing_group_id is required with a distribution of 4.');
  }
  return {
    ...readReadingOptions(body),
    ...(highest === 4 ? {} : { event: String(event) }),
    ...(distribution === '' ? {} : { distribution: String(distribution) }),
    ...(String(distribution) === '4' ? { sharingGroupId: String(group) } : {}),
    galaxiesAsTags: readBoolean(body.galaxies_as_tags) ?? true,
    regenerateUuids: readBoolean(body.regenerate_uuids) ?? false,
  };
}

/** The same as input of a job; `readStoreOptions` reads it back. */
export function storeOptionsJson(options: StoreOptions): Json {
  const { csv } = options;
  return {
    format: options.format,
    event: options.event,
    distribution: options.distribution,
    sharing_group_id: options.sharingGroupId,
    galaxies_as_tags: options.galaxiesAsTags,
    regenerate_uuids: options.regenerateUuids,
    csv: csv === undefined ? undefined : { delimiter: csv.delimiter, has_header: csv.hasHeader, columns: csv.columns },
  };
}
