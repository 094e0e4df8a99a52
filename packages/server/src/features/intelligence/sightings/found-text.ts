import { xmlElements } from '../../../http/xml.ts';
import type { FoundSightingRow } from './search.ts';
import type { SightingFormat, SightingSearch } from './search-parameters.ts';

type Wire = Record<string, unknown>;

/** Content types of the formats. */
export const contentTypes: Readonly<Record<SightingFormat, string>> = {
  json: 'application/json; charset=UTF-8',
  csv: 'text/csv; charset=UTF-8',
  xml: 'application/xml; charset=UTF-8',
};

/** Found sightings as text in the format asked for, batch by batch. */
export async function* foundSightings(
  batches: AsyncIterable<FoundSightingRow[]>,
  search: SightingSearch,
  wireOf: (row: FoundSightingRow) => Wire,
): AsyncGenerator<string> {
  const columns = columnsOf(search);
  const { opening, closing } = frames(search.format, columns);
  let separator = '';
  yield opening;
  for await (const rows of batches) {
    const wires = rows.map(wireOf);
    if (wires.length === 0) continue;
    if (search.format === 'csv') yield wires.map((wire) => csvLine(wire, columns)).join('');
    else if (search.format === 'xml') yield xmlElements({ Sighting: wires });
    else {
      yield separator + wires.map((wire) => JSON.stringify({ Sighting: wire })).join(',');
      separator = ',';
    }
  }
  yield closing;
}

function frames(format: SightingFormat, columns: readonly string[]): { opening: string; closing: string } {
  if (format === 'csv') return { opening: `${columns.join(',')}\n`, closing: '\n' };
  if (format === 'xml')
    return { opening: '<?xml version="1.0" encoding="UTF-8"?>\n<response>', closing: '</response>\n' };
  return { opening: '{"response": [', closing: ']}\n' };
}

/** `attribute_*` and `event_*` stand for members of the nested attribute and event. */
function columnsOf({ includeAttribute, includeEvent, includeUuid }: SightingSearch): string[] {
  return [
    ...['id', 'attribute_id', 'event_id', 'org_id', 'date_sighting', 'uuid', 'source', 'type'],
    ...(includeUuid || includeAttribute ? ['attribute_uuid'] : []),
    ...(includeUuid || includeEvent ? ['event_uuid'] : []),
    ...(includeAttribute ? ['attribute_type', 'attribute_category', 'attribute_to_ids', 'attribute_value'] : []),
    ...(includeEvent ? ['event_orgc_id', 'event_org_id', 'event_info'] : []),
  ];
}

/** Numbers bare, texts in quotes. */
function csvLine(wire: Wire, columns: readonly string[]): string {
  const cells = columns.map((column) => {
    const text = textOf(memberOf(wire, column));
    return /^\d+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
  });
  return `${cells.join(',')}\n`;
}

function memberOf(wire: Wire, column: string): unknown {
  if (Object.hasOwn(wire, column)) return wire[column];
  const parent = column.startsWith('attribute_') ? wire.Attribute : wire.Event;
  return Object(parent)[column.replace(/^(attribute|event)_/, '')];
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value === undefined || value === null ? '' : String(value);
}
