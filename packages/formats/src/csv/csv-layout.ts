import { findIndicators } from '@magpie/model';
import { fieldOfTitle, typeOfWord } from './csv-words.ts';
import type { CsvRow } from './parse-csv.ts';

/** What a column of a CSV file holds: an attribute type, a field of the row's attribute, any indicator, or nothing. */
export type CsvColumn = string;

/** The fields of an attribute that a column may hold; `free-text` takes every indicator in the cell, '' nothing. */
export const csvFields = [
  ...['value', 'type', 'category', 'to_ids', 'comment', 'uuid', 'attribute_tag', 'first_seen', 'last_seen'],
  ...['object_relation', 'object_uuid', 'object_name', 'object_meta_category', 'free-text', ''],
] as const;

const fields: ReadonlySet<string> = new Set(csvFields);

/** Whether a column says something of the row's attribute; `comment` is a type as well, and a field first. */
export function isField(column: CsvColumn): boolean {
  return fields.has(column);
}

/** How to read the rows of a file. */
export interface CsvLayout {
  readonly hasHeader: boolean;
  readonly columns: readonly CsvColumn[];
  /** Nothing tells what the columns hold: every cell is looked through, and most hold nothing. */
  readonly isGuess?: boolean;
  /** Columns whose titles tell nothing, counted from 1: they are left out. */
  readonly untitled?: readonly { readonly place: number; readonly title: string }[];
}

/** What a column of this title holds, null where the title tells nothing. */
function columnOfTitle(title: string): CsvColumn | null {
  return fieldOfTitle(title, fields) ?? typeOfWord(title);
}

/** As many rows are looked at for the layout. */
export const LAYOUT_ROWS = 20;

/**
 * The layout of a file by its first rows: pairs of type and value without titles; titles, in the first row or in the
 * comment above it; else every cell is looked through for indicators. With titles known, columns of other titles are
 * left out.
 */
export function detectLayout(rows: readonly CsvRow[], remark: CsvRow | null = null): CsvLayout {
  const first = rows[0]?.cells ?? [];
  const pairs = pairColumns(rows);
  if (pairs !== null) return { hasHeader: false, columns: pairs };
  const titled = titledColumns(first);
  if (titled !== null) return { hasHeader: true, columns: titled, untitled: untitledOf(first, titled) };
  const titles = remark?.cells.length === first.length ? withoutMark(remark.cells) : [];
  const told = titledColumns(titles);
  if (told !== null) return { hasHeader: false, columns: told, untitled: untitledOf(titles, told) };
  return { hasHeader: false, columns: first.map(() => 'free-text'), isGuess: true };
}

function withoutMark(cells: readonly string[]): string[] {
  return cells.map((cell, index) => (index === 0 ? cell.replace(/^#+/, '') : cell).trim().replace(/^"(.*)"$/, '$1'));
}

function titledColumns(cells: readonly string[]): CsvColumn[] | null {
  const columns = cells.map(columnOfTitle);
  if (!columns.some((column) => column !== null && !notValues.has(column))) return null;
  const hasType = columns.includes('type') && !columns.includes('value');
  return columns.map((column) => (column === 'free-text' && hasType ? 'value' : (column ?? '')));
}

function untitledOf(titles: readonly string[], columns: readonly CsvColumn[]): { place: number; title: string }[] {
  return columns.flatMap((column, index) => (column === '' ? [{ place: index + 1, title: titles[index] ?? '' }] : []));
}

/** Of rows such as `MD5,d41d8…`: the words for types stand in one column, in the first row too, and values in another. */
function pairColumns(rows: readonly CsvRow[]): CsvColumn[] | null {
  const [first] = rows;
  if (first === undefined || first.cells.length < 2) return null;
  const types = first.cells.findIndex((_cell, index) =>
    rows.every(({ cells }) => typeOfWord(cells[index] ?? '') !== null),
  );
  const values = first.cells.findIndex((cell, index) => index !== types && findIndicators(cell).length > 0);
  if (types === -1 || values === -1) return null;
  // A third column alone is most likely a remark.
  const columns: CsvColumn[] = first.cells.map(() => (first.cells.length === 3 ? 'comment' : ''));
  columns[types] = 'type';
  columns[values] = 'value';
  return columns;
}

/** Fields that say something of a value without being one. */
const notValues: ReadonlySet<string> = new Set(csvFields.filter((field) => field !== 'value' && field !== 'free-text'));
