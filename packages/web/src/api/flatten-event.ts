import type { EventRow } from './event-rows.ts';
import type { EventFilters } from './events.ts';
import type { Attribute, MispObject } from './wire.ts';

/** An event as `events/view` sends it, as far as its rows are concerned. */
export interface ViewedEvent {
  readonly Attribute: readonly Attribute[];
  readonly Object: readonly (MispObject & { readonly Attribute?: readonly Attribute[] })[];
}

/**
 * Objects with their attributes below them, then loose attributes; the newest of each first, by their numbers: by their
 * times a row would jump away under the pointer whenever it is edited.
 */
export function flattenEvent(event: ViewedEvent): EventRow[] {
  const newestFirst = (a: { readonly id: string }, b: { readonly id: string }) => Number(b.id) - Number(a.id);
  const rows: EventRow[] = [];
  for (const { Attribute: attributes = [], ...object } of [...event.Object].sort(newestFirst)) {
    rows.push({ kind: 'object', ...object });
    for (const attribute of attributes) rows.push({ kind: 'attribute', parentObjectId: object.id, ...attribute });
  }
  for (const attribute of [...event.Attribute].sort(newestFirst)) {
    rows.push({ kind: 'attribute', parentObjectId: null, ...attribute });
  }
  return rows;
}

const holds = (attribute: Attribute, wanted: string): boolean =>
  [
    attribute.value,
    attribute.comment,
    attribute.type,
    attribute.category,
    attribute.object_relation ?? '',
    attribute.uuid,
  ]
    .concat((attribute.Tag ?? []).map((tag) => tag.name))
    .some((text) => text.toLowerCase().includes(wanted));

function matches(row: EventRow, filters: EventFilters): boolean {
  if (filters.deleted === '2' && !row.deleted) return false;
  const wanted = (filters.searchFor ?? '').normalize('NFKC').toLowerCase();
  if (row.kind === 'object') {
    return (
      filters.toIDS === undefined &&
      (wanted === '' || [row.name, row.comment, row.uuid].some((text) => text.toLowerCase().includes(wanted)))
    );
  }
  if (filters.toIDS === '1' && !row.to_ids) return false;
  if (filters.toIDS === '2' && row.to_ids) return false;
  return wanted === '' || holds(row, wanted);
}

/** Rows that meet the filters. An object stays for the sake of any of its attributes, and brings all when it matches itself. */
export function filterRows(rows: readonly EventRow[], filters: EventFilters): readonly EventRow[] {
  if (filters.searchFor === undefined && filters.toIDS === undefined && filters.deleted !== '2') return rows;
  const whole = new Set<string>();
  const partly = new Set<string>();
  for (const row of rows) {
    if (!matches(row, filters)) continue;
    if (row.kind === 'object') whole.add(row.id);
    else if (row.parentObjectId !== null) partly.add(row.parentObjectId);
  }
  return rows.filter((row) => {
    if (row.kind === 'object') return whole.has(row.id) || partly.has(row.id);
    return (
      matches(row, filters) ||
      (row.parentObjectId !== null && whole.has(row.parentObjectId) && filters.toIDS === undefined)
    );
  });
}
