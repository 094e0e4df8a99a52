import { type Identities, idKind } from './identities.ts';

/** Which item of an answer stands for which recorded one. */
export interface Alignment {
  readonly pairs: readonly { readonly expected: unknown; readonly actual: unknown; readonly index: number }[];
  readonly missing: readonly { readonly item: unknown; readonly index: number }[];
  readonly surplus: readonly unknown[];
  readonly inOrder: boolean;
  readonly expectedOrder: readonly string[];
  readonly actualOrder: readonly string[];
}

const namingFields = ['uuid', 'name', 'value', 'namespace', 'email', 'authkey_start', 'id'];

/**
 * Pairs the items of two lists by the first field that names all items of both (uuid, name, value, ...), or by place
 * where none does.
 * @param kind what the items are, used to translate ids
 */
export function alignLists(
  expected: readonly unknown[],
  actual: readonly unknown[],
  kind: string,
  identities: Identities,
): Alignment {
  for (const field of namingFields) {
    const left = expected.map((item) => nameOf(item, field, kind, identities, true));
    const right = actual.map((item) => nameOf(item, field, kind, identities, false));
    if (!allDistinct(left) || !allDistinct(right)) continue;
    const common = left.filter((name) => right.includes(name)).length;
    if (common === 0 || common < Math.min(left.length, right.length) / 2) continue;
    return alignByName(expected, actual, left, right);
  }
  return alignByPlace(expected, actual);
}

function alignByName(
  expected: readonly unknown[],
  actual: readonly unknown[],
  left: readonly (string | undefined)[],
  right: readonly (string | undefined)[],
): Alignment {
  const pairs = [];
  const missing = [];
  for (const [index, item] of expected.entries()) {
    const place = right.indexOf(left[index]);
    if (place === -1) missing.push({ item, index });
    else pairs.push({ expected: item, actual: actual[place], index });
  }
  const surplus = actual.filter((_, index) => !left.includes(right[index]));
  pairRest(pairs, missing, surplus);
  const expectedOrder = left.filter((name) => right.includes(name)).map(String);
  const actualOrder = right.filter((name) => left.includes(name)).map(String);
  const inOrder = expectedOrder.every((name, index) => name === actualOrder[index]);
  return { pairs, missing, surplus, inOrder, expectedOrder, actualOrder };
}

/** A generated uuid names nothing; what is left over on both sides is paired by what it holds. */
function pairRest(
  pairs: { expected: unknown; actual: unknown; index: number }[],
  missing: { item: unknown; index: number }[],
  surplus: unknown[],
): void {
  for (const left of [...missing]) {
    const value = contentOf(left.item);
    const place = value === undefined ? -1 : surplus.findIndex((item) => contentOf(item) === value);
    // A single one left on each side must be the same thing.
    if (place === -1 && (missing.length !== 1 || surplus.length !== 1 || value !== undefined)) continue;
    pairs.push({ expected: left.item, actual: surplus[Math.max(place, 0)], index: left.index });
    missing.splice(missing.indexOf(left), 1);
    surplus.splice(Math.max(place, 0), 1);
  }
}

function contentOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  for (const field of ['value', 'name', 'info']) {
    const value: unknown = Reflect.get(item, field);
    if (typeof value === 'string') return `${field} ${value}`;
  }
  if ('date_sighting' in item && 'source' in item) return `sighting ${item.date_sighting} ${item.source}`;
  const [inner] = Object.values(item).filter(isMap);
  return 'id' in item ? undefined : contentOf(inner);
}

function alignByPlace(expected: readonly unknown[], actual: readonly unknown[]): Alignment {
  const length = Math.min(expected.length, actual.length);
  return {
    pairs: expected.slice(0, length).map((item, index) => ({ expected: item, actual: actual[index], index })),
    missing: expected.slice(length).map((item, index) => ({ item, index: length + index })),
    surplus: actual.slice(length),
    inOrder: true,
    expectedOrder: [],
    actualOrder: [],
  };
}

function allDistinct(names: readonly (string | undefined)[]): boolean {
  return names.length > 0 && !names.includes(undefined) && new Set(names).size === names.length;
}

/** The name of an item, looked for in itself or in what it wraps (`{"Tag": {"name": ...}}`). */
function nameOf(
  item: unknown,
  field: string,
  kind: string,
  identities: Identities,
  recorded: boolean,
): string | undefined {
  if (typeof item === 'string' || typeof item === 'number') {
    return field === 'uuid' ? (recorded ? identities.uuid(String(item)) : String(item)) : undefined;
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const own = new Map<string, unknown>(Object.entries(item));
  const value = own.get(field);
  if (typeof value === 'string' && value !== '') return recorded ? translate(value, field, kind, identities) : value;
  const [wrapper, inner] = [...own].find(([, member]) => isMap(member)) ?? [];
  if (wrapper === undefined || own.has('id') || !isMap(inner)) return undefined;
  return nameOf(inner, field, wrapper, identities, recorded);
}

function translate(value: string, field: string, kind: string, identities: Identities): string {
  if (field === 'uuid') return identities.uuid(value);
  if (field === 'id') return identities.id(idKind('id', kind) ?? kind, value) ?? value;
  return value;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
