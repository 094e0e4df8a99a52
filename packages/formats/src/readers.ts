export { csvFields } from './csv/csv-layout.ts';
export { parseCsv } from './csv/parse-csv.ts';
export { type CsvOptions, layoutOf } from './csv/read-csv.ts';
export { decodeText } from './read/decode-text.ts';
export { type DocumentFormat, detectFormat, documentFormats } from './read/detect-format.ts';
export { mispEvents } from './read/misp-json.ts';
export { type DocumentOptions, readDocument } from './read/read-document.ts';
export type { StixDocument, StixKnowledge, StixNames } from './read/read-stix.ts';
export { DocumentRefused, type Found, type JsonObject, type NotTaken } from './read/reading.ts';
