import { unwrap } from './lenient.ts';
import type { Call } from './operation.ts';

const MOST_VALUES = 1000;

/** What of a list can be filtered: the names clients send, with the row's value; and those that `quickFilter` looks at. */
export interface ListFields<Row> {
  readonly fields: Readonly<Record<string, (row: Row) => unknown>>;
  readonly quick: readonly string[];
}

/** Filters by columns of the row, in the names that clients send. */
export function filtersOf<Row extends object>(
  names: readonly (keyof Row & string)[],
  quick: readonly (keyof Row & string)[],
): ListFields<Row> {
  return { fields: Object.fromEntries(names.map((name) => [name, (row: Row) => row[name]])), quick };
}

/**
 * The rows of a short list that MISP's filters of generic lists leave: a field equal to what is sent, like it where it
 * stands between `%`, or one of a list; `quickFilter` is a part of one of some fields. Filters come from the body of a
 * POST (flat or under `wrapper`) and from the URL, which wins; names that the list does not know are ignored.
 */
export function filterRows<Row>(
  call: Pick<Call, 'method' | 'body' | 'named'>,
  wrapper: string,
  rows: readonly Row[],
  { fields, quick }: ListFields<Row>,
): Row[] {
  const given: Record<string, unknown> = {
    ...(call.method === 'POST' ? unwrap(call.body, wrapper) : {}),
    ...call.named,
  };
  const tests: ((row: Row) => boolean)[] = [];
  for (const [name, read] of Object.entries(fields)) {
    const wanted = wantedOf(given[name] ?? given[`${wrapper}.${name}`]);
    if (wanted !== null) tests.push((row) => wanted.some((matches) => matches(textOf(read(row)))));
  }
  const term = given.quickFilter;
  if (typeof term === 'string' && term !== '') {
    const part = term.toLowerCase();
    tests.push((row) => quick.some((name) => textOf(fields[name]?.(row)).toLowerCase().includes(part)));
  }
  return tests.length === 0 ? [...rows] : rows.filter((row) => tests.every((test) => test(row)));
}

type Match = (text: string) => boolean;

function wantedOf(sent: unknown): Match[] | null {
  if (sent === undefined || sent === null || sent === '') return null;
  const list: unknown[] = Array.isArray(sent) ? sent.slice(0, MOST_VALUES) : [sent];
  return list.map((value) => {
    const text = textOf(value);
    if (text.length < 3 || !text.startsWith('%') || !text.endsWith('%')) return (stored) => stored === text;
    const part = text.slice(1, -1).toLowerCase();
    return (stored) => stored.toLowerCase().includes(part);
  });
}

/** Flags are compared as the 0 and 1 that clients send. */
function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value === null || value === undefined ? '' : String(value);
}
