export { writeCache } from './cache/write-cache.ts';
export { writeCount } from './count/write-count.ts';
export { csvCell } from './csv/cells.ts';
export { type CsvColumns, csvColumns } from './csv/columns.ts';
export { writeCsv } from './csv/write-csv.ts';
export type { ExportAttribute, ExportEvent, ExportObject, ExportValue } from './export-attribute.ts';
export { hashOf, hashTypes } from './hashes/hash-types.ts';
export { writeHashes } from './hashes/write-hashes.ts';
export { writeText } from './text/write-text.ts';
