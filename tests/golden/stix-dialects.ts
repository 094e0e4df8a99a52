/**
 * Compares STIX that MISP 2.5.1 wrote (misp-stix of 2024) with what Magpie writes (as misp-stix of 2026): both are
 * brought to what they have in common, by the differences named here and no others.
 */

type Json = Readonly<Record<string, unknown>>;

/** What one side says and the other does not, each as text; empty where the two mean the same. */
export interface DialectDifferences {
  readonly recorded: readonly string[];
  readonly answered: readonly string[];
}

/** Differences of two STIX 2.1 bundles, of searches of events or of attributes, beyond those of the dialects. */
export function stix2Differences(
  recorded: unknown,
  answered: unknown,
  scope: 'events' | 'attributes',
): DialectDifferences {
  const shared = sharedUuids(recorded, answered);
  const [old, now] = [recorded, answered].map((bundle) => {
    const objects = objectsOf(bundle);
    const context = contextOf(objects, scope);
    return objects
      .filter((object) => !isOfNewDialect(object, context) && !isOfOldDialect(object, context))
      .map((object) => JSON.stringify(sorted(masked(common(object, context), shared))));
  });
  return unmatched(old ?? [], now ?? []);
}

/** Differences of two STIX 1 packages in JSON: times, generated ids and the order of lists are left out. */
export function stix1Differences(recorded: unknown, answered: unknown): DialectDifferences {
  const shared = sharedUuids(recorded, answered);
  const [old, now] = [recorded, answered].map((document) =>
    JSON.stringify(sorted(masked(withoutRelated(document), shared))),
  );
  return old === now ? { recorded: [], answered: [] } : { recorded: [old ?? ''], answered: [now ?? ''] };
}

function unmatched(recorded: readonly string[], answered: readonly string[]): DialectDifferences {
  const rest = [...answered];
  const missing = recorded.filter((text) => {
    const index = rest.findIndex((other) => isSame(text, other));
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return { recorded: missing, answered: rest };
}

/** MISP 2.5.1 puts all attributes of an object into its pattern, misp-stix of 2026 those that are to detect. */
function isSame(recorded: string, answered: string): boolean {
  if (recorded === answered) return true;
  const [before, after] = [patternOf(recorded), patternOf(answered)];
  if (before === null || after === null) return false;
  const isObject = answered.includes('misp:meta-category=');
  const isPart = after.parts.length > 0 && after.parts.every((part) => before.parts.includes(part));
  return before.rest === after.rest && (isObject ? isPart : isPart && before.parts.length === after.parts.length);
}

function patternOf(object: string): { rest: string; parts: string[] } | null {
  const match = /"pattern":("\[(?:[^"\\]|\\.)*\]")/.exec(object);
  if (match?.[1] === undefined) return null;
  const pattern = String(JSON.parse(match[1])).slice(1, -1);
  const parts = pattern.replaceAll(/[()]/g, '').split(' AND ');
  return { rest: object.replace(match[0], ''), parts };
}

/** What is to be known of the other objects of a bundle. */
interface Context {
  readonly scope: 'events' | 'attributes';
  /** Uuids of elements that are indicators. */
  readonly detecting: ReadonlySet<string>;
  /** Ids of observables of these elements. */
  readonly observed: ReadonlySet<string>;
  /** Ids of indicators that stand for objects of MISP. */
  readonly ofObjects: ReadonlySet<string>;
  /** Ids that relationships name. */
  readonly related: ReadonlySet<string>;
}

function contextOf(objects: readonly Json[], scope: 'events' | 'attributes'): Context {
  const indicators = objects.filter(({ type }) => type === 'indicator');
  const detecting = new Set(indicators.map(({ id }) => uuidOf(id)));
  const observing = objects.filter(({ type, id }) => type === 'observed-data' && detecting.has(uuidOf(id)));
  const ofObjects = indicators.filter(({ labels }) => hasLabel(labels, 'misp:meta-category='));
  return {
    scope,
    detecting,
    observed: new Set(observing.flatMap(({ object_refs: refs }) => listOf(refs).map(String))),
    ofObjects: new Set(ofObjects.map(({ id }) => String(id))),
    related: new Set(objects.flatMap(({ source_ref: source, target_ref: target }) => [String(source), String(target)])),
  };
}

/**
 * Objects that only the newer dialect has: what was observed beside an indicator, what analysts say, sightings of
 * attributes of objects, and of attributes that are written without their events (with who saw them).
 */
function isOfNewDialect(object: Json, { scope, detecting, observed, ofObjects }: Context): boolean {
  const { type, id, sighting_of_ref: sighted, explanation, name, labels } = object;
  if (object.relationship_type === 'based-on' || hasLabel(labels, 'misp:context-layer=')) return true;
  if (type === 'observed-data') return detecting.has(uuidOf(id));
  if (observed.has(String(id))) return true;
  if (type === 'sighting') return scope === 'attributes' || ofObjects.has(String(sighted));
  return (
    scope === 'attributes' &&
    (explanation === 'False positive Sighting' || (type === 'identity' && name !== MAKER_OF_LOOSE_ATTRIBUTES))
  );
}

const MAKER_OF_LOOSE_ATTRIBUTES = 'MISP';

/** In searches of attributes MISP 2.5.1 lists the clusters of their events, to which nothing refers. */
function isOfOldDialect({ type, id }: Json, { scope, related }: Context): boolean {
  return scope === 'attributes' && type === 'x-misp-galaxy-cluster' && !related.has(String(id));
}

function hasLabel(labels: unknown, start: string): boolean {
  return listOf(labels).some((label) => String(label).startsWith(start));
}

/** The newer dialect says in STIX 1 what objects refer to. */
function withoutRelated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRelated);
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'related_objects');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutRelated(item)]));
}

/** Members in which the dialects differ; times are of the run. */
const DIFFERENT = new Set([
  ...['created', 'modified', 'published', 'first_observed', 'last_observed', 'valid_from', 'valid_until'],
  ...['observed_data_refs', 'x_magpie'],
]);

/** What the two dialects agree in, of one object. */
function common(object: Json, { scope, detecting }: Context): Json {
  const entries = Object.entries(object).filter(([key, value]) => {
    if (key === 'description') return object.type === 'sighting' || object.type === 'indicator';
    // The elements of a cluster, which a search of attributes did not bring along.
    if (key === 'x_misp_meta') return scope === 'events';
    // A text that is missing, and a list that is empty, are left out by one of them.
    return !DIFFERENT.has(key) && !(Array.isArray(value) && value.length === 0);
  });
  const isReport = object.type === 'report' || object.type === 'grouping';
  const made = Object.fromEntries(
    entries.map(([key, value]): [string, unknown] => {
      if (key === 'pattern') return [key, plainHashes(String(value))];
      if (key === 'content') return [key, String(value).trim()];
      if (key === 'labels') return [key, listOf(value).filter((label) => !isDialectLabel(String(label), isReport))];
      if (key.endsWith('_ref')) return [key, inCommon(value, detecting)];
      if (key.endsWith('_refs')) return [key, [...new Set(listOf(value).map((ref) => inCommon(ref, detecting)))]];
      return [key, value];
    }),
  );
  if (Array.isArray(made.labels) && made.labels.length === 0) delete made.labels;
  // What a report lists is compared object by object.
  if (isReport) delete made.object_refs;
  return { ...made, id: inCommon(object.id, detecting) };
}

function isDialectLabel(label: string, isReport: boolean): boolean {
  return (
    label.startsWith('misp:to_ids=') ||
    label.startsWith('misp:data-layer=') ||
    // Of a cluster that stands in the bundle, the newer dialect repeats no tag.
    (isReport && label.startsWith('misp-galaxy:'))
  );
}

function plainHashes(pattern: string): string {
  return pattern.replaceAll(/hashes\.'?(MD5|SHA)-?(\d*)'?/g, 'hashes.$1$2');
}

/** Relations begin at the indicator in the old dialect, and at what was observed in the new one. */
function inCommon(ref: unknown, detecting: ReadonlySet<string>): string {
  const id = String(ref);
  return id.startsWith('observed-data--') && detecting.has(uuidOf(id)) ? `indicator--${uuidOf(id)}` : id;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g;

/** Uuids that both documents name: all others were generated. */
function sharedUuids(recorded: unknown, answered: unknown): ReadonlySet<string> {
  const [old, now] = [recorded, answered].map((document) => new Set(JSON.stringify(document).match(UUID)));
  return new Set([...(old ?? [])].filter((uuid) => now?.has(uuid)));
}

function masked(value: unknown, shared: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(UUID, (uuid) => (shared.has(uuid) ? uuid : 'uuid')).replaceAll(TIME, 'time');
  }
  if (Array.isArray(value)) return value.map((item) => masked(item, shared));
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, shared)]));
}

/** With members and lists in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (!isJson(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

function objectsOf(bundle: unknown): Json[] {
  return isJson(bundle) ? listOf(bundle.objects).filter(isJson) : [];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function uuidOf(id: unknown): string {
  return String(id).slice(-36);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
