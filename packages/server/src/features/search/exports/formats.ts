import { contextFormats } from './context-formats.ts';
import { csvFormats } from './csv-format.ts';
import { dnsFormats } from './dns-formats.ts';
import { documentFormats } from './document-formats.ts';
import type { ExportFormat } from './export-format.ts';
import { listFormats } from './list-formats.ts';
import { openDataFormats } from './opendata-format.ts';
import { sensorFormats } from './sensor-formats.ts';
import { stixFormats } from './stix-format.ts';
import { stix1Formats } from './stix1-format.ts';
import { xmlFormats } from './xml-format.ts';

/** Every format that Magpie writes itself, but JSON, by MISP's names and further ones of its own. */
export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map<string, ExportFormat>([
  ...csvFormats,
  ...listFormats,
  ...dnsFormats,
  ...sensorFormats,
  ...xmlFormats,
  ...contextFormats,
  ...documentFormats,
  ...stixFormats,
  ...stix1Formats,
  ...openDataFormats,
]);
