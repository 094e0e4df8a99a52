import { findIndicators, formatSeen, type Indicator, parseDateText, typeFacts } from '@magpie/model';
import { type Found, isObject, type JsonObject, notTaken } from '../read/reading.ts';
import { type CsvColumn, type CsvLayout, detectLayout, isField, LAYOUT_ROWS } from './csv-layout.ts';
import { typeOfWord } from './csv-words.ts';
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
  for (const { place: column, title } of layout.untitled ?? []) {
    yield notTaken(
      `column ${column}`,
      `${JSON.stringify(title.slice(0, 80))} names no type of attribute and no field.`,
    );
  }
  for (const row of parseCsv(text, delimiter)) {
    if (isRemark(row)) continue;
    const isHeader = isFirst && layout.hasHeader;
    isFirst = false;
    if (isHeader) continue;
    const { found, reasons } = readRow(row, layout);
    for (const reason of reasons) yield notTaken(`line ${row.line}`, reason);
    for (const attribute of found) place(attribute, attributes, objects);
  }
  yield { kind: 'event', event: { info, Attribute: attributes, Object: [...objects.values()] } };
}

/** The delimiter and columns of a file, as found or as told. */
export function layoutOf(text: string, options: CsvOptions): { delimiter: string; layout: CsvLayout } {
  const delimiter = options.delimiter ?? detectDelimiter(text) ?? ',';
  const { rows, remark } = firstRows(text, delimiter);
  const found = detectLayout(rows, remark);
  const hasHeader = options.hasHeader ?? found.hasHeader;
  return {
    delimiter,
    // Columns that the caller leaves out are left out knowingly.
    layout: options.columns === undefined ? { ...found, hasHeader } : { hasHeader, columns: options.columns },
  };
}

/** The first rows, and the last comment above them. */
function firstRows(text: string, delimiter: string): { rows: CsvRow[]; remark: CsvRow | null } {
  const rows: CsvRow[] = [];
  let remark: CsvRow | null = null;
  for (const row of parseCsv(text, delimiter)) {
    if (!isRemark(row)) rows.push(row);
    else if (rows.length === 0) remark = row;
    if (rows.length === LAYOUT_ROWS) break;
  }
  return { rows, remark };
}

function isRemark({ cells }: CsvRow): boolean {
  return (cells[0] ?? '').startsWith('#');
}

function readRow(
  { cells }: CsvRow,
  { columns, isGuess = false }: CsvLayout,
): { found: JsonObject[]; reasons: string[] } {
  const shared: JsonObject = {};
  const found: JsonObject[] = [];
  const reasons: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const text = cell.trim();
    // Of rows that are longer than the first one, the rest is looked through where all is.
    const column = columns[index] ?? (isGuess ? 'free-text' : null);
    if (column === '' || text === '') continue;
    if (column === null) {
      reasons.push(`Column ${index + 1}: nothing says what ${JSON.stringify(text.slice(0, 80))} is.`);
      continue;
    }
    if (column === 'free-text') {
      const indicators = findIndicators(text);
      if (indicators.length === 0 && !isGuess) {
        reasons.push(`Column ${index + 1}: nothing known in ${JSON.stringify(text.slice(0, 80))}.`);
      }
      for (const { value, type, category, toIds, comment } of indicators) {
        found.push({ value, type, category, to_ids: toIds, ...(comment ? { comment } : {}) });
      }
    } else if (isField(column) || typeFacts(column) === null) shared[column] = text;
    else found.push({ value: text, type: column });
  }
  const own = ownAttribute(shared, reasons);
  if (own !== null) found.push(own);
  if (found.length === 0 && reasons.length === 0) {
    reasons.push(
      isGuess ? `Nothing known in ${JSON.stringify(cells.join(' ').slice(0, 80))}.` : 'No column holds a value.',
    );
  }
  const fields = fieldsOf(withDates(shared, reasons));
  return { found: found.map((attribute) => ({ ...fields, ...attribute })), reasons };
}

/** The attribute that the columns `value` and `type` describe. */
function ownAttribute({ value, type }: JsonObject, reasons: string[]): JsonObject | null {
  if (typeof value !== 'string') return null;
  if (typeof type === 'string' && typeFacts(type) !== null) return { value, type };
  const word = typeof type === 'string' ? type : '';
  const named = typeOfWord(word);
  const [indicator] = findIndicators(value);
  // Another program's word says less than the value where the two disagree: `File` for a hash, `Host` for an address.
  // That something may be a name of a file says nothing at all.
  if (indicator !== undefined && (named === null || indicator.type !== 'filename')) {
    return { value: indicator.value, type: named !== null && mayBe(indicator, named) ? named : indicator.type };
  }
  if (named !== null) return { value, type: named };
  const known = word === '' ? 'Nothing says' : `${JSON.stringify(word.slice(0, 40))} does not say`;
  reasons.push(`${known} of which type ${JSON.stringify(value.slice(0, 80))} is.`);
  return null;
}

function mayBe({ type, alternatives }: Indicator, named: string): boolean {
  return type === named || alternatives.includes(named);
}

/** Dates as MISP takes them; a row keeps its value where one cannot be read. */
function withDates(shared: JsonObject, reasons: string[]): JsonObject {
  const fields = { ...shared };
  for (const key of ['first_seen', 'last_seen']) {
    const sent = fields[key];
    if (typeof sent !== 'string') continue;
    const time = /^\d{9,10}$/.test(sent) ? Number(sent) * 1_000_000 : parseDateText(sent, 0);
    if (time === null) {
      delete fields[key];
      reasons.push(`${key}: no date can be read in ${JSON.stringify(sent.slice(0, 80))}.`);
    } else fields[key] = formatSeen(time);
  }
  return fields;
}

/** What people write for yes, in the languages of the page and their neighbours. */
const YES = /^(1|true|yes|y|on|x|ja|oui|是|はい)$/i;

function fieldsOf({ value: _value, type: _type, attribute_tag: tags, to_ids: ids, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    ...(typeof ids === 'string' ? { to_ids: YES.test(ids) } : {}),
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
