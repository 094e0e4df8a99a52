import { joinValue } from '@magpie/model';
import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

const columns: Readonly<Record<string, (attribute: ExportAttribute) => string>> = {
  value: ({ value1, value2 }) => joinValue(value1, value2),
  type: ({ type }) => type,
  category: ({ category }) => category,
  to_ids: ({ toIds }) => (toIds ? '1' : '0'),
  timestamp: ({ timestamp }) => timestamp,
  comment: ({ comment }) => comment,
  tags: ({ tags }) => tags.join(','),
  event_uuid: ({ event }) => event.uuid,
  event_info: ({ event }) => event.info,
  event_date: ({ event }) => event.date,
  event_orgc: ({ event }) => event.orgc,
  event_tags: ({ event }) => event.tags.join(','),
};

/**
 * Values with where they stand, tab-separated with a head line (IANA text/tab-separated-values): tabs, line breaks and
 * backslashes within a field are written `\t`, `\n`, `\r` and `\\`.
 */
export function writeValuesWithContext(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<string> {
  const cells = Object.values(columns);
  const line = (attribute: ExportAttribute) => `${cells.map((cell) => escapeField(cell(attribute))).join('\t')}\n`;
  return writeItems(batches, line, { opening: `${Object.keys(columns).join('\t')}\n` });
}

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

function escapeField(text: string): string {
  return text.replaceAll(/[\t\n\r\\]/g, (letter) => escapes[letter] ?? letter);
}
