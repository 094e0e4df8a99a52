/**
 * Whether two answers have the same members of the same JSON types, whatever their values: items of a list count
 * together, a null fits any type, and of what a list holds nothing is said where one of the two lists is empty.
 */
export function sameMembers(recorded: unknown, answered: unknown): boolean {
  return agree([recorded], [answered]);
}

type JsonMap = Readonly<Record<string, unknown>>;

/** The values that stand at one place in all items of a list. */
function agree(left: readonly unknown[], right: readonly unknown[]): boolean {
  const [a, b] = [left.filter(isThere), right.filter(isThere)];
  if (a.length === 0 || b.length === 0) return true;
  const [types, others] = [new Set(a.map(jsonType)), new Set(b.map(jsonType))];
  if (!sameSet(types, others)) return false;
  const [lists, otherLists] = [a.filter(isList).flat(), b.filter(isList).flat()];
  const [maps, otherMaps] = [a.filter(isMap), b.filter(isMap)];
  return agree(lists, otherLists) && agreeMaps(maps, otherMaps);
}

function agreeMaps(left: readonly JsonMap[], right: readonly JsonMap[]): boolean {
  if (left.length === 0 || right.length === 0) return true;
  const [names, others] = [keysOf(left), keysOf(right)];
  if (!sameSet(names, others)) return false;
  return [...names].every((name) =>
    agree(
      left.flatMap((map) => (Object.hasOwn(map, name) ? [map[name]] : [])),
      right.flatMap((map) => (Object.hasOwn(map, name) ? [map[name]] : [])),
    ),
  );
}

const isThere = (value: unknown) => value !== null && value !== undefined;
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const jsonType = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
const keysOf = (maps: readonly JsonMap[]) => new Set(maps.flatMap((map) => Object.keys(map)));

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((entry) => other.has(entry));
}
