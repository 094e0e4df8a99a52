import { isObject } from '../../../http/lenient.ts';

/** What a user's `publish_alert_filter` is held against. */
export interface FilteredEvent {
  eventTags: readonly string[];
  attributeTags: readonly string[];
  orgcName: string;
  orgcUuid: string;
  threatLevel: string;
}

const MAX_DEPTH = 20;

const LEAVES: Readonly<Record<string, (event: FilteredEvent) => readonly string[]>> = {
  'AttributeTag.name': ({ attributeTags }) => attributeTags,
  'EventTag.name': ({ eventTags }) => eventTags,
  'Tag.name': ({ eventTags, attributeTags }) => [...eventTags, ...attributeTags],
  'Orgc.name': ({ orgcName }) => [orgcName],
  'Orgc.uuid': ({ orgcUuid }) => [orgcUuid],
  'ThreatLevel.name': ({ threatLevel }) => [threatLevel],
};

/**
 * Whether a user wants to be told of the event: a tree of `AND`, `OR`, `NOT` over names, of whose root only the first
 * key counts. Values are compared whole, or as a part where they hold `%`; case does not matter. An empty filter wants
 * all; one that cannot be understood wants nothing, as in MISP.
 */
export function wantsAlert(filter: unknown, event: FilteredEvent): boolean {
  if (!isObject(filter)) return true;
  const [first] = Object.entries(filter);
  return first === undefined || holds(first[0], first[1], event, 0);
}

function holds(key: string, value: unknown, event: FilteredEvent, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (key === 'AND') return partsOf(value, event, depth + 1).every(Boolean);
  if (key === 'OR') return partsOf(value, event, depth + 1).some(Boolean);
  if (key === 'NOT') return !partsOf(value, event, depth + 1).some(Boolean);
  const read = Object.hasOwn(LEAVES, key) ? LEAVES[key] : undefined;
  return read !== undefined && matches(read(event), value);
}

/** What each part of a list, or each key of a map, comes to. */
function partsOf(value: unknown, event: FilteredEvent, depth: number): boolean[] {
  if (isObject(value)) return Object.entries(value).map(([name, inner]) => holds(name, inner, event, depth));
  return Array.isArray(value) ? value.filter(isObject).map((item) => allOf(item, event, depth)) : [];
}

function allOf(item: Record<string, unknown>, event: FilteredEvent, depth: number): boolean {
  return Object.entries(item).every(([name, inner]) => holds(name, inner, event, depth));
}

function matches(present: readonly string[], wanted: unknown): boolean {
  const names = present.map((name) => name.toLowerCase());
  return (Array.isArray(wanted) ? wanted : [wanted]).some((value: unknown) => {
    if (typeof value !== 'string') return false;
    const text = value.toLowerCase();
    if (!text.includes('%')) return names.includes(text);
    const part = text.replaceAll('%', '');
    return names.some((name) => name.includes(part));
  });
}
