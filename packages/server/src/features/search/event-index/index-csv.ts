import { csvCell } from '@magpie/formats';
import { isObject } from '../../../http/lenient.ts';

const columns = [
  ...['id', 'date', 'info', 'tags', 'uuid', 'published', 'analysis', 'attribute_count', 'orgc_id', 'orgc_name'],
  ...['orgc_uuid', 'timestamp', 'distribution', 'sharing_group_id', 'threat_level_id', 'publish_timestamp'],
  'extends_uuid',
];

/** The list of events as CSV: MISP's columns, a line an event; nothing stands for a value that is missing. */
export async function* writeIndexCsv(
  batches: AsyncIterable<readonly Record<string, unknown>[]>,
): AsyncGenerator<string> {
  yield `${columns.join(',')}\n`;
  for await (const wires of batches) yield wires.map(lineOf).join('');
}

function lineOf(wire: Readonly<Record<string, unknown>>): string {
  const creator = isObject(wire.Orgc) ? wire.Orgc : {};
  const links: unknown[] = Array.isArray(wire.EventTag) ? wire.EventTag : [];
  const tags = links.flatMap((link) => (isObject(link) && isObject(link.Tag) ? [String(link.Tag.name)] : []));
  const all = { ...wire, tags: tags.join(', '), orgc_name: creator.name, orgc_uuid: creator.uuid };
  return `${columns.map((column) => cellOf(Reflect.get(all, column))).join(',')}\n`;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return csvCell(typeof value === 'boolean' ? value : String(value));
}
