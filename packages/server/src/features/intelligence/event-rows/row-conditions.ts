import type { Viewer } from '../../../access/viewer.ts';
import { containsPattern } from '../../../database/like-pattern.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { type DeletedMode, deletedModeFor } from '../events/read-options.ts';
import type { EventRow } from '../events/rows.ts';
import { anyOf, attributeHolds, holds, readSearchedFields, searchedFields } from '../events/searched-fields.ts';

/** Which rows of an event are wanted. */
export interface RowFilter {
  readonly deleted: DeletedMode;
  /** True or false of `to_ids`; null for both. */
  readonly toIds: boolean | null;
  /** Lower-cased text that a row has to hold; empty for all. */
  readonly text: string;
  /** Where the text is looked for, in the words of `MISP.event_view_filter_fields`, in lower case. */
  readonly fields: ReadonlySet<string>;
  /** Also the rows of the events that extend this one. */
  readonly extended: boolean;
}

/** Conditions of a filter in SQL, with the values of their placeholders. */
export interface RowConditions {
  /** Belonging to the events, without an alias. */
  readonly inEvents: string;
  /** Of attributes, alias `a`. */
  readonly attribute: string;
  /** Of objects by themselves, alias `o`, whatever their attributes are. */
  readonly object: string;
  readonly values: SqlValue[];
}

const DELETED: Readonly<Record<string, DeletedMode>> = { '1': 'both', '2': 'only' };
const TO_IDS: Readonly<Record<string, boolean>> = { '1': true, '2': false };

/** Reads MISP's names of the filters of the event page. Throws `BadRequest` for values it does not know. */
export function readRowFilter(
  query: URLSearchParams,
  viewer: Viewer,
  event: EventRow,
  filterFields: string,
): RowFilter {
  const one = (name: string, known: readonly string[]): string => {
    const value = query.get(name) ?? '';
    if (value !== '' && !known.includes(value)) throw new BadRequest(`${name}: expected one of ${known.join(', ')}.`);
    return value;
  };
  const deleted = one('deleted', ['0', '1', '2']);
  const toIds = one('toIDS', ['0', '1', '2']);
  const extended = one('extended', ['0', '1']);
  return {
    deleted: deletedModeFor(viewer, event, DELETED[deleted] ?? 'live'),
    toIds: TO_IDS[toIds] ?? null,
    extended: extended === '1',
    fields: readSearchedFields(filterFields),
    text: (query.get('searchFor') ?? '').normalize('NFKC').toLowerCase().trim().slice(0, 500),
  };
}

/** `$1` is the event, or the list of the event and those that extend it. */
export function rowConditions(eventIds: readonly [number, ...number[]], filter: RowFilter): RowConditions {
  const isOne = eventIds.length === 1;
  const values: SqlValue[] = [isOne ? eventIds[0] : [...eventIds]];
  // One event by equality: only so are its rows read in order from the index.
  const inEvents = isOne ? 'event_id = $1' : 'event_id = any ($1::bigint[])';
  const attribute = [`a.${inEvents}`, ...deletedCondition('a', filter.deleted)];
  const object = [`o.${inEvents}`, ...deletedCondition('o', filter.deleted)];
  if (filter.toIds !== null) {
    attribute.push(filter.toIds ? 'a.to_ids' : 'not a.to_ids');
    // Objects have no flag of their own; they are shown for the sake of their attributes.
    object.push('false');
  }
  if (filter.text !== '') {
    const part = `$${values.push(containsPattern(filter.text))}`;
    const ofObjects = searchedFields.filter(({ name }) => filter.fields.has(name)).flatMap((field) => field.object);
    attribute.push(anyOf(attributeHolds(filter.fields, part), part));
    object.push(
      anyOf(
        ofObjects.map((column) => holds(column, part)),
        part,
      ),
    );
  }
  return { inEvents, attribute: attribute.join(' and '), object: object.join(' and '), values };
}

function deletedCondition(alias: string, mode: DeletedMode): string[] {
  if (mode === 'both') return [];
  return [mode === 'live' ? `not ${alias}.deleted` : `${alias}.deleted`];
}
