type Json = Record<string, unknown>;

/** How one bundle differs from another in one place. */
export interface Difference {
  /** STIX type of the object. */
  readonly type: string;
  readonly id: string;
  /** `missing`, `extra`, or the property that differs. */
  readonly what: string;
  readonly theirs?: unknown;
  readonly ours?: unknown;
}

/** Magpie's own property, of which other producers know nothing. */
const OWN = 'x_magpie';

/** Compares Magpie's bundle with misp-stix's: order, and one value against a list of one, make no difference. */
export function compareBundles(theirs: readonly Json[], ours: readonly Json[]): Difference[] {
  const known = byKey(theirs);
  const own = byKey(ours);
  const differences: Difference[] = [];
  for (const [id, object] of known) {
    const mine = own.get(id);
    const type = String(object.type);
    if (mine === undefined) differences.push({ type, id, what: 'missing', theirs: object });
    else differences.push(...compareObjects(id, type, object, mine));
  }
  for (const [id, object] of own) {
    if (!known.has(id)) differences.push({ type: String(object.type), id, what: 'extra', ours: object });
  }
  return differences;
}

/** By id; relationships by their ends, since in STIX 2.0 misp-stix gives them ids that are not allowed there. */
function byKey(objects: readonly Json[]): Map<string, Json> {
  const keyOf = (object: Json) =>
    object.type === 'relationship'
      ? `${object.source_ref} ${object.relationship_type} ${object.target_ref}`
      : String(object.id);
  return new Map(objects.map((object) => [keyOf(object), object]));
}

function compareObjects(id: string, type: string, theirs: Json, ours: Json): Difference[] {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  names.delete(OWN);
  if (type === 'relationship') names.delete('id');
  // Lists of everything in the bundle: its objects are compared one by one.
  if (type === 'report' || type === 'grouping') names.delete('object_refs');
  // The organisations of sightings have no time of their own; misp-stix takes the time of the run.
  if (type === 'identity') for (const name of ['created', 'modified']) names.delete(name);
  return [...names].flatMap((name) => {
    const left = normal(name, theirs[name]);
    const right = normal(name, ours[name]);
    return JSON.stringify(left) === JSON.stringify(right)
      ? []
      : [{ type, id, what: name, theirs: theirs[name], ours: ours[name] }];
  });
}

const unordered = new Set(['object_refs', 'labels', 'object_marking_refs', 'external_references']);

function normal(name: string, value: unknown): unknown {
  if (name === 'pattern' && typeof value === 'string') return comparisons(value);
  if (unordered.has(name) && Array.isArray(value)) return value.map((item) => JSON.stringify(sorted(item))).sort();
  return sorted(value);
}

/** The comparisons of a pattern in an order of their own. */
function comparisons(pattern: string): string[] {
  return pattern
    .replace(/^\[|\]$/g, '')
    .split(/ AND (?=\(|[a-z0-9-]+:)/)
    .map((part) => part.replace(/^\(|\)$/g, ''))
    .sort();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? sorted(value[0]) : value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
