import { joinValue } from '@magpie/model';
import type { ExportAttribute } from '../export-attribute.ts';
import type { SpreadsheetCell } from './write-xlsx.ts';

const columns: Readonly<Record<string, (attribute: ExportAttribute) => SpreadsheetCell>> = {
  uuid: ({ uuid }) => uuid,
  category: ({ category }) => category,
  type: ({ type }) => type,
  value: ({ value1, value2 }) => joinValue(value1, value2),
  comment: ({ comment }) => comment,
  to_ids: ({ toIds }) => toIds,
  date: ({ timestamp }) => timeOf(timestamp),
  first_seen: ({ firstSeen }) => firstSeen,
  last_seen: ({ lastSeen }) => lastSeen,
  tags: ({ tags }) => tags.join(','),
  object_relation: ({ objectRelation }) => objectRelation,
  object_name: ({ object }) => object?.name ?? null,
  object_uuid: ({ object }) => object?.uuid ?? null,
  event_id: ({ event }) => Number(event.id),
  event_uuid: ({ event }) => event.uuid,
  event_info: ({ event }) => event.info,
  event_date: ({ event }) => event.date,
  event_orgc: ({ event }) => event.orgc,
  event_tags: ({ event }) => event.tags.join(','),
};

/** The head line of attributes in a spreadsheet. */
export const spreadsheetTitles: readonly string[] = Object.keys(columns);

/** An attribute as a row of a spreadsheet. */
export function spreadsheetRow(attribute: ExportAttribute): SpreadsheetCell[] {
  return Object.values(columns).map((cell) => cell(attribute));
}

function timeOf(seconds: string): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
