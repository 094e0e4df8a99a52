import { typeFacts } from '@magpie/model';
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
}

/** Other names that producers give to the fields. */
const synonyms: ReadonlyMap<string, CsvColumn> = new Map(
  Object.entries({
    indicator: 'free-text',
    ioc: 'free-text',
    indicator_value: 'free-text',
    ip: 'ip-dst',
    ip_address: 'ip-dst',
    ipaddress: 'ip-dst',
    dst_ip: 'ip-dst',
    src_ip: 'ip-src',
    host: 'hostname',
    fqdn: 'hostname',
    domain_name: 'domain',
    uri: 'url',
    file_name: 'filename',
    file: 'filename',
    cve: 'vulnerability',
    description: 'comment',
    note: 'comment',
    notes: 'comment',
    tags: 'attribute_tag',
    tag: 'attribute_tag',
    ids: 'to_ids',
  }),
);

/** What a column of this title holds, null where the title tells nothing. */
function columnOfTitle(title: string): CsvColumn | null {
  const name = title.trim().toLowerCase();
  if (name !== '' && (fields.has(name) || typeFacts(name) !== null)) return name;
  const plain = name.replaceAll(/[\s-]+/g, '_');
  if (fields.has(plain)) return plain;
  return synonyms.get(plain) ?? null;
}

/**
 * The layout of a file by its first row: a header when titles of it are known, else every cell is looked through for
 * indicators. With titles known, columns of other titles are left out.
 */
export function detectLayout(first: CsvRow | undefined): CsvLayout {
  const columns = (first?.cells ?? []).map(columnOfTitle);
  const holdsValues = columns.some((column) => column !== null && !notValues.has(column));
  if (!holdsValues) return { hasHeader: false, columns: columns.map(() => 'free-text') };
  return { hasHeader: true, columns: columns.map((column) => column ?? '') };
}

/** Fields that say something of a value without being one. */
const notValues: ReadonlySet<string> = new Set(csvFields.filter((field) => field !== 'value' && field !== 'free-text'));
