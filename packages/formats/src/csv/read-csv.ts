import { findIndicators, typeFacts } from '@magpie/model';
import { type Found, isObject, type JsonObject, notTaken } from '../read/reading.ts';
import { type CsvColumn, type CsvLayout, detectLayout, isField } from './csv-layout.ts';
import { type CsvRow, detectDelimiter, parseCsv } from './parse-csv.ts';

/** How a file is to be read where that is not to be found out. */
export interface CsvOptions {
  readonly delimiter?: string;
  readonly hasHeader?: boolean;
  readonly columns?: readonly CsvColumn[];
}

/**
 * The attributes of a CSV file as one event: each column holds an attribute type, a field or any indicators; MISP's own
 * export gives attributes, tags and objects back. Rows that begin with # are comments. Values are not brought together.
 */
export function* readCsv(text: string, info: string, options: CsvOptions = {}): Generator<Found> {
  const { delimiter, layout } = layoutOf(text, options);
  const attributes: JsonObject[] = [];
  const objects = new Map<string, JsonObject>();
  let isFirst = true;
  for (const row of parseCsv(text, delimiter)) {
    if (isRemark(row)) continue;
    const isHeader = isFirst && layout.hasHeader;
    isFirst = false;
    if (isHeader) continue;
    const { found, reasons } = readRow(row, layout.columns);
    for (const reason of reasons) yield notTaken(`line ${row.line}`, reason);
    for (const attribute of found) place(attribute, attributes, objects);
  }
  yield { kind: 'event', event: { info, Attribute: attributes, Object: [...objects.values()] } };
}

/** The delimiter and columns of a file, as found or as told. */
export function layoutOf(text: string, options: CsvOptions): { delimiter: string; layout: CsvLayout } {
  const delimiter = options.delimiter ?? detectDelimiter(text) ?? ',';
  const found = detectLayout(firstRow(text, delimiter));
  return {
    delimiter,
    layout: { hasHeader: options.hasHeader ?? found.hasHeader, columns: options.columns ?? found.columns },
  };
}

function firstRow(text: string, delimiter: string): CsvRow | undefined {
  for (const row of parseCsv(text, delimiter)) if (!isRemark(row)) return row;
  return undefined;
}

function isRemark({ cells }: CsvRow): boolean {
  return (cells[0] ?? '').startsWith('#');
}

function readRow({ cells }: CsvRow, columns: readonly CsvColumn[]): { found: JsonObject[]; reasons: string[] } {
  const shared: JsonObject = {};
  const found: JsonObject[] = [];
  const reasons: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = columns[index] ?? '';
    const text = cell.trim();
    if (column === '' || text === '') continue;
    if (column === 'free-text') {
      const indicators = findIndicators(text);
      if (indicators.length === 0)
        reasons.push(`Column ${index + 1}: nothing known in ${JSON.stringify(text.slice(0, 80))}.`);
      for (const { value, type, category, toIds, comment } of indicators) {
        found.push({ value, type, category, to_ids: toIds, ...(comment ? { comment } : {}) });
      }
    } else if (isField(column) || typeFacts(column) === null) shared[column] = text;
    else found.push({ value: text, type: column });
  }
  const own = ownAttribute(shared, reasons);
  if (own !== null) found.push(own);
  if (found.length === 0 && reasons.length === 0) reasons.push('No column holds a value.');
  return { found: found.map((attribute) => ({ ...fieldsOf(shared), ...attribute })), reasons };
}

/** The attribute that the columns `value` and `type` describe. */
function ownAttribute({ value, type }: JsonObject, reasons: string[]): JsonObject | null {
  if (typeof value !== 'string') return null;
  if (typeof type === 'string') return { value, type };
  const [indicator] = findIndicators(value);
  if (indicator === undefined) {
    reasons.push(`Nothing says of which type ${JSON.stringify(value.slice(0, 80))} is.`);
    return null;
  }
  return { value: indicator.value, type: indicator.type };
}

function fieldsOf({ value: _value, type: _type, attribute_tag: tags, to_ids: ids, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    ...(typeof ids === 'string' ? { to_ids: /^(1|true|yes|y)$/i.test(ids) } : {}),
    ...(typeof tags === 'string' ? { Tag: tagsOf(tags) } : {}),
  };
}

/** Names between commas; those inside the quotes of a machine tag belong to it. */
function tagsOf(text: string): JsonObject[] {
  const names = [''];
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === ',' && !isQuoted) names.push('');
    else names[names.length - 1] += character;
  }
  return names.flatMap((name) => (name.trim() === '' ? [] : [{ name: name.trim() }]));
}

/** Into its object, when the row names one, else among the attributes of the event. */
function place(attribute: JsonObject, attributes: JsonObject[], objects: Map<string, JsonObject>): void {
  const { object_uuid: uuid, object_name: name, object_meta_category: category, ...rest } = attribute;
  if (typeof uuid !== 'string' || typeof name !== 'string') {
    const { object_relation: _relation, ...plain } = rest;
    attributes.push(plain);
    return;
  }
  const object = objects.get(uuid) ?? { uuid, name, 'meta-category': category ?? 'misc', Attribute: [] };
  objects.set(uuid, object);
  if (isObject(object) && Array.isArray(object.Attribute)) object.Attribute.push(rest);
}
